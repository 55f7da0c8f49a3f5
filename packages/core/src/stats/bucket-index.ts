/**
 * Decides which bucket of a base-2 exponential histogram of scale 6 a value belongs to: bucket i holds the values v with
 * 2^(i/64) < v ≤ 2^((i+1)/64). Values at an edge are placed exactly.
 */

/** Scale 6: this many buckets double a value. */
const BUCKETS_PER_OCTAVE = 64

const LEAST_EXPONENT = -32
const LAST_EXPONENT = 47

/**
 * Values up to 2^-32 count as zero and values above 2^48 go to the last bucket, so that one odd value cannot make a
 * distribution of a hundred thousand buckets. In milliseconds this is a quarter of a picosecond to nine thousand years.
 */
export const LEAST_INDEX: number = LEAST_EXPONENT * BUCKETS_PER_OCTAVE
export const LAST_INDEX: number = (LAST_EXPONENT + 1) * BUCKETS_PER_OCTAVE - 1

/** A logarithm this near to a bucket's edge may have been rounded across it. */
const EDGE_TOLERANCE = 1e-9

const POWERS: readonly number[] = Array.from(
  { length: BUCKETS_PER_OCTAVE },
  (_, step) => 2 ** (step / BUCKETS_PER_OCTAVE),
)

/** The largest value of bucket `index`. */
export function bucketUpperBound(index: number): number {
  const edge = index + 1
  const octave = Math.floor(edge / BUCKETS_PER_OCTAVE)
  return (POWERS[edge - octave * BUCKETS_PER_OCTAVE] ?? 1) * 2 ** octave
}

/** The bucket of a value of zero or more; below LEAST_INDEX it means zero. */
export function bucketIndex(value: number): number {
  const position = Math.log2(value) * BUCKETS_PER_OCTAVE
  const edge = Math.round(position)
  if (!(Math.abs(position - edge) <= EDGE_TOLERANCE)) return withinRange(Math.ceil(position) - 1)
  return withinRange(value <= bucketUpperBound(edge - 1) ? edge - 1 : edge)
}

function withinRange(index: number): number {
  return Math.max(LEAST_INDEX - 1, Math.min(LAST_INDEX, index))
}

/** The mantissa's first 7 bits cut an octave finer than buckets do, so that at most one edge lies in a cut. */
const CUT_BITS = 7
const CUTS_PER_OCTAVE = 1 << CUT_BITS
const HIGH_MANTISSA_BITS = 20
const EXPONENT_BIAS = 1_023

/** The bucket of each cut's first value, in the octave from 1 to 2. */
const FIRST_BUCKETS: readonly number[] = Array.from({ length: CUTS_PER_OCTAVE }, (_, cut) =>
  bucketIndex(1 + cut / CUTS_PER_OCTAVE),
)

/** From the bucket below the first one kept, as the edge 2^-32 belongs to it. */
const UPPER_BOUNDS: readonly number[] = Array.from({ length: LAST_INDEX - LEAST_INDEX + 2 }, (_, position) =>
  bucketUpperBound(LEAST_INDEX - 1 + position),
)

/**
 * A quicker `bucketIndex` for the hot path: it reads exponent and mantissa from the number's bits, looks up the bucket in
 * which their cut begins, and compares once. It owns a scratch buffer, which is why it has to be created.
 */
export function createBucketIndexer(): (value: number) => number {
  const bits = new DataView(new ArrayBuffer(8))
  return (value) => {
    // A zero may have a sign, which would be read as the greatest exponent.
    bits.setFloat64(0, value + 0)
    const high = bits.getUint32(0)
    const exponent = (high >>> HIGH_MANTISSA_BITS) - EXPONENT_BIAS
    if (exponent < LEAST_EXPONENT) return LEAST_INDEX - 1
    if (exponent > LAST_EXPONENT) return LAST_INDEX
    const cut = (high >>> (HIGH_MANTISSA_BITS - CUT_BITS)) & (CUTS_PER_OCTAVE - 1)
    const index = exponent * BUCKETS_PER_OCTAVE + (FIRST_BUCKETS[cut] ?? 0)
    return value > (UPPER_BOUNDS[index - LEAST_INDEX + 1] ?? 0) ? index + 1 : index
  }
}
