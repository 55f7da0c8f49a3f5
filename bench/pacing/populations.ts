/** Seeded populations of clients with known laws of change. */
import { exponential, lognormal, seededRandom, type Random } from '@holdfast/core/stats'
import { changingClient, type Made, type World, type WorldClient } from './world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Midnight, so that hours of the day are those of the populations. */
export const START = 1_699_920_000_000

export interface Size {
  readonly clients: number
  readonly hours: number
}

interface Law {
  readonly law: Made['law']
  readonly dwellMs: number
  next(random: Random, at: number): number
}

interface Making {
  readonly className: string
  readonly random: Random
  readonly hours: number
}

/** Changes from a while before the start on, so that nobody has just changed. */
function client({ className, random, hours }: Making, law: Law): WorldClient {
  const to = START + hours * HOUR
  const from = START + random.next() * MINUTE
  const times: number[] = []
  for (let at = START - 4 * HOUR - 2 * law.dwellMs * random.next(); at < to;) {
    at += law.next(random, at)
    if (at >= from && at < to) times.push(at)
  }
  const { dwellMs } = law
  return changingClient(className, { times: Float64Array.from(times), law: law.law, dwellMs }, { from, to })
}

const byChance = (dwellMs: number): Law => ({
  law: 'by chance',
  dwellMs,
  next: (random) => exponential(random, dwellMs),
})

/** The sum of so many exponential times: a coefficient of variation of 0.2. */
export const REGULAR_STEPS = 25

const regular = (dwellMs: number): Law => ({
  law: 'regular',
  dwellMs,
  next(random) {
    let sum = 0
    for (let i = 0; i < REGULAR_STEPS; i += 1) sum += exponential(random, dwellMs / REGULAR_STEPS)
    return sum
  },
})

function bursty(): Law {
  let burst = false
  let until = -Infinity
  return {
    law: null,
    dwellMs: 3 * MINUTE,
    next(random, at) {
      for (let now = at; ; now = until) {
        if (now >= until) {
          burst = until === -Infinity ? random.next() < 1 / 12 : !burst
          until = now + exponential(random, (burst ? 5 : 55) * MINUTE)
        }
        const next = now + exponential(random, burst ? 15 * SECOND : 2 * HOUR)
        if (next < until) return next - at
      }
    },
  }
}

/** 16 hours at 1.45 and 8 at 0.1 of the mean rate, thinned from the greater one. */
const diurnal = (dwellMs: number): Law => ({
  law: null,
  dwellMs,
  next(random, at) {
    for (let now = at; ;) {
      now += exponential(random, dwellMs / 1.45)
      if ((now / HOUR) % 24 >= 8 || random.next() < 0.1 / 1.45) return now - at
    }
  },
})

/** Log-normal with the median of ten minutes. */
const aroundTenMinutes = (random: Random, sigma: number): number =>
  lognormal(random, 10 * MINUTE * Math.exp(sigma ** 2 / 2), sigma)

export function population(name: PopulationName, size: Size, seed: number): World {
  return { name, clients: MAKERS[name](size, seededRandom(seed)) }
}

type Maker = (size: Size, random: Random) => readonly WorldClient[]

const twoClasses =
  (law: (dwellMs: number) => Law): Maker =>
  ({ clients, hours }, random) =>
    Array.from({ length: clients }, (_, i) =>
      i % 10 === 0
        ? client({ className: 'each minute', random, hours }, law(MINUTE))
        : client({ className: 'every 5 min', random, hours }, law(5 * MINUTE)),
    )

const logNormal: Maker = ({ clients, hours }, random) => {
  const dwells = Array.from({ length: clients }, () => aroundTenMinutes(random, 1.5)).toSorted(
    (a, b) => a - b,
  )
  return dwells.map((dwellMs, i) =>
    client({ className: `quintile ${1 + Math.floor((5 * i) / clients)}`, random, hours }, byChance(dwellMs)),
  )
}

const allOf =
  (className: string, law: (random: Random) => Law): Maker =>
  ({ clients, hours }, random) =>
    Array.from({ length: clients }, () => client({ className, random, hours }, law(random)))

const SORTS: readonly { readonly className: string; readonly law: (random: Random) => Law }[] = [
  { className: 'each minute', law: () => byChance(MINUTE) },
  { className: 'every 5 min', law: () => byChance(5 * MINUTE) },
  { className: 'regular', law: () => regular(5 * MINUTE) },
  { className: 'log-normal', law: (random) => byChance(aroundTenMinutes(random, 1.5)) },
  { className: 'bursty', law: bursty },
  { className: 'diurnal', law: (random) => diurnal(aroundTenMinutes(random, 0.7)) },
]

const mixed: Maker = ({ clients, hours }, random) =>
  SORTS.flatMap(({ className, law }) =>
    Array.from({ length: Math.floor(clients / SORTS.length) }, () =>
      client({ className, random, hours }, law(random)),
    ),
  )

const MAKERS = {
  seed: twoClasses(byChance),
  regular: twoClasses(regular),
  'log-normal': logNormal,
  bursty: allOf('bursty', bursty),
  diurnal: allOf('diurnal', (random) => diurnal(aroundTenMinutes(random, 0.7))),
  mixed,
} satisfies Record<string, Maker>

export type PopulationName = keyof typeof MAKERS
