/** The worked case as a service, its agreement, and observations of it: what the tests of decisions start from. */
import type { Agreement, Characteristics, Condition, Level, Part, Service } from '../../agreement/index.ts'
import type {
  InstanceObservation,
  InstancePhase,
  PartObservation,
  ServiceObservation,
  TimeSummary,
} from '../../health/index.ts'
import {
  branded,
  durationMs,
  epochMs,
  micros,
  minutes,
  perSecond,
  ratio,
  seconds,
  type AgreementName,
  type InstanceId,
  type InstanceTypeName,
  type LevelName,
  type PartName,
  type ServiceName,
} from '../../units/index.ts'
import { newServiceState, type DecideInput } from '../decide.ts'
import type { DesiredInstance } from '../plan.ts'

/** 2026-11-20T10:00:00Z, the beginning of an hour. */
export const TEN: number = 1_795_168_800_000

const SHOP: ServiceName = branded<ServiceName>('shop')
const SMALL: InstanceTypeName = branded<InstanceTypeName>('small')

export const partName = (text: string): PartName => branded<PartName>(text)

export function part(name: string, over: Partial<Part> = {}): Part {
  return {
    name: partName(name),
    instanceType: SMALL,
    price: { currency: 'EUR', microsPerHour: micros(40_000n) },
    revision: 'r1',
    characteristics: null,
    calls: [],
    minInstances: 1,
    maxInstances: 20,
    ...over,
  }
}

export const expected = (serviceMs: number, capacity: number): Characteristics => ({
  serviceTime: { mean: durationMs(serviceMs) },
  capacity: perSecond(capacity),
  startTime: seconds(5),
})

export const calls = (...names: readonly string[]): Part['calls'] =>
  names.map((name) => ({ part: partName(name), times: 1 }))

export const serviceOf = (...parts: readonly Part[]): Service => ({
  name: SHOP,
  entry: parts[0]?.name ?? null,
  parts,
  mode: 'act',
  hints: [],
  batch: null,
})

/** 10 ms & 10/s, 20 ms & 5/s, 50 ms & 2/s: eight instances by capacity alone at 10/s. */
export const shop: Service = serviceOf(
  part('web', { characteristics: expected(10, 10), calls: calls('logic') }),
  part('logic', { characteristics: expected(20, 5), calls: calls('data') }),
  part('data', { characteristics: expected(50, 2) }),
)

export function level(name: string, over: Partial<Level> = {}): Level {
  return {
    name: branded<LevelName>(name),
    metric: { kind: 'response-time', limit: durationMs(100) },
    ratio: ratio(0.9),
    window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
    scope: {},
    conditions: [],
    ...over,
  }
}

export const upTo = (rate: number): Condition => ({
  kind: 'load',
  atMost: perSecond(rate),
  statistic: 'average',
  per: minutes(1),
})

export const atMost = (instances: number, ofPart?: string): Condition =>
  ofPart === undefined
    ? { kind: 'instances', atMost: instances }
    : { kind: 'instances', atMost: instances, part: partName(ofPart) }

export function agreement(over: Partial<Agreement> = {}): Agreement {
  return {
    name: branded<AgreementName>('shop-gold'),
    service: SHOP,
    version: 1,
    levels: [level('fast')],
    conditions: [upTo(10), atMost(20)],
    schedule: [],
    remedies: [],
    from: null,
    price: null,
    places: null,
    coldStart: 'refused',
    ...over,
  }
}

export const times = (count: number, meanMs: number): TimeSummary => ({
  count,
  meanMs,
  squaredVariation: 0,
  p50Ms: meanMs,
  p90Ms: meanMs,
  p99Ms: meanMs,
  maxMs: meanMs,
})

export const instance = (ofPart: string, number: number, revision = 'r1'): DesiredInstance => ({
  id: branded<InstanceId>(`${SHOP}-${ofPart}-${number}`),
  part: partName(ofPart),
  instanceType: SMALL,
  revision,
})

/** Numbered from `first` on. */
export const instances = (ofPart: string, count: number, first = 1, revision = 'r1'): DesiredInstance[] =>
  Array.from({ length: count }, (_, i) => instance(ofPart, first + i, revision))

export function seen(
  { id, part: of, revision }: DesiredInstance,
  phase: InstancePhase = 'ready',
  over: Partial<InstanceObservation> = {},
): InstanceObservation {
  return {
    id,
    part: of,
    revision,
    phase,
    phaseSince: epochMs(TEN - 600_000),
    restarts: 0,
    completed: 0,
    failed: 0,
    inFlight: 0,
    serviceMeanMs: null,
    host: null,
    ...over,
  }
}

export function partSeen(
  name: string,
  present: readonly InstanceObservation[],
  over: Partial<PartObservation> = {},
): PartObservation {
  return {
    part: partName(name),
    arrivals: 0,
    completed: 0,
    failed: 0,
    refused: 0,
    queued: 0,
    inPartMean: 0,
    service: times(0, 0),
    waiting: times(0, 0),
    instances: present,
    ...over,
  }
}

/** Of a span of five seconds that ended at `TEN`; each instance is seen with its part. */
export function observation(
  present: readonly InstanceObservation[] = [],
  over: Partial<ServiceObservation> = {},
): ServiceObservation {
  const names = [...new Set([...shop.parts.map(({ name }) => name), ...present.map((one) => one.part)])]
  return {
    service: SHOP,
    span: { from: epochMs(TEN - 5_000), to: epochMs(TEN) },
    complete: true,
    arrivals: 0,
    completed: 0,
    failed: 0,
    response: times(0, 0),
    levels: [],
    parts: names.map((name) =>
      partSeen(
        name,
        present.filter((one) => one.part === name),
      ),
    ),
    ...over,
  }
}

export function decideInput(over: Partial<DecideInput> = {}): DecideInput {
  return {
    service: shop,
    agreements: [agreement()],
    state: newServiceState,
    generation: 0,
    desired: [],
    observation: observation(),
    dependencies: [],
    now: epochMs(TEN),
    ...over,
  }
}
