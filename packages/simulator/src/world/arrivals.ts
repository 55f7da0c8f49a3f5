/**
 * Draws when operations come, one after the other. Open loop: clients do not slow down because the service
 * does. Operations are independent of each other but for recorded ones that are to come in their exact number.
 */
import { exponential, type Random } from '@holdfast/core/stats'
import { highestRate, rateAt, type LoadShape, type TraceLoad } from './load-shape.ts'

/** The next arrival after the last one; Infinity when there is none any more. */
export type Arrivals = () => number

export interface ArrivalSpan {
  readonly from: number
  readonly to: number
}

export function arrivalsOf(shape: LoadShape, random: Random, span: ArrivalSpan): Arrivals {
  switch (shape.kind) {
    case 'constant':
      return regular(shape.rate, random, span)
    case 'trace':
      return shape.exact === true ? recorded(shape, random, span) : stepwise(shape, random, span)
    case 'sine':
    case 'steps':
    case 'points':
      return thinned((at) => rateAt(shape, at), highestRate(shape), random, span)
  }
}

/** What comes beside the load itself while there is so many times as much of it. */
export function surgeArrivals(shape: LoadShape, factor: number, random: Random, span: ArrivalSpan): Arrivals {
  const more = Math.max(0, factor - 1)
  return thinned((at) => more * rateAt(shape, at), more * highestRate(shape), random, span)
}

function regular(rate: number, random: Random, { from, to }: ArrivalSpan): Arrivals {
  let at = rate > 0 ? from : Infinity
  return () => {
    if (at < to) at += exponential(random, 1_000 / rate)
    return at < to ? at : Infinity
  }
}

/** A Poisson process with a changing rate, by thinning one of the highest (Lewis and Shedler 1979). */
function thinned(
  rateOf: (at: number) => number,
  highest: number,
  random: Random,
  { from, to }: ArrivalSpan,
): Arrivals {
  let at = highest > 0 ? from : Infinity
  return () => {
    while (at < to) {
      at += exponential(random, 1_000 / highest)
      if (at < to && random.next() * highest < rateOf(at)) return at
    }
    return Infinity
  }
}

/** A Poisson process whose rate changes in steps: it forgets, so that it may begin anew with each of them. */
function stepwise(shape: TraceLoad, random: Random, { from, to }: ArrivalSpan): Arrivals {
  const end = Math.min(to, shape.rates.length * shape.step)
  let at = from
  return () => {
    while (at < end) {
      const stepEnd = Math.min(end, (Math.floor(at / shape.step) + 1) * shape.step)
      const rate = rateAt(shape, at)
      at = rate > 0 ? at + exponential(random, 1_000 / rate) : stepEnd
      if (at < stepEnd) return at
      at = stepEnd
    }
    return Infinity
  }
}

/** The recorded number of operations in each step, each at a time of its own. */
function recorded(shape: TraceLoad, random: Random, { from, to }: ArrivalSpan): Arrivals {
  const { rates, step, factor = 1 } = shape
  let next = Math.floor(from / step)
  let times = new Float64Array(0)
  let place = 0
  return () => {
    for (;;) {
      while (place >= times.length) {
        if (next >= rates.length || next * step >= to) return Infinity
        const count = timesFactor(atRandom(((rates[next] ?? 0) * step) / 1_000, random), factor, random)
        const begins = next * step
        times = Float64Array.from({ length: count }, () => begins + random.next() * step).sort()
        place = 0
        next += 1
      }
      const at = times[place] ?? Infinity
      place += 1
      if (at >= to) return Infinity
      if (at >= from) return at
    }
  }
}

/** Each is kept, dropped or repeated by itself, which leaves the bursts of a load what they are. */
function timesFactor(count: number, factor: number, random: Random): number {
  if (factor === 1) return count
  let kept = 0
  for (let i = 0; i < count; i++) kept += atRandom(factor, random)
  return kept
}

/** A whole number with this mean. */
function atRandom(mean: number, random: Random): number {
  const whole = Math.floor(mean)
  const rest = mean - whole
  // What is whole but for the rounding of a product needs no draw.
  if (rest < ROUNDING || rest > 1 - ROUNDING) return Math.round(mean)
  return whole + (random.next() < rest ? 1 : 0)
}

const ROUNDING = 1e-9
