/**
 * Guesses how a client of which nothing is known yet behaves, from what it tells of itself: device, link, country. Naive
 * Bayes over the cells of behaviour (kind and rate); each client that is known well has one voice. Counts of several
 * servers add up. It changes in place.
 */
import { rateBucket, rateBucketDwell, RATE_BUCKETS } from '../model/index.ts'
import { kindOf, KINDS, type Behaviour } from '../model/index.ts'
import { dwellOf, type RateEstimate } from '../model/index.ts'

export type Features = Readonly<Record<string, string>>

const CELLS = KINDS.length * RATE_BUCKETS
/** Of one feature; whatever else clients say counts as one value more. */
const MOST_VALUES = 64
const OTHER = 'other'
/** A value that nobody was seen with says as much as this many clients who are as all are. */
const AS_ALL = 2
/** A client's own rate is known to a third after so many changes, or after the time of so many without them. */
const KNOWN_CHANGES = 8

export interface Guess {
  readonly dwellMs: number
  /** From 0 to 1, in the order of KINDS. */
  readonly kinds: readonly number[]
}

export interface FeatureCounts {
  /** Clients by cell. */
  readonly all: Float64Array
  /** By feature and value. */
  readonly byValue: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>
}

export class FeatureGroups {
  readonly #features: readonly string[]
  readonly #all = new Float64Array(CELLS)
  readonly #byValue = new Map<string, Map<string, Float64Array>>()

  constructor(features: readonly string[]) {
    this.#features = features
    for (const feature of features) this.#byValue.set(feature, new Map())
  }

  /**
   * As what a client counts from now on, given as what it did; null while it is not known well enough. `usual` is what is
   * thought of one of which nothing is known.
   */
  learn(
    features: Features,
    { rate, behaviour }: { readonly rate: RateEstimate; readonly behaviour: Behaviour },
    usual: RateEstimate,
    before: number | null,
  ): number | null {
    if (rate.changes < KNOWN_CHANGES && rate.exposureMs < KNOWN_CHANGES * dwellOf(usual)) return before
    const cell = kindOf(behaviour) * RATE_BUCKETS + rateBucket(dwellOf(rate))
    if (cell === before) return before
    if (before !== null) this.#count(features, before, -1)
    this.#count(features, cell, 1)
    return cell
  }

  /** Null while nobody is known who told of these features. */
  guess(features: Features): Guess | null {
    const clients = this.#all.reduce((sum, count) => sum + count, 0)
    if (clients === 0) return null
    const scores = this.#all.map((count, cell) => this.#score(features, cell, count, clients))
    const best = Math.max(...scores)
    const chances = scores.map((score) => Math.exp(score - best))
    const total = chances.reduce((sum, chance) => sum + chance, 0)
    let logDwell = 0
    const kinds = KINDS.map(() => 0)
    for (const [cell, chance] of chances.entries()) {
      const share = chance / total
      const kind = Math.floor(cell / RATE_BUCKETS)
      kinds[kind] = (kinds[kind] ?? 0) + share
      logDwell += share * Math.log(rateBucketDwell(cell % RATE_BUCKETS))
    }
    return { dwellMs: Math.exp(logDwell), kinds }
  }

  get counts(): FeatureCounts {
    return { all: this.#all, byValue: this.#byValue }
  }

  /** How clients that told of each value behave: how many are known, and how often they change. */
  get values(): readonly ValueOf[] {
    return [...this.#byValue].flatMap(([feature, values]) =>
      [...values].map(([value, counts]) => ({ feature, value, ...centreOf(counts) })),
    )
  }

  /** Adds what another server or an earlier time counted. */
  add({ all, byValue }: FeatureCounts): void {
    for (const [cell, count] of all.entries()) this.#all[cell] = (this.#all[cell] ?? 0) + count
    for (const [feature, values] of byValue) {
      if (!this.#byValue.has(feature)) continue
      for (const [value, counts] of values) {
        const own = this.#valueCounts(feature, value)
        for (const [cell, count] of counts.entries()) own[cell] = (own[cell] ?? 0) + count
      }
    }
  }

  #score(features: Features, cell: number, count: number, clients: number): number {
    let score = Math.log(count + 1 / CELLS)
    for (const feature of this.#features) {
      const value = Object.hasOwn(features, feature) ? features[feature] : undefined
      const counts = value === undefined ? undefined : this.#byValue.get(feature)?.get(value)
      if (counts === undefined) continue
      const usual = counts.reduce((sum, one) => sum + one, 0) / clients
      score += Math.log(((counts[cell] ?? 0) + AS_ALL * Math.max(usual, 1 / clients)) / (count + AS_ALL))
    }
    return score
  }

  #count(features: Features, cell: number, by: number): void {
    this.#all[cell] = Math.max(0, (this.#all[cell] ?? 0) + by)
    for (const feature of this.#features) {
      const value = Object.hasOwn(features, feature) ? features[feature] : undefined
      if (value === undefined) continue
      const counts = this.#valueCounts(feature, value)
      counts[cell] = Math.max(0, (counts[cell] ?? 0) + by)
    }
  }

  #valueCounts(feature: string, value: string): Float64Array {
    const values = this.#byValue.get(feature) ?? new Map<string, Float64Array>()
    this.#byValue.set(feature, values)
    const named = values.has(value) || values.size < MOST_VALUES ? value : OTHER
    const counts = values.get(named) ?? new Float64Array(CELLS)
    values.set(named, counts)
    return counts
  }
}

interface ValueOf {
  readonly feature: string
  readonly value: string
  readonly clients: number
  /** The geometric mean. */
  readonly dwellMs: number
}

function centreOf(counts: Float64Array): Pick<ValueOf, 'clients' | 'dwellMs'> {
  let [clients, logDwell] = [0, 0]
  for (const [cell, count] of counts.entries()) {
    clients += count
    logDwell += count * Math.log(rateBucketDwell(cell % RATE_BUCKETS))
  }
  return { clients, dwellMs: clients > 0 ? Math.exp(logDwell / clients) : 0 }
}

const MOST_EVIDENCE = 6

/** What the guess says of kinds, as the evidence with which a client begins. */
export function behaviourOf({ kinds: [byChance = 0, regular = 0, bursts = 0] }: Guess): Behaviour {
  const evidence = (chance: number): number => {
    const odds = Math.log(Math.max(1e-6, chance) / Math.max(1e-6, byChance))
    return Math.max(-MOST_EVIDENCE, Math.min(MOST_EVIDENCE, odds))
  }
  return { regular: evidence(regular), bursts: evidence(bursts) }
}
