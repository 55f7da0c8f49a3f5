/**
 * Holds the standard normal distribution and its inverse.
 */

/** The share below `z`. */
export function standardNormalCdf(z: number): number {
  return standardNormalTail(-z)
}

/**
 * The share above `z`. The error stays below 1.2e-7 of the result itself, however small: erfcc of Press et al., Numerical
 * Recipes, section 6.2.
 */
export function standardNormalTail(z: number): number {
  const scaled = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.5 * scaled)
  const tail = 0.5 * t * Math.exp(-scaled * scaled + tailExponent(t))
  return z >= 0 ? tail : 1 - tail
}

/** Relative error below 1.15e-9: Peter Acklam's rational approximation. */
export function standardNormalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity
  if (probability >= 1) return Infinity
  if (probability < LOWER_TAIL) return tailQuantile(Math.sqrt(-2 * Math.log(probability)))
  if (probability > 1 - LOWER_TAIL) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - probability)))
  const q = probability - 0.5
  const r = q * q
  return (polynomial(CENTRE_ABOVE, r) * q) / (polynomial(CENTRE_BELOW, r) * r + 1)
}

const LOWER_TAIL = 0.02425

/** Written out, as the response model asks for it hundreds of times in each prediction. */
function tailExponent(t: number): number {
  const high = (((0.17087277 * t - 0.82215223) * t + 1.48851587) * t - 1.13520398) * t + 0.27886807
  return ((((high * t - 0.18628806) * t + 0.09678418) * t + 0.37409196) * t + 1.00002368) * t - 1.26551223
}

const CENTRE_ABOVE: readonly number[] = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
]
const CENTRE_BELOW: readonly number[] = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
]
const TAIL_ABOVE: readonly number[] = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const TAIL_BELOW: readonly number[] = [
  7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416,
]

const tailQuantile = (q: number): number => polynomial(TAIL_ABOVE, q) / (polynomial(TAIL_BELOW, q) * q + 1)

/** Horner's rule, highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (const coefficient of coefficients) value = value * x + coefficient
  return value
}
