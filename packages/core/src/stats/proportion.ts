/** What few observations say of a share: bounds instead of guesses. */

/**
 * The share that the true one is above with the confidence of `z` standard deviations (Wilson's score
 * interval, 1927), which also holds for few observations and shares near 0 and 1.
 */
export function proportionAtLeast(hits: number, total: number, z: number): number {
  if (total <= 0) return 0
  const share = hits / total
  const zz = (z * z) / total
  const centre = share + zz / 2
  const spread = z * Math.sqrt((share * (1 - share)) / total + zz / (4 * total))
  return Math.max(0, (centre - spread) / (1 + zz))
}
