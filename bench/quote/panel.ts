/**
 * The services that predictions are compared on: from one part alone to branches, from constant to widely
 * varying service times, from one instance to thirty, from half busy to nearly full.
 */
import type { Characteristics, Part, Service } from '@holdfast/core/agreement'
import {
  branded,
  durationMs,
  micros,
  perSecond,
  ratio,
  type InstanceTypeName,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'

export interface PanelCase {
  readonly says: string
  readonly service: Service
  readonly rate: number
  /** Instances of each part. */
  readonly counts: Readonly<Record<string, number>>
  /** Response times whose shares are compared. */
  readonly limitsMs: readonly number[]
}

interface PartFigures {
  readonly name: string
  readonly meanMs: number
  /** Without it the service time is constant. */
  readonly p95Ms?: number
  readonly capacity: number
  readonly calls?: Readonly<Record<string, number>>
}

const characteristicsOf = ({ meanMs, p95Ms, capacity }: PartFigures): Characteristics => ({
  serviceTime: {
    mean: durationMs(meanMs),
    ...(p95Ms === undefined ? {} : { percentile: { ratio: ratio(0.95), value: durationMs(p95Ms) } }),
  },
  capacity: perSecond(capacity),
  startTime: durationMs(1),
})

const partOf = (figures: PartFigures): Part => ({
  name: branded<PartName>(figures.name),
  instanceType: branded<InstanceTypeName>('small'),
  price: { currency: 'EUR', microsPerHour: micros(20_000n) },
  revision: '1',
  characteristics: characteristicsOf(figures),
  calls: Object.entries(figures.calls ?? {}).map(([part, times]) => ({
    part: branded<PartName>(part),
    times,
  })),
  minInstances: 1,
  maxInstances: 100,
})

/** The first part is the entry. */
export const serviceOf = (name: string, parts: readonly PartFigures[]): Service => ({
  name: branded<ServiceName>(name),
  entry: branded<PartName>(parts[0]?.name ?? ''),
  parts: parts.map(partOf),
  mode: 'act',
  hints: [],
  batch: null,
})

/** 10 ms & 10/s, 20 ms & 5/s, 50 ms & 2/s (A3.11). */
export const workedCase: Service = serviceOf('worked', [
  { name: 'interface', meanMs: 10, capacity: 10, calls: { processing: 1 } },
  { name: 'processing', meanMs: 20, capacity: 5, calls: { data: 1 } },
  { name: 'data', meanMs: 50, capacity: 2 },
])

const worked = (rate: number, counts: readonly [number, number, number]): PanelCase => ({
  says: `worked case at ${rate}/s on ${counts.join(' + ')}`,
  service: workedCase,
  rate,
  counts: { interface: counts[0], processing: counts[1], data: counts[2] },
  limitsMs: [85, 100, 200],
})

interface Single {
  readonly says: string
  readonly instances: number
  readonly atOnce: number
  readonly utilisation: number
  /** The 95th percentile of the service time over its mean; without it the time is constant. */
  readonly spread?: number
}

const SINGLE_MS = 40

/** One part alone, of which every instance works on `atOnce` operations. */
const single = ({ says, instances, atOnce, utilisation, spread }: Single): PanelCase => {
  const capacity = (atOnce * 1_000) / SINGLE_MS
  const varying = spread === undefined ? {} : { p95Ms: Math.round(SINGLE_MS * spread) }
  return {
    says: `${says}, ${instances} x ${atOnce} stations, ${utilisation * 100} % busy`,
    service: serviceOf('single', [{ name: 'web', meanMs: SINGLE_MS, capacity, ...varying }]),
    rate: utilisation * instances * capacity,
    counts: { web: instances },
    limitsMs: spread === undefined ? [50, 80, 160] : [60, 100, 200],
  }
}

/** Squared variations of about 0.1, 1 and 2.3. */
const SLIGHT = 1.55
const MIDDLE = 2.78
const WIDE = 3.2

const singles: readonly Single[] = [
  { says: 'constant', instances: 1, atOnce: 1, utilisation: 0.5 },
  { says: 'constant', instances: 1, atOnce: 1, utilisation: 0.9 },
  { says: 'constant', instances: 5, atOnce: 1, utilisation: 0.85 },
  { says: 'constant', instances: 30, atOnce: 1, utilisation: 0.95 },
  { says: 'constant', instances: 3, atOnce: 4, utilisation: 0.9 },
  { says: 'slight', instances: 1, atOnce: 1, utilisation: 0.8 },
  { says: 'slight', instances: 6, atOnce: 1, utilisation: 0.8 },
  { says: 'slight', instances: 6, atOnce: 1, utilisation: 0.95 },
  { says: 'middle', instances: 1, atOnce: 1, utilisation: 0.7 },
  { says: 'middle', instances: 1, atOnce: 8, utilisation: 0.9 },
  { says: 'middle', instances: 2, atOnce: 1, utilisation: 0.7 },
  { says: 'middle', instances: 2, atOnce: 1, utilisation: 0.9 },
  { says: 'middle', instances: 5, atOnce: 1, utilisation: 0.5 },
  { says: 'middle', instances: 5, atOnce: 1, utilisation: 0.8 },
  { says: 'middle', instances: 5, atOnce: 1, utilisation: 0.95 },
  { says: 'middle', instances: 15, atOnce: 1, utilisation: 0.7 },
  { says: 'middle', instances: 15, atOnce: 1, utilisation: 0.9 },
  { says: 'middle', instances: 30, atOnce: 1, utilisation: 0.8 },
  { says: 'middle', instances: 30, atOnce: 1, utilisation: 0.95 },
  { says: 'middle', instances: 3, atOnce: 4, utilisation: 0.8 },
  { says: 'middle', instances: 3, atOnce: 4, utilisation: 0.95 },
  { says: 'middle', instances: 10, atOnce: 2, utilisation: 0.85 },
  { says: 'wide', instances: 1, atOnce: 1, utilisation: 0.7 },
  { says: 'wide', instances: 4, atOnce: 1, utilisation: 0.8 },
  { says: 'wide', instances: 12, atOnce: 1, utilisation: 0.9 },
].map((one) => ({ ...one, ...spreadOf(one.says) }))

function spreadOf(says: string): { readonly spread?: number } {
  const spreads: Readonly<Record<string, number>> = { slight: SLIGHT, middle: MIDDLE, wide: WIDE }
  const spread = spreads[says]
  return spread === undefined ? {} : { spread }
}

const branches = serviceOf('branches', [
  { name: 'front', meanMs: 10, p95Ms: 22, capacity: 200, calls: { stock: 1, price: 1 } },
  { name: 'stock', meanMs: 30, p95Ms: 70, capacity: 100 },
  { name: 'price', meanMs: 15, p95Ms: 30, capacity: 66 },
])

const constantBranches = serviceOf('constant-branches', [
  { name: 'front', meanMs: 10, capacity: 50, calls: { stock: 1, price: 1 } },
  { name: 'stock', meanMs: 30, capacity: 10 },
  { name: 'price', meanMs: 20, capacity: 10 },
])

const fractional = serviceOf('fractional', [
  { name: 'front', meanMs: 10, p95Ms: 22, capacity: 200, calls: { cache: 1, data: 0.3 } },
  { name: 'cache', meanMs: 4, p95Ms: 9, capacity: 500 },
  { name: 'data', meanMs: 60, p95Ms: 140, capacity: 16 },
])

const repeated = serviceOf('repeated', [
  { name: 'front', meanMs: 10, capacity: 100, calls: { data: 2.5 } },
  { name: 'data', meanMs: 20, p95Ms: 45, capacity: 100 },
])

const chain = serviceOf('chain', [
  { name: 'first', meanMs: 10, p95Ms: 25, capacity: 100, calls: { second: 1 } },
  { name: 'second', meanMs: 12, p95Ms: 30, capacity: 83, calls: { third: 1 } },
  { name: 'third', meanMs: 15, p95Ms: 40, capacity: 66 },
])

interface Pair {
  readonly says: string
  readonly first: Omit<PartFigures, 'name' | 'calls'>
  readonly second: Omit<PartFigures, 'name' | 'calls'>
  readonly times?: number
  readonly rate: number
  readonly instances: readonly [number, number]
  readonly limitsMs: readonly number[]
}

/** One part that calls another. */
const pair = ({ says, first, second, times = 1, rate, instances, limitsMs }: Pair): PanelCase => ({
  says,
  service: serviceOf('pair', [
    { name: 'front', ...first, calls: { data: times } },
    { name: 'data', ...second },
  ]),
  rate,
  counts: { front: instances[0], data: instances[1] },
  limitsMs,
})

const pairs: readonly PanelCase[] = [
  pair({
    says: 'two alike, constant, four instances each',
    first: { meanMs: 20, capacity: 50 },
    second: { meanMs: 20, capacity: 50 },
    rate: 170,
    instances: [4, 4],
    limitsMs: [50, 60, 90],
  }),
  pair({
    says: 'two alike, slightly varying, four instances each',
    first: { meanMs: 20, p95Ms: 30, capacity: 50 },
    second: { meanMs: 20, p95Ms: 30, capacity: 50 },
    rate: 170,
    instances: [4, 4],
    limitsMs: [50, 70, 100],
  }),
  pair({
    says: 'two alike, varying, one instance each',
    first: { meanMs: 20, p95Ms: 40, capacity: 50 },
    second: { meanMs: 20, p95Ms: 40, capacity: 50 },
    rate: 35,
    instances: [1, 1],
    limitsMs: [60, 100, 160],
  }),
  pair({
    says: 'by admission, the second slower',
    first: { meanMs: 10, capacity: 10 },
    second: { meanMs: 20, capacity: 8 },
    rate: 28,
    instances: [4, 4],
    limitsMs: [50, 100, 200],
  }),
  pair({
    says: 'varying before constant, many instances',
    first: { meanMs: 20, p95Ms: 50, capacity: 50 },
    second: { meanMs: 50, capacity: 80 },
    rate: 300,
    instances: [8, 5],
    limitsMs: [90, 120, 200],
  }),
  pair({
    says: 'constant before varying',
    first: { meanMs: 20, capacity: 50 },
    second: { meanMs: 50, p95Ms: 120, capacity: 80 },
    rate: 150,
    instances: [4, 3],
    limitsMs: [80, 120, 200],
  }),
  pair({
    says: 'three varying calls each',
    first: { meanMs: 10, capacity: 400 },
    second: { meanMs: 10, p95Ms: 22, capacity: 100 },
    times: 3,
    rate: 100,
    instances: [1, 4],
    limitsMs: [50, 70, 100],
  }),
  pair({
    says: 'four calls each, hardly busy',
    first: { meanMs: 15, p95Ms: 35, capacity: 133 },
    second: { meanMs: 12, p95Ms: 20, capacity: 166 },
    times: 4,
    rate: 60,
    instances: [1, 3],
    limitsMs: [70, 100, 150],
  }),
  pair({
    says: 'large instances one after the other',
    first: { meanMs: 25, p95Ms: 60, capacity: 400 },
    second: { meanMs: 40, p95Ms: 90, capacity: 200 },
    rate: 700,
    instances: [2, 4],
    limitsMs: [80, 120, 200],
  }),
]

export const panel: readonly PanelCase[] = [
  worked(10, [4, 5, 9]),
  worked(10, [4, 5, 10]),
  worked(10, [2, 3, 6]),
  worked(5, [2, 4, 8]),
  worked(1, [1, 2, 3]),
  ...singles.map(single),
  ...pairs,
  {
    says: 'branches, varying',
    service: branches,
    rate: 150,
    counts: { front: 1, stock: 2, price: 3 },
    limitsMs: [80, 120, 200],
  },
  {
    says: 'branches, varying, many',
    service: branches,
    rate: 900,
    counts: { front: 6, stock: 11, price: 17 },
    limitsMs: [80, 120, 200],
  },
  {
    says: 'branches, constant',
    service: constantBranches,
    rate: 40,
    counts: { front: 1, stock: 5, price: 5 },
    limitsMs: [80, 110, 160],
  },
  {
    says: 'calls of three in ten operations',
    service: fractional,
    rate: 100,
    counts: { front: 1, cache: 1, data: 3 },
    limitsMs: [60, 120, 200],
  },
  {
    says: 'two and a half calls each',
    service: repeated,
    rate: 60,
    counts: { front: 1, data: 2 },
    limitsMs: [70, 110, 160],
  },
  {
    says: 'a chain of varying parts',
    service: chain,
    rate: 300,
    counts: { first: 4, second: 5, third: 6 },
    limitsMs: [60, 100, 150],
  },
  {
    says: 'a chain of varying parts, one instance each',
    service: chain,
    rate: 40,
    counts: { first: 1, second: 1, third: 1 },
    limitsMs: [60, 100, 150],
  },
]
