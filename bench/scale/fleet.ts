/**
 * The services of the bench: each of three parts, no two alike in service times, capacities, limits or loads, and
 * how many operations come to each when. Half of the loads are constant, half rise and fall.
 */
import type { Agreement, Part, Price, RemedyStep, Service } from '@holdfast/core/agreement'
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
import type { Random } from '@holdfast/core/stats'

export interface FleetService {
  readonly service: Service
  readonly agreement: Agreement
  /** Operations a second, so long after the beginning. */
  rateAt(elapsedMs: number): number
}

interface PartFigures {
  readonly name: string
  readonly meanMs: number
  readonly varies: boolean
  /** Operations that an instance works on at once; below 1 it admits by rate. */
  readonly atOnce: number
  readonly calls: readonly string[]
}

const P95_OVER_MEAN = 2.2
const DAY_MS = 24 * 3_600_000

export const fleetOf = (size: number, random: Random): readonly FleetService[] =>
  Array.from({ length: size }, (_, nth) => serviceOf(nth, random))

function serviceOf(nth: number, random: Random): FleetService {
  const name = branded<ServiceName>(`service-${nth}`)
  const between = (least: number, most: number): number => least + (most - least) * random.next()
  const figures = PARTS.map(({ name: part, least, most, calls }): PartFigures => ({
    name: part,
    meanMs: between(least, most),
    varies: random.next() < 0.5,
    atOnce: between(0.3, 1.6),
    calls,
  }))
  const service: Service = {
    name,
    entry: branded<PartName>('front'),
    parts: figures.map(partOf),
    mode: 'act',
    hints: [],
    batch: null,
  }
  const base = figures.reduce((sum, { meanMs }) => sum + meanMs, 0)
  const contracted = between(4, 80)
  const usual = contracted * between(0.3, 0.8)
  const swing = nth % 2 === 0 ? 0 : between(0.1, 0.5)
  const phase = between(0, 2 * Math.PI)
  const cycleMs = between(600_000, DAY_MS)
  return {
    service,
    agreement: agreementOf(name, { limitMs: base * between(2, 4), contracted, isPriced: nth % 4 === 0 }),
    rateAt: (elapsedMs) => usual * (1 + swing * Math.sin(phase + (2 * Math.PI * elapsedMs) / cycleMs)),
  }
}

const PARTS = [
  { name: 'front', least: 5, most: 15, calls: ['logic'] },
  { name: 'logic', least: 10, most: 40, calls: ['data'] },
  { name: 'data', least: 20, most: 80, calls: [] },
] as const

const partOf = ({ name, meanMs, varies, atOnce, calls }: PartFigures): Part => ({
  name: branded<PartName>(name),
  instanceType: branded<InstanceTypeName>('small'),
  price: { currency: 'EUR', microsPerHour: micros(20_000n) },
  revision: '1',
  characteristics: {
    serviceTime: {
      mean: durationMs(meanMs),
      ...(varies ? { percentile: { ratio: ratio(0.95), value: durationMs(meanMs * P95_OVER_MEAN) } } : {}),
    },
    capacity: perSecond((atOnce * 1_000) / meanMs),
    startTime: seconds(3),
  },
  calls: calls.map((part) => ({ part: branded<PartName>(part), times: 1 })),
  minInstances: 1,
  maxInstances: 100,
})

const QUICK = branded<LevelName>('quick')

/** About three times what the instances of most of them cost. */
const PRICE: Price = {
  kind: 'flat',
  amount: { currency: 'EUR', micros: micros(800_000n) },
  per: 'hour',
}

const STEPS: readonly RemedyStep[] = [
  { below: ratio(0.95), discount: ratio(0.1) },
  { below: ratio(0.9), discount: ratio(0.3) },
]

const agreementOf = (
  service: ServiceName,
  {
    limitMs,
    contracted,
    isPriced,
  }: { readonly limitMs: number; readonly contracted: number; readonly isPriced: boolean },
): Agreement => ({
  name: branded<AgreementName>(`${service}-agreement`),
  service,
  version: 1,
  levels: [
    {
      name: QUICK,
      metric: { kind: 'response-time', limit: durationMs(limitMs) },
      ratio: ratio(0.95),
      window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
      scope: {},
      conditions: [],
    },
  ],
  conditions: [{ kind: 'load', atMost: perSecond(contracted), statistic: 'average', per: minutes(1) }],
  schedule: [],
  remedies: isPriced ? [{ level: QUICK, steps: STEPS }] : [],
  from: null,
  price: isPriced ? PRICE : null,
  places: null,
  coldStart: 'refused',
})
