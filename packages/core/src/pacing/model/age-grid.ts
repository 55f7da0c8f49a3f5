/**
 * The ages and dwell times that the model tells apart. Ages count in mean dwell times, so that fast and slow clients of
 * the same nature share what is learned; both grids are even in the logarithm. It must not know any client.
 */

/** A regular client changes within a fifth of its dwell time, which an octave would blur. */
const AGES_PER_OCTAVE = 4
const OCTAVES_BELOW = 6
const OCTAVES_ABOVE = 5

/** The first bucket holds all below, the last all above. */
export const AGE_BUCKETS: number = (OCTAVES_BELOW + OCTAVES_ABOVE) * AGES_PER_OCTAVE + 2

/** Where bucket i begins; the first at age 0. */
export const AGE_EDGES: Float64Array = Float64Array.from({ length: AGE_BUCKETS }, (_, i) =>
  i === 0 ? 0 : 2 ** ((i - 1) / AGES_PER_OCTAVE - OCTAVES_BELOW),
)

export function ageBucket(age: number): number {
  return Math.min(AGE_BUCKETS - 1, Math.max(0, Math.floor(agePosition(age))))
}

/** Where an age lies among the edges, for interpolation: 2.5 is between edges 2 and 3. */
export function agePosition(age: number): number {
  const least = AGE_EDGES[1] ?? 1
  if (age < least) return Math.max(0, age / least)
  return Math.min(AGE_BUCKETS - 1, 1 + (Math.log2(age) + OCTAVES_BELOW) * AGES_PER_OCTAVE)
}

/** A bucket is a factor of 2.5 wide: clients of one bucket differ less than what is known of each. */
const OCTAVES_PER_RATE = 4 / 3
/** From half a second to a fortnight. */
const LEAST_DWELL_OCTAVE = 9
export const RATE_BUCKETS = 16

export function rateBucket(dwellMs: number): number {
  const position = (Math.log2(dwellMs) - LEAST_DWELL_OCTAVE) / OCTAVES_PER_RATE
  return Math.min(RATE_BUCKETS - 1, Math.max(0, Math.floor(position)))
}

/** The dwell time in the middle of a bucket. */
export const rateBucketDwell = (bucket: number): number =>
  2 ** ((bucket + 0.5) * OCTAVES_PER_RATE + LEAST_DWELL_OCTAVE)
