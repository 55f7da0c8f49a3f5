/**
 * Holds reproducible randomness: a seeded generator behind a port, and draws from the distributions that models need.
 * The same seed gives the same draws for ever, so a simulated day can be replayed.
 */

/** A source of uniform numbers from 0 (inclusive) to 1 (exclusive). */
export interface Random {
  next(): number
}

const UINT32_RANGE = 4_294_967_296

/** The generator's first outputs still show the seed's pattern, so they are thrown away. */
const WARM_UP_DRAWS = 12

/** Above this mean a Poisson count is drawn in pieces, as e^-mean would lose precision. */
const MAX_POISSON_STEP = 30

/** The generator sfc32 (Chris Doty-Humphrey, PractRand) with its state spread by splitmix32 (Guy Steele et al.). */
export function seededRandom(seed: number): Random {
  const spread = splitmix32(seed)
  let a = spread()
  let b = spread()
  let c = spread()
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / UINT32_RANGE
  }
  for (let draw = 0; draw < WARM_UP_DRAWS; draw += 1) next()
  return { next }
}

function splitmix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log1p(-random.next())
}

/** A draw with this `mean`, whose logarithm has the standard deviation `sigma`. */
export function lognormal(random: Random, mean: number, sigma: number): number {
  return mean * Math.exp(sigma * standardNormal(random) - (sigma * sigma) / 2)
}

/** How many events of a Poisson process fall where `mean` are expected. */
export function poissonCount(random: Random, mean: number): number {
  let count = 0
  let rest = mean
  while (rest > MAX_POISSON_STEP) {
    count += smallPoissonCount(random, MAX_POISSON_STEP)
    rest -= MAX_POISSON_STEP
  }
  return count + smallPoissonCount(random, rest)
}

/** Knuth's method: multiply uniform numbers until the product falls below e^-mean. */
function smallPoissonCount(random: Random, mean: number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.next(); product > limit; product *= random.next()) count += 1
  return count
}

/** The Box–Muller transform; its second value is dropped to keep the draw free of state. */
function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log1p(-random.next()))
  return radius * Math.cos(2 * Math.PI * random.next())
}
