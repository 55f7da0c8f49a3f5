/**
 * Loads made by chance of a seed, for where no recorded ones are at hand: shapes that services are known to meet,
 * in steps of a second, with noise that changes slowly as well as from one second to the next.
 */
import { exponential, poissonCount, seededRandom, type Random } from '@holdfast/core/stats'
import type { Trace } from './trace.ts'

const HOUR = 3_600

type Shape = (random: Random) => (second: number) => number

const SHAPES: Readonly<Record<string, { readonly seconds: number; readonly shape: Shape }>> = {
  'generated-diurnal': { seconds: 12 * HOUR, shape: diurnal },
  'generated-bursty': { seconds: 2 * HOUR, shape: bursty },
  'generated-flash-crowd': { seconds: 2 * HOUR, shape: flashCrowd },
}

/** Operations a second, before anyone scales them. */
const MEAN = 60

export function generatedTraces(seed: number): readonly Trace[] {
  return Object.entries(SHAPES).map(([name, { seconds, shape }], i) => {
    const random = seededRandom(seed + i)
    const rateAt = shape(random)
    const wavering = slowNoise(random)
    const rates = Float64Array.from({ length: seconds }, (_, second) =>
      poissonCount(random, Math.max(0, rateAt(second) * wavering())),
    )
    return { name, source: 'generated', stepSeconds: 1, rates }
  })
}

/** A day in half the time: twice as steep as life, so that half a day shows a whole one. */
function diurnal(): (second: number) => number {
  return (second) => MEAN * (1 - 0.7 * Math.cos((2 * Math.PI * second) / (12 * HOUR)))
}

/** Bursts of seconds to minutes, two to four times the usual. */
function bursty(random: Random): (second: number) => number {
  let until = 0
  let next = exponential(random, 300)
  let height = 1
  return (second) => {
    if (second >= next) {
      height = 2 + 2 * random.next()
      until = second + 5 + exponential(random, 60)
      next = until + exponential(random, 300)
    }
    return MEAN * (second < until ? height : 0.7)
  }
}

/** One crowd that comes within a minute and leaves over half an hour. */
function flashCrowd(random: Random): (second: number) => number {
  const begins = HOUR * (0.5 + 0.5 * random.next())
  return (second) => {
    const since = second - begins
    if (since < 0) return MEAN
    return MEAN * (1 + 5 * Math.min(1, since / 60) * Math.exp(-Math.max(0, since - 60) / 600))
  }
}

/** Around 1, correlated over some minutes: an autoregression of the first order. */
function slowNoise(random: Random): () => number {
  const memory = 0.99
  const spread = 0.02
  let off = 0
  return () => {
    off = memory * off + spread * (random.next() + random.next() - 1)
    return 1 + off
  }
}
