/**
 * Keeps samples of the load as conditions state them (A3.2): operations in each whole unit of time, of
 * which the average, the peak or the 95th percentile is compared with the contracted load.
 */
import type { Span } from '../health/index.ts'
import { epochMs, perSecond, type EpochMs, type PerSecond } from '../units/index.ts'
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

export const noSamples = (condition: LoadCondition): LoadSamples => ({ perMs: condition.per, samples: [] })

export function sampleLoad(state: LoadSamples, span: Span, arrivals: number): LoadSamples {
  const from = epochMs(Math.floor(Math.max(span.from, span.to - 1) / state.perMs) * state.perMs)
  const filling = state.samples.at(-1)
  if (filling !== undefined && filling.from >= from) {
    const grown = { from: filling.from, operations: filling.operations + arrivals }
    return { ...state, samples: [...state.samples.slice(0, -1), grown] }
  }
  return { ...state, samples: [...state.samples, { from, operations: arrivals }].slice(-MAX_SAMPLES) }
}

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
