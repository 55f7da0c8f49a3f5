/**
 * The service that causes are injected into: three parts, each calling the next, with figures drawn by the
 * seed, so that no rule can be fitted to one service.
 */
import type { Agreement, Part, Service } from '@holdfast/core/agreement'
import { seededRandom, type Random } from '@holdfast/core/stats'
import {
  branded,
  durationMs,
  micros,
  minutes,
  perSecond,
  ratio,
  seconds,
  type AgreementName,
  type InstanceTypeName,
  type LevelName,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'

export interface Subject {
  readonly service: Service
  readonly agreement: Agreement
  /** Operations a second that come before anything is injected, and that are contracted. */
  readonly load: number
  readonly contracted: number
  readonly limitMs: number
  /** For what else the injection draws. */
  readonly random: Random
}

export const outside: ServiceName = branded<ServiceName>('payments')

export const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random.next()

const SERVICE: ServiceName = branded<ServiceName>('shop')
const NAMES = ['front', 'logic', 'data'] as const

/** Times the service times of all parts together; what is injected then breaks the level, and chance does not. */
const LIMIT = 3

export function subjectOf(seed: number): Subject {
  const random = seededRandom(seed)
  const load = between(random, 60, 110)
  const serviceMs = [between(random, 6, 12), between(random, 12, 25), between(random, 25, 45)]
  // Long enough for what the platform mends by a start to be felt before it is mended.
  const startTime = seconds(Math.round(between(random, 15, 60)))
  const parts = NAMES.map((name, i): Part => {
    const mean = serviceMs[i] ?? 1
    const called = NAMES[i + 1]
    return {
      name: branded<PartName>(name),
      instanceType: branded<InstanceTypeName>('small'),
      price: { currency: 'EUR', microsPerHour: micros(40_000n) },
      revision: 'r1',
      characteristics: {
        serviceTime: {
          mean: durationMs(mean),
          percentile: { ratio: ratio(0.9), value: durationMs(mean * between(random, 1.3, 1.9)) },
        },
        capacity: perSecond(1_000 / mean),
        startTime,
      },
      calls: called === undefined ? [] : [{ part: branded<PartName>(called), times: 1 }],
      minInstances: 1,
      maxInstances: 60,
    }
  })
  const limitMs = Math.round(LIMIT * serviceMs.reduce((sum, ms) => sum + ms, 0))
  const contracted = load * between(random, 1.3, 1.6)
  const service: Service = {
    name: SERVICE,
    entry: branded<PartName>('front'),
    parts,
    mode: 'act',
    hints: [],
    batch: null,
  }
  return { service, agreement: agreementOf(limitMs, contracted), load, contracted, limitMs, random }
}

const agreementOf = (limitMs: number, contracted: number): Agreement => ({
  name: branded<AgreementName>('shop-gold'),
  service: SERVICE,
  version: 1,
  from: null,
  levels: [
    {
      name: branded<LevelName>('quick'),
      metric: { kind: 'response-time', limit: durationMs(limitMs) },
      ratio: ratio(0.95),
      window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
      scope: {},
      conditions: [],
    },
  ],
  conditions: [
    { kind: 'load', atMost: perSecond(contracted), statistic: 'average', per: minutes(1) },
    { kind: 'dependency', service: outside },
  ],
  schedule: [],
  remedies: [],
  price: null,
  places: null,
  coldStart: 'refused',
})
