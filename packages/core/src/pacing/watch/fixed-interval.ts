/**
 * What the same clients would take at one fixed interval for all, as wrong as they are now: what pacing saves. Each client is
 * taken as one that changes by chance at its rate.
 */
import { dwellOf } from '../model/index.ts'
import type { ClientRecord } from './client-record.ts'
import type { WatchEngine } from './watch-engine.ts'

export interface FixedInterval {
  /** Whose wrongness is alike: the mean of all, or that of the client that is wronger than 95 % of them. */
  readonly measure: 'mean' | 'p95'
  readonly staleShare: number
  readonly intervalMs: number
  /** Updates now, against those at the fixed interval. */
  readonly ratio: number
}

const SAMPLE = 512
const STEPS = 40

/** Null without clients. Where each client was promised something the wrongest ones are compared, else the mean. */
export function fixedIntervalOf(engine: WatchEngine): FixedInterval | null {
  const records = sampleOf(engine)
  if (records.length === 0) return null
  const { wanted } = engine.watch
  const measure = wanted !== null && wanted.kind !== 'price' ? 'p95' : 'mean'
  const of = measure === 'mean' ? meanOf : p95Of
  const staleShare = of(records.map((record) => engine.explain(record).staleShare))
  const dwells = records.map(({ model }) => dwellOf(model.rate))
  const intervalMs = intervalFor(staleShare, (interval) =>
    of(dwells.map((dwell) => staleAt(interval / dwell))),
  )
  const now = records.reduce((sum, record) => sum + 1 / record.intervalMs, 0)
  return { measure, staleShare, intervalMs, ratio: (now * intervalMs) / records.length }
}

function sampleOf({ table }: WatchEngine): readonly ClientRecord[] {
  const apart = Math.max(1, Math.floor(table.places / SAMPLE))
  const records: ClientRecord[] = []
  for (let place = 0; place < table.places; place += apart) {
    const record = table.read(place)
    if (record !== null) records.push(record)
  }
  return records
}

/** Of an interval of u mean dwell times so much is wrong, where changes come by chance. */
const staleAt = (u: number): number => (u < 1e-4 ? u / 2 : 1 + Math.expm1(-u) / u)

function intervalFor(wanted: number, staleOf: (intervalMs: number) => number): number {
  let [low, high] = [0, 40]
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2
    if (staleOf(2 ** middle) > wanted) high = middle
    else low = middle
  }
  return 2 ** low
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const p95Of = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(0.95 * (values.length - 1))] ?? 0
