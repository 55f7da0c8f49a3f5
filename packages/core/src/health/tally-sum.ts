/**
 * Adds up tallies from the bytes in which they are kept, without making anything for each of them.
 */
import { emptyDistribution, LAST_INDEX, LEAST_INDEX, type Distribution } from '../stats/index.ts'
import { NumberReader } from './number-bytes.ts'
import { addInputs, INPUT_FIGURES, union, type InputTally } from './rules/index.ts'
import { COUNTS, type LevelTally, type Tally } from './tally.ts'
import type { NumberedNames } from './tally-bytes.ts'

export interface TallySum {
  /** The tally whose bytes begin there. */
  add(view: DataView, at: number, names: NumberedNames): void
  /** The sum; after it nothing is added any more. */
  total(): Tally
}

/** They are large, and most of them are empty again soon. */
const spare: Sum[] = []

export const createTallySum = (): TallySum => spare.pop() ?? new Sum()

// One for all, as nothing is read while something else is.
const reader = new NumberReader()
const figures = new Float64Array(16)

class Sum implements TallySum {
  readonly #counts = new Float64Array(COUNTS.length)
  readonly #response = new DistributionSum()
  readonly #service = new DistributionSum()
  readonly #levels = new Map<string, { met: number; missed: number }>()
  readonly #inputs = new Map<string, InputTally>()
  #sources: readonly string[] = []

  add(view: DataView, at: number, names: NumberedNames): void {
    reader.goTo(view, at)
    reader.addNumbers(this.#counts, this.#counts.length)
    const sources = names.listAt(reader.whole())
    if (sources !== this.#sources) this.#sources = union(this.#sources, sources)
    this.#response.add()
    this.#service.add()
    for (let left = reader.whole(); left > 0; left--) this.#addLevel(names)
    for (let left = reader.whole(); left > 0; left--) this.#addInput(names)
  }

  total(): Tally {
    const all: Tally = {
      ...takenCounts(this.#counts),
      response: this.#response.take(),
      service: this.#service.take(),
      levels: takenOf<LevelTally>(this.#levels),
      inputs: takenOf(this.#inputs),
      sources: this.#sources,
    }
    this.#sources = []
    spare.push(this)
    return all
  }

  #addLevel(names: NumberedNames): void {
    const name = names.nameAt(reader.whole())
    reader.numbers(figures, 0, 2)
    const [met, missed] = [figures[0] ?? 0, figures[1] ?? 0]
    const sum = this.#levels.get(name)
    if (sum === undefined) this.#levels.set(name, { met, missed })
    else {
      sum.met += met
      sum.missed += missed
    }
  }

  #addInput(names: NumberedNames): void {
    const name = names.nameAt(reader.whole())
    const input = readInput(names)
    const sum = this.#inputs.get(name)
    this.#inputs.set(name, sum === undefined ? input : addInputs(sum, input))
  }
}

function takenOf<T>(all: Map<string, T>): Readonly<Record<string, T>> {
  if (all.size === 0) return {}
  const taken = Object.fromEntries(all)
  all.clear()
  return taken
}

/** In the order of COUNTS. */
function takenCounts(
  counts: Float64Array,
): Omit<Tally, 'response' | 'service' | 'levels' | 'inputs' | 'sources'> {
  const taken = {
    seenMs: counts[0] ?? 0,
    readyMs: counts[1] ?? 0,
    arrivals: counts[2] ?? 0,
    completed: counts[3] ?? 0,
    failed: counts[4] ?? 0,
    refused: counts[5] ?? 0,
    aborted: counts[6] ?? 0,
    waitedMs: counts[7] ?? 0,
    servedMs: counts[8] ?? 0,
    insideMs: counts[9] ?? 0,
    placesMs: counts[10] ?? 0,
    takesIn: counts[11] ?? 0,
    instancesMs: counts[12] ?? 0,
  }
  counts.fill(0)
  return taken
}

function readInput(names: NumberedNames): InputTally {
  reader.numbers(figures, 0, INPUT_FIGURES.length + 1)
  const read = {
    samples: figures[0] ?? 0,
    seriesMs: figures[1] ?? 0,
    coveredMs: figures[2] ?? 0,
    grew: figures[3] ?? 0,
    levelMs: figures[4] ?? 0,
    last: figures[5] ?? 0,
    lastAt: figures[6] ?? 0,
    over: figures[7] ?? 0,
    estimated: figures[8] ?? 0,
  }
  let [least, greatest] = [Infinity, -Infinity]
  if (figures[INPUT_FIGURES.length] === 1) {
    reader.numbers(figures, 0, 2)
    least = figures[0] ?? 0
    greatest = figures[1] ?? 0
  }
  ofInput.add()
  const distribution = ofInput.take()
  return { ...read, least, greatest, distribution, sources: names.listAt(reader.whole()) }
}

/** How many numbers come before it is known whether there is anything. */
const SUM_UP_TO = 4
const ALL_BUCKETS = LAST_INDEX - LEAST_INDEX + 1
const [COUNT, SUM, LEAST, GREATEST, HELD, FIRST] = [0, 2, 3, 4, 5, 6] as const
/** To be copied: of floats, without a hole, so that whoever reads a copy is as quick as that can be. */
const ANY_BUCKETS: readonly number[] = Array.from({ length: ALL_BUCKETS }, (_, i) => i / 2)
const NOTHING = [0, 0, 0, Infinity, 0] as const

class DistributionSum {
  /** One place for every bucket that there is: all zero before anything is added. */
  readonly #buckets = new Float64Array(ALL_BUCKETS)
  // Fields that are no small integers would be boxed on every change.
  readonly #totals = Float64Array.from(NOTHING)
  #first: number = ALL_BUCKETS
  #last = -1

  /** What comes next of what is read. */
  add(): void {
    reader.numbers(figures, 0, SUM_UP_TO)
    if (figures[COUNT] === 0) return
    reader.numbers(figures, SUM_UP_TO, FIRST + 1)
    const totals = this.#totals
    for (let i: number = COUNT; i <= SUM; i++) totals[i] = (totals[i] ?? 0) + (figures[i] ?? 0)
    totals[LEAST] = Math.min(totals[LEAST] ?? 0, figures[LEAST] ?? 0)
    totals[GREATEST] = Math.max(totals[GREATEST] ?? 0, figures[GREATEST] ?? 0)
    this.#addBuckets()
  }

  #addBuckets(): void {
    const held = (figures[HELD] ?? 0) | 0
    if (held === 0) return
    // As whole numbers: with what comes from floats places would be worked out as floats, at three times the cost.
    const first = (figures[FIRST] ?? 0) | 0
    const last = reader.addCounts(this.#buckets, first, held)
    if (first < this.#first) this.#first = first
    if (last > this.#last) this.#last = last
  }

  /** The sum, and nothing is left. */
  take(): Distribution {
    const [first, last] = [this.#first, this.#last]
    const [count = 0, zeroCount = 0, sum = 0, min = 0, max = 0] = this.#totals
    if (count === 0) return emptyDistribution
    this.#totals.set(NOTHING)
    if (last < first) return { count, zeroCount, sum, min, max, offset: 0, buckets: [] }
    // Of its length at once: to push that many takes six times as long.
    const buckets = ANY_BUCKETS.slice(first, last + 1)
    for (let i = 0; i < buckets.length; i++) buckets[i] = this.#buckets[first + i] ?? 0
    this.#buckets.fill(0, first, last + 1)
    this.#first = ALL_BUCKETS
    this.#last = -1
    return { count, zeroCount, sum, min, max, offset: first + LEAST_INDEX, buckets }
  }
}

const ofInput = new DistributionSum()
