/** What was found of a part, as characteristics that a manifest can hold, and how it compares with what was expected. */
import type { Characteristics, PartCall } from '../agreement/index.ts'
import { durationMs, perSecond, type PartName, type PerSecond, type Ratio } from '../units/index.ts'
import type { Estimate } from './estimate.ts'
import type { Capacity } from './search.ts'

export interface PartProfile {
  readonly part: PartName
  /** Null where nothing was expected of it. */
  readonly expectedPerSecond: PerSecond | null
  readonly serviceMeanMs: Estimate
  readonly servicePercentile: { readonly ratio: Ratio; readonly ms: Estimate }
  readonly capacityPerSecond: Capacity
  readonly startMs: Estimate
  readonly calls: readonly { readonly part: PartName; readonly times: Estimate }[]
}

/** The figures are not known better than to this many digits. */
const DIGITS = 3

const rounded = (value: number): number => Number(value.toPrecision(DIGITS))

/** Manifests know whole milliseconds; no operation takes none. */
const wholeMs = (value: number): ReturnType<typeof durationMs> => durationMs(Math.max(1, rounded(value)))

/**
 * A capacity of which only the least is known takes the place of what is expected only where it is more: an experiment
 * that ended early must not make a part look slow.
 */
export function characteristicsOf(profile: PartProfile): Characteristics {
  const { serviceMeanMs, servicePercentile, capacityPerSecond, startMs, expectedPerSecond } = profile
  const mean = wholeMs(serviceMeanMs.value)
  const value = wholeMs(servicePercentile.ms.value)
  const found = perSecond(rounded(capacityPerSecond.value))
  const isOnlyLeast = capacityPerSecond.bound.kind === 'at-least'
  // A few very slow operations can lift the mean above the percentile; such a pair says nothing of the spread.
  const percentile = value < mean ? {} : { percentile: { ratio: servicePercentile.ratio, value } }
  return {
    serviceTime: { mean, ...percentile },
    capacity: isOnlyLeast ? perSecond(Math.max(found, expectedPerSecond ?? 0)) : found,
    startTime: wholeMs(startMs.value),
  }
}

/** A mean that may as well be whole is whole: an operation mostly makes one call, not 1.01. */
export function callsOf(profile: PartProfile): readonly PartCall[] {
  return profile.calls.flatMap(({ part, times }) => {
    if (times.value <= 0) return []
    const whole = Math.round(times.value)
    const isWhole = whole > 0 && times.low <= whole && whole <= times.high
    return [{ part, times: isWhole ? whole : rounded(times.value) }]
  })
}

export type Comparison = 'as-expected' | 'higher' | 'lower'

/** What is this near is the same, however sure it is that it differs. */
const SAME_WITHIN = 0.05

export function compare(expected: number, { value, low, high }: Estimate): Comparison {
  const isWithin = low <= expected && expected <= high
  const isNear = expected > 0 && Math.abs(value / expected - 1) <= SAME_WITHIN
  if (isWithin || isNear) return 'as-expected'
  return value > expected ? 'higher' : 'lower'
}
