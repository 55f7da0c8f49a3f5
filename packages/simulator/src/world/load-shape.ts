/**
 * How many operations a second clients send, as data: a rate over the time since the run began.
 */
import type { DurationMs, PerSecond } from '@holdfast/core/units'

export type LoadShape =
  | { readonly kind: 'constant'; readonly rate: PerSecond }
  /** Begins at the low, reaches the high after half a period. */
  | { readonly kind: 'sine'; readonly low: PerSecond; readonly high: PerSecond; readonly period: DurationMs }
  /** Each rate holds from its second on until the next one's; oldest first. Before the first there is no load. */
  | { readonly kind: 'steps'; readonly steps: readonly LoadPoint[] }
  /** Straight lines between the points, oldest first; the first and the last rate hold before and after. */
  | { readonly kind: 'points'; readonly points: readonly LoadPoint[] }
  | TraceLoad

/** A recorded load: operations a second in each step, from the beginning on; after the last step there is none. */
export interface TraceLoad {
  readonly kind: 'trace'
  readonly step: DurationMs
  readonly rates: ArrayLike<number>
  /** Times what was recorded; 1 without it. */
  readonly factor?: number
  /** The recorded number of operations comes in each step, at random times; else they are independent. */
  readonly exact?: boolean
}

export type LoadPoint = readonly [seconds: number, rate: number]

/** Operations a second at `ms` after the beginning. */
export function rateAt(shape: LoadShape, ms: number): number {
  switch (shape.kind) {
    case 'constant':
      return shape.rate
    case 'sine':
      return shape.low + ((shape.high - shape.low) * (1 - Math.cos((2 * Math.PI * ms) / shape.period))) / 2
    case 'steps':
      return shape.steps[countUntil(shape.steps, ms / 1_000) - 1]?.[1] ?? 0
    case 'points':
      return between(shape.points, ms / 1_000)
    case 'trace':
      return (shape.rates[Math.floor(ms / shape.step)] ?? 0) * (shape.factor ?? 1)
  }
}

export function highestRate(shape: LoadShape): number {
  switch (shape.kind) {
    case 'constant':
      return shape.rate
    case 'sine':
      return Math.max(shape.low, shape.high)
    case 'steps':
      return highestOf(shape.steps)
    case 'points':
      return highestOf(shape.points)
    case 'trace': {
      let highest = 0
      for (let step = 0; step < shape.rates.length; step++)
        highest = Math.max(highest, shape.rates[step] ?? 0)
      return highest * (shape.factor ?? 1)
    }
  }
}

export function meanRate({ rates, factor = 1 }: TraceLoad): number {
  let sum = 0
  for (let step = 0; step < rates.length; step++) sum += rates[step] ?? 0
  return rates.length === 0 ? 0 : (sum * factor) / rates.length
}

/** The same load with another mean; a trace without any load stays as it is. */
export const withMeanRate = (load: TraceLoad, mean: PerSecond): TraceLoad =>
  scaled(load, mean, meanRate(load))

/** The same load with another highest step. */
export const withPeakRate = (load: TraceLoad, peak: PerSecond): TraceLoad =>
  scaled(load, peak, highestRate(load))

const scaled = (load: TraceLoad, wanted: number, present: number): TraceLoad =>
  present === 0 ? load : { ...load, factor: ((load.factor ?? 1) * wanted) / present }

const highestOf = (points: readonly LoadPoint[]): number =>
  points.reduce((highest, [, rate]) => Math.max(highest, rate), 0)

/** How many points are at most at this second, by halving. */
function countUntil(points: readonly LoadPoint[], seconds: number): number {
  let [from, to] = [0, points.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((points[middle]?.[0] ?? Infinity) <= seconds) from = middle + 1
    else to = middle
  }
  return from
}

function between(points: readonly LoadPoint[], seconds: number): number {
  const next = countUntil(points, seconds)
  const after = points[next]
  const before = points[next - 1]
  if (before === undefined) return after?.[1] ?? 0
  if (after === undefined) return before[1]
  const share = (seconds - before[0]) / (after[0] - before[0])
  return before[1] + (after[1] - before[1]) * share
}
