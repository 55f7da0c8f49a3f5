/**
 * The eight metrics of a service or part over an interval, from what was counted in it (H1.1, H1.2). Each says which
 * rule gave it, on how many observations it rests, and what is not known is null with the reason, never 0.
 */
import { mean, quantiles, type Distribution } from '../stats/index.ts'
import { branded, type LevelName } from '../units/index.ts'
import type { Tally } from './tally.ts'

/** How a value came about. */
export type MetricRule =
  | 'share-answered'
  | 'share-ready'
  | 'count-over-time'
  | 'distribution'
  | 'littles-law'
  | 'busy-over-places'
  | 'throughput-over-capacity'
  | 'expected-capacity'
  | 'places-over-service-time'
  | 'none-ready'
  | 'limit-exceeded'

interface Known<T> {
  readonly value: T
  readonly rule: MetricRule
  readonly observations: number
}

/** Why there is no value, in words. */
interface Unknown {
  readonly value: null
  readonly reason: string
}

export type Metric<T> = Known<T> | Unknown

export interface Times {
  readonly meanMs: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface Violations {
  readonly level: LevelName
  readonly operations: number
  readonly over: number
}

export interface EightMetrics {
  /** Share of operations that were answered without an error; where none came, share of time ready. */
  readonly availability: Metric<number>
  /** Operations a second that could be served at present. */
  readonly capacity: Metric<number>
  /** Operations a second that were answered. */
  readonly throughput: Metric<number>
  readonly serviceTime: Metric<Times>
  /** Operations that wait, on average over time. */
  readonly queueLength: Metric<number>
  /** Share of the capacity that is used. */
  readonly utilisation: Metric<number>
  readonly violations: Metric<readonly Violations[]>
  /** From 0 to 1. */
  readonly satisfaction: Metric<number>
}

/** Of a part its own time is its service time; of a service what an operation takes, waiting and all parts included. */
export interface Subject {
  readonly kind: 'service' | 'part' | 'instance'
  readonly tally: Tally
  /** Of a service that has no places of its own: those of its parts, with how often an operation visits each. */
  readonly parts: readonly { readonly tally: Tally; readonly visits: number }[]
}

export function eightMetrics(subject: Subject): EightMetrics {
  const { kind, tally } = subject
  const { capacity, utilisation } = useOf(subject)
  return {
    availability: availabilityOf(tally),
    capacity,
    throughput: throughputOf(tally),
    serviceTime: timesOf(kind === 'service' ? tally.response : tally.service),
    queueLength: queueOf(subject),
    utilisation,
    violations: violationsOf(tally),
    satisfaction: unknown('No client was asked, and none said anything.'),
  }
}

const unknown = (reason: string): Unknown => ({ value: null, reason })

const NOT_SEEN = 'Nothing was measured in this time.'
const NO_OPERATION = 'No operation ended in this time.'

function availabilityOf({ completed, failed, seenMs, readyMs }: Tally): Metric<number> {
  const ended = completed + failed
  if (ended > 0) return { value: completed / ended, rule: 'share-answered', observations: ended }
  if (seenMs === 0) return unknown(NOT_SEEN)
  return { value: readyMs / seenMs, rule: 'share-ready', observations: 0 }
}

const throughputOf = ({ completed, seenMs }: Tally): Metric<number> =>
  seenMs === 0
    ? unknown(NOT_SEEN)
    : { value: (completed * 1_000) / seenMs, rule: 'count-over-time', observations: completed }

function timesOf(distribution: Distribution): Metric<Times> {
  if (distribution.count === 0) return unknown(NO_OPERATION)
  const [p50Ms = 0, p90Ms = 0, p95Ms = 0, p99Ms = 0] = quantiles(distribution, [0.5, 0.9, 0.95, 0.99])
  const value = { meanMs: mean(distribution), p50Ms, p90Ms, p95Ms, p99Ms, maxMs: distribution.max }
  return { value, rule: 'distribution', observations: distribution.count }
}

/** Who waits at once is who waits in a second times how long (J. D. C. Little 1961). */
function queueOf({ kind, tally, parts }: Subject): Metric<number> {
  if (tally.seenMs === 0) return unknown(NOT_SEEN)
  if (kind === 'instance') return unknown('Operations wait for their part, not for one of its instances.')
  const lines = kind === 'part' ? [tally] : parts.map((part) => part.tally)
  if (lines.length === 0) return unknown('Nothing is known of where operations wait.')
  const waitedMs = lines.reduce((sum, line) => sum + line.waitedMs, 0)
  const observations = lines.reduce((sum, line) => sum + line.completed, 0)
  return { value: waitedMs / tally.seenMs, rule: 'littles-law', observations }
}

interface Use {
  readonly capacity: Metric<number>
  readonly utilisation: Metric<number>
}

/** Of a service it is that of the part which is used most: operations a second of the service. */
function useOf({ kind, tally, parts }: Subject): Use {
  if (kind !== 'service') return useOfPart(tally)
  const known = parts.flatMap(({ tally: of, visits }) => {
    const { capacity, utilisation } = useOfPart(of)
    if (capacity.value === null || visits === 0) return []
    return [{ capacity: { ...capacity, value: capacity.value / visits }, utilisation }]
  })
  const [first, ...others] = known
  if (first === undefined) {
    const reason = 'Of no part it is known what its instances can take in.'
    return { capacity: unknown(reason), utilisation: unknown(reason) }
  }
  return others.reduce(
    (tightest, one) => (one.capacity.value < tightest.capacity.value ? one : tightest),
    first,
  )
}

function useOfPart({ seenMs, readyMs, takesIn, placesMs, servedMs, completed }: Tally): Use {
  if (seenMs === 0) return { capacity: unknown(NOT_SEEN), utilisation: unknown(NOT_SEEN) }
  if (readyMs === 0)
    return {
      capacity: { value: 0, rule: 'none-ready', observations: completed },
      utilisation: unknown('No instance was ready in this time.'),
    }
  if (takesIn > 0) {
    return {
      capacity: { value: (takesIn * 1_000) / seenMs, rule: 'expected-capacity', observations: completed },
      utilisation: { value: completed / takesIn, rule: 'throughput-over-capacity', observations: completed },
    }
  }
  if (placesMs === 0) return { capacity: unknown(NOT_DECLARED), utilisation: unknown(NOT_DECLARED) }
  const utilisation: Known<number> = {
    value: servedMs / placesMs,
    rule: 'busy-over-places',
    observations: completed,
  }
  if (servedMs === 0) return { capacity: unknown(NO_OPERATION), utilisation }
  // By the utilisation law, throughput ÷ utilisation.
  const value = ((completed * placesMs) / servedMs / seenMs) * 1_000
  return { capacity: { value, rule: 'places-over-service-time', observations: completed }, utilisation }
}

const NOT_DECLARED = 'Neither the capacity of an instance nor its concurrency is declared.'

function violationsOf({ levels }: Tally): Metric<readonly Violations[]> {
  const value = Object.entries(levels)
    .map(([level, { met, missed }]): Violations => ({
      level: branded<LevelName>(level),
      operations: met + missed,
      over: missed,
    }))
    .toSorted((a, b) => (a.level < b.level ? -1 : 1))
  if (value.length === 0) return unknown('No level was counted in this time.')
  return {
    value,
    rule: 'limit-exceeded',
    observations: value.reduce((sum, { operations }) => sum + operations, 0),
  }
}
