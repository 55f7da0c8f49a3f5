/**
 * How many operations a second clients send, as data: a rate over the time since the run began. The draws
 * are open loop, clients do not slow down because the service does.
 */
import { exponential, type Random } from '@holdfast/core/stats'
import type { DurationMs, PerSecond } from '@holdfast/core/units'

export type LoadShape =
  | { readonly kind: 'constant'; readonly rate: PerSecond }
  /** Begins at the low, reaches the high after half a period. */
  | { readonly kind: 'sine'; readonly low: PerSecond; readonly high: PerSecond; readonly period: DurationMs }
  /** Each rate holds from its second on until the next one's; oldest first. Before the first there is no load. */
  | { readonly kind: 'steps'; readonly steps: readonly LoadPoint[] }
  /** Straight lines between the points, oldest first; the first and the last rate hold before and after. */
  | { readonly kind: 'points'; readonly points: readonly LoadPoint[] }

export type LoadPoint = readonly [seconds: number, rate: number]

/** Operations a second at `ms` after the beginning. */
export function rateAt(shape: LoadShape, ms: number): number {
  switch (shape.kind) {
    case 'constant':
      return shape.rate
    case 'sine':
      return shape.low + ((shape.high - shape.low) * (1 - Math.cos((2 * Math.PI * ms) / shape.period))) / 2
    case 'steps':
      return shape.steps.findLast(([seconds]) => seconds * 1_000 <= ms)?.[1] ?? 0
    case 'points':
      return between(shape.points, ms / 1_000)
  }
}

export function highestRate(shape: LoadShape): number {
  switch (shape.kind) {
    case 'constant':
      return shape.rate
    case 'sine':
      return Math.max(shape.low, shape.high)
    case 'steps':
      return Math.max(0, ...shape.steps.map(([, rate]) => rate))
    case 'points':
      return Math.max(0, ...shape.points.map(([, rate]) => rate))
  }
}

function between(points: readonly LoadPoint[], seconds: number): number {
  const next = points.findIndex(([at]) => at > seconds)
  const after = points[next]
  const before = next === -1 ? points.at(-1) : points[next - 1]
  if (before === undefined) return after?.[1] ?? 0
  if (after === undefined) return before[1]
  const share = (seconds - before[0]) / (after[0] - before[0])
  return before[1] + (after[1] - before[1]) * share
}

/**
 * The next arrival after `afterMs` of a Poisson process with the shape's rate, by thinning one of the
 * highest rate (Lewis and Shedler 1979); Infinity when there is none before `untilMs`.
 */
export function nextArrival(shape: LoadShape, random: Random, afterMs: number, untilMs: number): number {
  const highest = highestRate(shape)
  if (highest <= 0) return Infinity
  let at = afterMs
  for (;;) {
    at += exponential(random, 1_000 / highest)
    if (at >= untilMs) return Infinity
    if (shape.kind === 'constant' || random.next() * highest < rateAt(shape, at)) return at
  }
}
