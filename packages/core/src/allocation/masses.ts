/**
 * Times as probability masses on a grid from nothing to the slack that a limit leaves: added by convolution.
 * What passes the grid's end is left out, for it can't come back.
 */

/** Fine enough that rounding the delay of each part is far below what timers and networks add. */
export const GRID = 72

export const POINTS: number = GRID + 1

/** Masses so small change nothing that anyone could measure. */
const NEGLIGIBLE = 1e-12

export function pointMass(): Float64Array {
  const masses = new Float64Array(POINTS)
  masses[0] = 1
  return masses
}

/** From the share up to half a step beyond each grid point. */
export function massesOf(upTo: (point: number) => number): Float64Array {
  const masses = new Float64Array(POINTS)
  let below = 0
  for (let i = 0; i < POINTS; i++) {
    const share = upTo(i)
    masses[i] = share - below
    below = share
  }
  return masses
}

/** The distribution of a sum. */
export function addMasses(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(POINTS)
  for (let i = 0; i < POINTS; i++) {
    const mass = a[i] ?? 0
    if (mass < NEGLIGIBLE && mass > -NEGLIGIBLE) continue
    for (let j = 0, to = i; to < POINTS; j++, to++) sum[to] = (sum[to] ?? 0) + mass * (b[j] ?? 0)
  }
  return sum
}

export function cumulated(masses: Float64Array): Float64Array {
  const sums = new Float64Array(POINTS)
  let sum = 0
  for (let i = 0; i < POINTS; i++) {
    sum += masses[i] ?? 0
    sums[i] = sum
  }
  return sums
}

export function massOf(masses: Float64Array): number {
  let sum = 0
  for (let i = 0; i < POINTS; i++) sum += masses[i] ?? 0
  return Math.min(1, sum)
}
