/**
 * Times as probability masses on a grid from nothing to the slack that a limit leaves: added by convolution.
 * What passes the grid's end is left out, for it can't come back.
 */

/** Fine enough that rounding the delay of each part is far below what timers and networks add. */
export const GRID = 72

export const POINTS: number = GRID + 1

/** Masses so small change nothing that anyone could measure. */
const NEGLIGIBLE = 1e-12

/**
 * A figure for each point of the grid. Plain lists: short typed ones take several times as long to make, which would
 * be much of what a prediction takes.
 */
export type Points = readonly number[]

/** Made of a fraction first, so that its copies hold fractions from the start and are not changed over to them. */
const NOTHING: Points = Array.from({ length: POINTS }, () => 0.5).fill(0)

export const nothing = (): number[] => NOTHING.slice()

export function pointMass(): Points {
  const masses = nothing()
  masses[0] = 1
  return masses
}

/** From the share up to half a step beyond each grid point. */
export function massesOf(upTo: (point: number) => number): Points {
  const masses = nothing()
  let below = 0
  for (let i = 0; i < POINTS; i++) {
    const share = upTo(i)
    masses[i] = share - below
    below = share
  }
  return masses
}

/** The distribution of a sum. */
export function addMasses(a: Points, b: Points): Points {
  const sum = nothing()
  // Two masses at once, as most of the time goes into reading and writing the sum.
  for (let i = 0; i < POINTS; i += 2) {
    const mass = materially(a[i] ?? 0)
    const next = i + 1 < POINTS ? materially(a[i + 1] ?? 0) : 0
    if (mass === 0 && next === 0) continue
    sum[i] = (sum[i] ?? 0) + mass * (b[0] ?? 0)
    for (let j = 1, to = i + 1; to < POINTS; j++, to++)
      sum[to] = (sum[to] ?? 0) + mass * (b[j] ?? 0) + next * (b[j - 1] ?? 0)
  }
  return sum
}

const materially = (mass: number): number => (mass < NEGLIGIBLE && mass > -NEGLIGIBLE ? 0 : mass)

export function cumulated(masses: Points): Points {
  const sums = nothing()
  let sum = 0
  for (let i = 0; i < POINTS; i++) {
    sum += masses[i] ?? 0
    sums[i] = sum
  }
  return sums
}

export function massOf(masses: Points): number {
  let sum = 0
  for (let i = 0; i < POINTS; i++) sum += masses[i] ?? 0
  return Math.min(1, sum)
}

/**
 * Tails, each half a step after its point, of times that are all so many times as long. What lies beyond the grid's
 * end is taken for exponential.
 */
export function stretched(tails: Points, factor: number): number[] {
  const end = tails[GRID] ?? 0
  const decay = end > 0 ? end / (tails[GRID - 1] ?? 1) : 0
  const longer = nothing()
  for (let i = 0; i < POINTS; i++) {
    const at = Math.max(0, (i + 0.5) / factor - 0.5)
    const before = Math.floor(at)
    // The last point is only half a step after the one before.
    const share = before === GRID - 1 ? 2 * (at - before) : at - before
    longer[i] =
      at >= GRID - 0.5
        ? end * decay ** (2 * (at - GRID + 0.5))
        : (1 - share) * (tails[before] ?? 0) + share * (tails[before + 1] ?? 0)
  }
  return longer
}
