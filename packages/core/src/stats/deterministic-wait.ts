/**
 * Holds the waiting time in the queue M/D/c: Poisson arrivals, the same occupancy for every operation, first come
 * first served. Times are in occupancies. The distribution is exact up to `exactUntil`; the tail beyond decays at its
 * exact rate.
 *
 * Method. The number waiting, M, obeys M' = max(M + Poisson(load) - servers, 0) from one occupancy to the next. By
 * Spitzer's identity M is compound Poisson with weights b(k) = Σₙ P(Poisson(n·load) = n·servers + k) / n, so that
 * Panjer's recursion gives its probabilities up to a factor, and the known utilisation gives the factor. All terms are
 * positive, hence nothing cancels. The waiting time follows by Franx's formula (G. J. Franx, "A simple solution for
 * the M/D/c waiting time distribution", Operations Research Letters 29, 2001).
 */

export type DeterministicWait = {
  readonly exactUntil: number
  /** The tail beyond `exactUntil` falls by e^-decay in each occupancy. */
  readonly decay: number
  readonly probabilityOver: (occupancies: number) => number
}

/** Beyond so many terms the sum over n is taken in blocks, which is good to four digits. */
const EXACT_TERMS = 16
const BLOCKS_PER_OCTAVE = 8

/** The sum over n ends when its terms have fallen by e^-24. */
const NEGLIGIBLE_EXPONENT = 24

/** Newton's method converges quadratically here; the limit only guarantees an end. */
const MAX_NEWTON_STEPS = 60

/** Needs 0 < `load` < `servers`. */
export function deterministicWait(servers: number, load: number): DeterministicWait {
  // Few servers make the density uneven for longer, before it settles to an exponential.
  const exactUntil = Math.ceil(3 / servers)
  const atMost = waitingAtMost(servers, load, servers * exactUntil)
  const decay = load * (tailRoot(load / servers) - 1)
  const atEnd = 1 - (atMost.at(-1) ?? 1)

  const probabilityOver = (occupancies: number): number => {
    if (occupancies >= exactUntil) return atEnd * Math.exp(-decay * (occupancies - exactUntil))
    const windows = Math.floor(occupancies) + 1
    const exposure = load * (windows - occupancies)
    let weight = Math.exp(-exposure)
    let within = 0
    for (let arrivals = 0; arrivals < windows * servers; arrivals += 1) {
      within += (atMost[windows * servers - 1 - arrivals] ?? 0) * weight
      weight *= exposure / (arrivals + 1)
    }
    return Math.max(0, 1 - within)
  }
  return { exactUntil, decay, probabilityOver }
}

/** P(M ≤ j) for j = 0 … states-1. */
function waitingAtMost(servers: number, load: number, states: number): Float64Array {
  const relative = servers === 1 ? oneServer(load, states) : panjer(spitzerWeights(servers, load, states))
  const empty = (servers - load) / idleServers(servers, load, relative)
  let total = 0
  return relative.map((probability) => {
    total += probability * empty
    return total
  })
}

/**
 * P(M = j) relative to P(M = 0) with one server: from its balance, of so few states that nothing is lost by
 * the differences.
 */
function oneServer(load: number, states: number): Float64Array {
  const arrivals = new Float64Array(states + 1)
  arrivals[0] = Math.exp(-load)
  for (let count = 1; count <= states; count += 1)
    arrivals[count] = ((arrivals[count - 1] ?? 0) * load) / count
  const [none = 1] = arrivals
  const relative = new Float64Array(states)
  relative[0] = 1
  for (let state = 1; state < states; state += 1) {
    // From none waiting nobody leaves the line, so that it stays without an arrival too.
    let rest = relative[state - 1] ?? 0
    for (let from = 0; from < state; from += 1) rest -= (relative[from] ?? 0) * (arrivals[state - from] ?? 0)
    if (state === 1) rest -= none
    relative[state] = rest / none
  }
  return relative
}

/** P(M = j) relative to P(M = 0). */
function panjer(weights: Float64Array): Float64Array {
  const relative = new Float64Array(weights.length)
  relative[0] = 1
  for (let state = 1; state < weights.length; state += 1) {
    let sum = 0
    for (let jump = 1; jump <= state; jump += 1) {
      sum += jump * (weights[jump] ?? 0) * (relative[state - jump] ?? 0)
    }
    relative[state] = sum / state
  }
  return relative
}

/** The mean number of idle servers, if P(M = 0) were 1. It must come to servers - load. */
function idleServers(servers: number, load: number, relative: Float64Array): number {
  let idle = 0
  for (let waiting = 0; waiting < servers; waiting += 1) {
    let weight = (relative[waiting] ?? 0) * Math.exp(-load)
    for (let arrivals = 0; waiting + arrivals < servers; arrivals += 1) {
      idle += (servers - waiting - arrivals) * weight
      weight *= load / (arrivals + 1)
    }
  }
  return idle
}

/** The weights b(k) for k < states; b(0) is not needed and left at zero. */
function spitzerWeights(servers: number, load: number, states: number): Float64Array {
  const weights = new Float64Array(states)
  const utilisation = load / servers
  const lastTerm = NEGLIGIBLE_EXPONENT / (servers * (utilisation - 1 - Math.log(utilisation)))
  let width = 1
  for (let first = 1; first <= lastTerm; first += width) {
    width = first < EXACT_TERMS ? 1 : 2 ** Math.floor(Math.log2(first / BLOCKS_PER_OCTAVE))
    const middle = first + (width - 1) / 2
    const mean = middle * load
    let count = middle * servers + 1
    let weight = (width / middle) * Math.exp(count * Math.log(mean) - mean - logFactorial(count))
    for (let jump = 1; jump < states; jump += 1) {
      weights[jump] = (weights[jump] ?? 0) + weight
      count += 1
      weight *= mean / count
    }
  }
  return weights
}

/** ln Γ(value + 1): a sum for small whole numbers, Stirling's series for all others. */
function logFactorial(value: number): number {
  if (value < 16) {
    let sum = 0
    for (let factor = 2; factor <= value; factor += 1) sum += Math.log(factor)
    return sum
  }
  const series = 1 / (12 * value) - 1 / (360 * value ** 3)
  return (value + 0.5) * Math.log(value) - value + 0.5 * Math.log(2 * Math.PI) + series
}

/** The root z > 1 of ln z = utilisation·(z - 1): probabilities of M fall by 1/z in the long run. */
function tailRoot(utilisation: number): number {
  // The function is concave and this start lies beyond the root, so that Newton's steps stay on one side.
  let root = 1 + (2 * (1 - utilisation)) / utilisation ** 2
  for (let step = 0; step < MAX_NEWTON_STEPS; step += 1) {
    const change = (Math.log(root) - utilisation * (root - 1)) / (1 / root - utilisation)
    root -= change
    if (Math.abs(change) < 1e-12 * root) break
  }
  return root
}
