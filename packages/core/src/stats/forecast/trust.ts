/**
 * Which predictors to trust: each has a weight that falls with every error it makes, and what is taken from
 * those that err is shared among all, so that a predictor that was wrong for long comes back within a few
 * evaluations once it is right (the variable share of M. Herbster and M. K. Warmuth, Tracking the best expert,
 * 1998). A predictor that says nothing at an evaluation keeps its weight (Y. Freund and others, Using and
 * combining predictors that specialize, 1997).
 */
import { logError } from './chance.ts'
import { short } from './short-number.ts'

/** One error takes at most this power of e from a weight. */
const MOST_LOSS = 4
/** What an expert with the greatest loss gives away. */
const SHARED = 0.02
/** Of an even share: from here a predictor comes back within two evaluations. */
const LEAST_SHARE = 0.01
const WEIGHT_DIGITS = 4

/** `news` is the share of what came that no earlier evaluation has judged. */
export function learnTrust(
  trust: readonly number[],
  forecasts: readonly (number | null)[],
  actual: {
    readonly arrivals: number
    readonly seconds: number
    readonly variance: number
    readonly news: number
  },
): readonly number[] {
  let awake = 0
  let heldBefore = 0
  let heldAfter = 0
  let pool = 0
  const after = trust.map((weight, i) => {
    const forecast = forecasts[i]
    if (forecast === null || forecast === undefined) return null
    const error = logError(actual.arrivals, forecast * actual.seconds)
    const loss = actual.news * Math.min(MOST_LOSS, error ** 2 / (2 * actual.variance))
    const left = weight * Math.exp(-loss)
    const given = left * (1 - (1 - SHARED) ** loss)
    awake += 1
    heldBefore += weight
    heldAfter += left
    pool += given
    return left - given
  })
  if (awake < 2 || heldAfter === 0) return trust
  const floored = after.map((left) =>
    left === null ? null : Math.max((LEAST_SHARE * heldAfter) / awake, left + pool / awake),
  )
  // What those that spoke held together they hold together again.
  const scale = heldBefore / floored.reduce<number>((sum, weight) => sum + (weight ?? 0), 0)
  return trust.map((weight, i) => {
    const own = floored[i]
    return own === null || own === undefined ? weight : short(own * scale, WEIGHT_DIGITS)
  })
}
