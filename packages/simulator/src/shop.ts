/**
 * The example shop as data: three parts of which each calls the next, and what was agreed for it. By
 * capacity alone 1 + 2 + 5 instances take in 10 operations a second (A3.11).
 */
import type { Agreement, Part, Service } from '@holdfast/core/agreement'
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

const name = branded<ServiceName>('shop')

interface PartFigures {
  readonly serviceMs: number
  readonly capacity: number
  readonly calls: readonly string[]
}

const part = (partName: string, { serviceMs, capacity, calls }: PartFigures): Part => ({
  name: branded<PartName>(partName),
  instanceType: branded<InstanceTypeName>('small'),
  price: { currency: 'EUR', microsPerHour: micros(20_000n) },
  revision: '1',
  characteristics: {
    serviceTime: { mean: durationMs(serviceMs) },
    capacity: perSecond(capacity),
    startTime: seconds(3),
  },
  calls: calls.map((called) => ({ part: branded<PartName>(called), times: 1 })),
  minInstances: 1,
  maxInstances: 20,
})

export const shop: Service = {
  name,
  entry: branded<PartName>('interface'),
  parts: [
    part('interface', { serviceMs: 10, capacity: 10, calls: ['processing'] }),
    part('processing', { serviceMs: 20, capacity: 5, calls: ['data'] }),
    part('data', { serviceMs: 50, capacity: 2, calls: [] }),
  ],
  mode: 'act',
  hints: [],
  batch: null,
}

/** 90 % within 100 ms each hour, up to 10 operations a second as a minute's average, with at most 20 instances. */
export const shopAgreement: Agreement = {
  name: branded<AgreementName>('shop-agreement'),
  service: name,
  version: 1,
  levels: [
    {
      name: branded<LevelName>('quick'),
      metric: { kind: 'response-time', limit: durationMs(100) },
      ratio: ratio(0.9),
      window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
      scope: {},
      conditions: [],
    },
  ],
  conditions: [
    { kind: 'load', atMost: perSecond(10), statistic: 'average', per: minutes(1) },
    { kind: 'instances', atMost: 20 },
  ],
  schedule: [],
  remedies: [],
  from: null,
  price: null,
  places: null,
  coldStart: 'refused',
}
