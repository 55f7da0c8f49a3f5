/**
 * Keeps samples of the load as conditions state them (A3.2): operations in each whole unit of time, of
 * which the average, the peak or the 95th percentile is compared with the contracted load.
 */
import type { Span } from '../health/index.ts'
import { epochMs, perSecond, type DurationMs, type EpochMs, type PerSecond } from '../units/index.ts'
import type { Condition, LoadStatistic } from './agreement.ts'

export type LoadCondition = Extract<Condition, { kind: 'load' }>

interface Sample {
  readonly from: EpochMs
  readonly operations: number
}

export interface LoadSamples {
  /** Length of one sample in milliseconds: the condition's unit of time. */
  readonly perMs: number
  /** Oldest first; the last one is still filling. */
  readonly samples: readonly Sample[]
}

/** A day of one-minute samples; a window with more of them is looked at as far back as this reaches. */
const MAX_SAMPLES = 1_440

export const noSamples = (per: DurationMs): LoadSamples => ({ perMs: per, samples: [] })

/** Forgets what begins before `from`, so that no more is kept than is asked for. */
export function samplesSince(state: LoadSamples, from: EpochMs): LoadSamples {
  const [oldest] = state.samples
  if (oldest === undefined || oldest.from >= from) return state
  return { ...state, samples: state.samples.filter((sample) => sample.from >= from) }
}

/** What came in the unit that begins at `from`. */
export function operationsOf({ samples }: LoadSamples, from: number): number {
  // Mostly it is one of the newest.
  for (let i = samples.length - 1; i >= 0; i -= 1) {
    const sample = samples[i]
    if (sample === undefined || sample.from < from) return 0
    if (sample.from === from) return sample.operations
  }
  return 0
}

/**
 * Adds the arrivals of a span. Where it reaches over several units, after a pause of the loop, each gets its
 * share by time: what came when is not known, and all in one unit would look like a peak.
 */
export function sampleLoad(state: LoadSamples, span: Span, arrivals: number): LoadSamples {
  const { perMs } = state
  const unitOf = (at: number): number => Math.floor(at / perMs) * perMs
  const to = Math.max(span.from + 1, span.to)
  const first = Math.max(unitOf(span.from), unitOf(to - 1) - (MAX_SAMPLES - 1) * perMs)
  const samples = [...withoutFuture(state.samples, unitOf(to - 1))]
  for (let unit = first; unit < to; unit += perMs) {
    const inside = Math.min(to, unit + perMs) - Math.max(span.from, unit)
    const operations = (arrivals * inside) / (to - span.from)
    const last = samples.at(-1)
    if (last === undefined || last.from < unit) samples.push({ from: epochMs(unit), operations })
    else samples[samples.length - 1] = { from: last.from, operations: last.operations + operations }
  }
  return { ...state, samples: samples.length > MAX_SAMPLES ? samples.slice(-MAX_SAMPLES) : samples }
}

/** A clock that was set back comes through some units again; what was counted in them would count twice. */
const withoutFuture = (samples: readonly Sample[], present: number): readonly Sample[] =>
  (samples.at(-1)?.from ?? present) > present ? samples.filter(({ from }) => from < present) : samples

/** The statistic over the whole samples since `from`; null while there is none. */
export function loadSince(
  state: LoadSamples,
  statistic: LoadStatistic,
  from: EpochMs,
  now: EpochMs,
): PerSecond | null {
  const whole = state.samples
    .filter((sample) => sample.from >= from && sample.from + state.perMs <= now)
    .map((sample) => (sample.operations * 1_000) / state.perMs)
    .toSorted((a, b) => a - b)
  if (whole.length === 0) return null
  switch (statistic) {
    case 'average':
      return perSecond(whole.reduce((sum, rate) => sum + rate, 0) / whole.length)
    case 'peak':
      return perSecond(whole.at(-1) ?? 0)
    case 'p95':
      // As transit is billed: the highest 5 % of the samples do not count.
      return perSecond(whole[Math.ceil(whole.length * 0.95) - 1] ?? 0)
  }
}
