/** Finds where something that holds for small values stops to hold. */

const PRECISION = 0.002

/** The largest value up to `most` that holds, to some thousandths of itself; null where none does. */
export function largestThat(holds: (value: number) => boolean, most: number): number | null {
  if (holds(most)) return most
  let [low, high] = [0, most]
  // A value that is far below the rest is found by its size first.
  while (high > most * PRECISION ** 2 && !holds(high / 2)) high /= 2
  if (high <= most * PRECISION ** 2) return null
  low = high / 2
  while (high - low > PRECISION * high) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
