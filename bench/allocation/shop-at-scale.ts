/**
 * The service that all contenders run, and what was agreed for it: the example shop's three parts in a row, grown
 * to some twenty instances, with service times that vary. Slow operations keep a simulated day quick: what an
 * autoscaler meets is instances, their start and their queues, whatever the scale of an operation is.
 */
import type { Agreement, Part, Service } from '@holdfast/core/agreement'
import {
  branded,
  durationMs,
  micros,
  money,
  perSecond,
  ratio,
  seconds,
  type AgreementName,
  type InstanceTypeName,
  type LevelName,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'

/** Mean service times in the proportion of the shop's: 0.8 s of work in each operation. */
const PARTS = [
  { name: 'interface', meanMs: 100 },
  { name: 'processing', meanMs: 200 },
  { name: 'data', meanMs: 500 },
] as const

const SERVICE_MS = PARTS.reduce((sum, { meanMs }) => sum + meanMs, 0)

/** By capacity alone a trace's mean load takes as many. */
const MEAN_INSTANCES = 20

export const MEAN_RATE = (MEAN_INSTANCES * 1_000) / SERVICE_MS

export const START_TIME = seconds(30)

/** The 95th percentile of a service time over its mean: log-normal, with a squared variation of about 0.25. */
const P95_TO_MEAN = 1.9

const LIMIT_MS = 2.5 * SERVICE_MS

const PROMISE = 0.95

/** `minute` puts each burst at stake by itself, `hour` lets a good hour make up for it. */
const WINDOW_UNIT: 'minute' | 'hour' = 'minute'

export const WINDOW_SECONDS = { minute: 60, hour: 3_600 }[WINDOW_UNIT]

/** Far more than any load here takes. */
const MAX_INSTANCES = 400

const INSTANCE_MICROS_PER_HOUR = 100_000n

/** What the owner pays is three times what the mean load's instances cost. */
const PRICE_MICROS_PER_HOUR = 3n * BigInt(MEAN_INSTANCES) * INSTANCE_MICROS_PER_HOUR

export const CURRENCY = 'EUR'

/** In units of the currency. */
export const INSTANCE_PRICE = Number(INSTANCE_MICROS_PER_HOUR) / 1e6
export const PRICE_PER_HOUR = Number(PRICE_MICROS_PER_HOUR) / 1e6

const NAME = branded<ServiceName>('shop')
const LEVEL = branded<LevelName>('quick')

export const service: Service = {
  name: NAME,
  entry: branded<PartName>(PARTS[0].name),
  parts: PARTS.map(({ name, meanMs }, i): Part => {
    const next = PARTS[i + 1]
    return {
      name: branded<PartName>(name),
      instanceType: branded<InstanceTypeName>('small'),
      price: { currency: CURRENCY, microsPerHour: micros(INSTANCE_MICROS_PER_HOUR) },
      revision: '1',
      characteristics: {
        serviceTime: {
          mean: durationMs(meanMs),
          percentile: { ratio: ratio(0.95), value: durationMs(meanMs * P95_TO_MEAN) },
        },
        capacity: perSecond(1_000 / meanMs),
        startTime: START_TIME,
      },
      calls: next === undefined ? [] : [{ part: branded<PartName>(next.name), times: 1 }],
      minInstances: 1,
      maxInstances: MAX_INSTANCES,
    }
  }),
  mode: 'act',
  hints: [],
  batch: null,
}

export const agreement: Agreement = {
  name: branded<AgreementName>('shop-agreement'),
  service: NAME,
  version: 1,
  from: null,
  levels: [
    {
      name: LEVEL,
      metric: { kind: 'response-time', limit: durationMs(LIMIT_MS) },
      ratio: ratio(PROMISE),
      window: { kind: 'calendar', unit: WINDOW_UNIT, timeZone: 'UTC' },
      scope: {},
      conditions: [],
    },
  ],
  conditions: [],
  schedule: [],
  remedies: [
    {
      level: LEVEL,
      steps: [
        { below: ratio(0.95), discount: ratio(0.1) },
        { below: ratio(0.9), discount: ratio(0.25) },
        { below: ratio(0.75), discount: ratio(1) },
      ],
    },
  ],
  price: { kind: 'flat', amount: money(PRICE_MICROS_PER_HOUR, CURRENCY), per: 'hour' },
  places: null,
  coldStart: 'refused',
}
