/**
 * How far off the forecast has been of late, as quantiles that calibrate themselves: each moves up by a step
 * when what came lies above it and down when below, in the ratio that lets it be passed as often as it should
 * (I. Gibbs and E. Candès, Adaptive conformal inference, 2021). They are kept in units of a scale that follows
 * the size of the errors within minutes. What chance does to the counts that forecasts are compared with is
 * taken out again.
 */
import { standardNormalQuantile } from '../normal.ts'
import { short } from './short-number.ts'

/** More of them above, since too little costs more than too much. */
export const LEVELS: readonly number[] = [0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99]
export const LEVEL_SCORES: readonly number[] = LEVELS.map(standardNormalQuantile)
const MIDDLE = 2

export interface Spread {
  /** Errors that it was learned from, as far as that matters. */
  readonly seen: number
  /** Of errors: the mean of their squares of late. */
  readonly scale: number
  /** For each level, in units of the scale's root. */
  readonly quantiles: readonly number[]
  /** The share of chance in the scale. */
  readonly chance: number
}

/** Before anything was learned a forecast is taken to be off by a quarter. */
export const noSpread: Spread = { seen: 0, scale: 0.0625, quantiles: LEVEL_SCORES, chance: 0 }

/** Each is learned over so many errors; the first ones count for more, as there are no others yet. */
const SCALE_MEMORY = 80
const CHANCE_MEMORY = 100
const QUANTILE_STEP = 0.05
const FIRST_STEP = 0.2
/** The first guess counts for so many errors. */
const GUESS = 1
const LEAST_SCALE = 1e-6

export function learnSpread(before: Spread, error: number, chanceVariance: number): Spread {
  const { scale, quantiles, chance } = before
  const seen = Math.min(CHANCE_MEMORY, before.seen + 1)
  const gain = (memory: number): number => 1 / Math.min(memory, seen + GUESS)
  const step = Math.max(QUANTILE_STEP, FIRST_STEP / Math.sqrt(seen))
  const size = error / Math.sqrt(scale)
  return {
    seen,
    scale: short(Math.max(LEAST_SCALE, scale + gain(SCALE_MEMORY) * (error ** 2 - scale)), 4),
    quantiles: quantiles.map((quantile, i) => {
      const level = LEVELS[i] ?? 0.5
      // Adding 0 makes of −0, which JSON does not know, a 0.
      return Math.round(1_000 * (quantile + step * (level - (size < quantile ? 1 : 0)))) / 1_000 + 0
    }),
    chance: short(chance + gain(CHANCE_MEMORY) * (Math.min(1, chanceVariance / scale) - chance), 4),
  }
}

/** A median that is off by less is not told from none. */
const SLIGHT_BIAS = 0.1
/** So much more than its mean is taken for chance, as the share of chance is itself known by chance. */
const CHANCE_MARGIN = 1.15

/** For each level the error that is passed with its complement, without chance; rising. */
export function errorQuantiles({ scale, quantiles, chance }: Spread): readonly number[] {
  const root = Math.sqrt(scale)
  const rising = isRising(quantiles) ? quantiles : quantiles.toSorted((a, b) => a - b)
  const median = rising[MIDDLE] ?? 0
  const bias = Math.sign(median) * Math.max(0, Math.abs(median) - SLIGHT_BIAS)
  return rising.map((quantile, i) => {
    const score = LEVEL_SCORES[i] ?? 0
    const own = (quantile - median) ** 2 - chance * CHANCE_MARGIN * score ** 2
    return root * (bias + Math.sign(score) * Math.sqrt(Math.max(0, own)))
  })
}

const isRising = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || value >= (values[i - 1] ?? value))

/** Between the levels straight in standard deviations; beyond the outermost as between the last two. */
export function interpolate(atLevels: readonly number[], probability: number): number {
  const { upper, share } = placeOf(probability)
  const from = atLevels[upper - 1] ?? 0
  return from + share * ((atLevels[upper] ?? 0) - from)
}

interface Place {
  /** The level above. */
  readonly upper: number
  /** How far it lies from the level below towards it. */
  readonly share: number
}

/** The same few probabilities are asked for at every tick. */
const places = new Map<number, Place>()
const MAX_PLACES = 100

function placeOf(probability: number): Place {
  const known = places.get(probability)
  if (known !== undefined) return known
  const score = standardNormalQuantile(Math.min(0.999, Math.max(0.001, probability)))
  let upper = 1
  while (upper < LEVEL_SCORES.length - 1 && (LEVEL_SCORES[upper] ?? 0) < score) upper += 1
  const [fromScore, toScore] = [LEVEL_SCORES[upper - 1] ?? 0, LEVEL_SCORES[upper] ?? 0]
  const place: Place = { upper, share: (score - fromScore) / (toScore - fromScore) }
  if (places.size >= MAX_PLACES) places.clear()
  places.set(probability, place)
  return place
}
