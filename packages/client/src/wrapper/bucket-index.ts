/**
 * Decides which bucket of a base-2 exponential histogram of scale 6 a value belongs to: bucket i holds the values v with
 * 2^(i/64) < v ≤ 2^((i+1)/64), the indices of OpenTelemetry, and those that the server counts by.
 */

const BUCKETS_PER_OCTAVE = 64
const LEAST_EXPONENT = -32
const LAST_EXPONENT = 47

/** Below it a value counts as zero; above the last, as of the last. */
export const LEAST_INDEX: number = LEAST_EXPONENT * BUCKETS_PER_OCTAVE
const LAST_INDEX: number = (LAST_EXPONENT + 1) * BUCKETS_PER_OCTAVE - 1

const POWERS = Float64Array.from(
  { length: BUCKETS_PER_OCTAVE },
  (_, step) => 2 ** (step / BUCKETS_PER_OCTAVE),
)

/** The mantissa's first 7 bits cut an octave finer than buckets do, so that at most one edge lies in a cut. */
const CUT_BITS = 7
const CUTS_PER_OCTAVE = 1 << CUT_BITS
const HIGH_MANTISSA_BITS = 20
const EXPONENT_BIAS = 1_023

/** The bucket of each cut's first value, in the octave from 1 to 2; a value at an edge belongs to the bucket below it. */
const FIRST_BUCKETS = Int32Array.from({ length: CUTS_PER_OCTAVE }, (_, cut) => {
  const value = 1 + cut / CUTS_PER_OCTAVE
  return POWERS.findLastIndex((edge) => edge < value)
})

const UPPER_BOUNDS = Float64Array.from({ length: LAST_INDEX - LEAST_INDEX + 2 }, (_, position) => {
  const edge = LEAST_INDEX + position
  const octave = Math.floor(edge / BUCKETS_PER_OCTAVE)
  return (POWERS[edge - octave * BUCKETS_PER_OCTAVE] ?? 1) * 2 ** octave
})

const bits = new DataView(new ArrayBuffer(8))

/** Of a value of zero or more. It reads exponent and mantissa from the number's bits and compares once. */
export function bucketIndex(value: number): number {
  bits.setFloat64(0, value)
  const high = bits.getUint32(0)
  const exponent = (high >>> HIGH_MANTISSA_BITS) - EXPONENT_BIAS
  if (exponent < LEAST_EXPONENT) return LEAST_INDEX - 1
  if (exponent > LAST_EXPONENT) return LAST_INDEX
  const cut = (high >>> (HIGH_MANTISSA_BITS - CUT_BITS)) & (CUTS_PER_OCTAVE - 1)
  const index = exponent * BUCKETS_PER_OCTAVE + (FIRST_BUCKETS[cut] ?? 0)
  return value > (UPPER_BOUNDS[index - LEAST_INDEX + 1] ?? 0) ? index + 1 : index
}
