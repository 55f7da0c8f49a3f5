/**
 * Records values by up to four labels, each combination a distribution of its own. To record makes nothing but the first
 * time that a combination comes. Labels may come from outside, so there is room for a bounded number of combinations; what
 * finds none is recorded as "other", and counted.
 */
import { createRecorder, type DistributionRecorder } from './distribution-recorder.ts'
import type { Distribution } from './distribution.ts'

export interface LabelledRecorder {
  /** Labels in the order of their names; those left out are empty. */
  record(value: number, a?: string, b?: string, c?: string, d?: string): void
  /** For whoever records the same combination often: it is not looked up again, and not let go. "other" where there is no room. */
  child(a?: string, b?: string, c?: string, d?: string): Pick<DistributionRecorder, 'record'>
  /** Everything since the start or the last reset, by combination. */
  snapshot(): readonly LabelledDistribution[]
  /** Begins anew, and lets go of combinations of which nothing came since the last time and nobody has a child. */
  reset(): void
  /** How many values that were recorded by their labels found no room, since the start or the last reset. */
  crowdedOut(): number
  /** How many values were refused because they are no measurement, likewise. */
  refused(): number
}

export interface LabelledDistribution {
  readonly labels: Readonly<Record<string, string>>
  readonly distribution: Distribution
}

export interface LabelledOptions {
  /** One to four. */
  readonly labels: readonly string[]
  /** Beyond so many combinations what is new is recorded as "other". */
  readonly maxChildren?: number
}

const MOST_LABELS = 4
/** Each takes two to four kilobytes. */
const MAX_CHILDREN = 2_000
/** What is longer is cut: labels may hold identifiers. */
const MAX_VALUE_LENGTH = 128
const OTHER = 'other'

/**
 * @example
 * const took = createLabelledRecorder({ labels: ['route', 'status'] })
 * took.record(12.5, '/orders', '200')
 */
export function createLabelledRecorder(options: LabelledOptions): LabelledRecorder {
  const { length } = options.labels
  if (length < 1 || length > MOST_LABELS)
    throw new RangeError(`A recorder has one to ${MOST_LABELS} labels, not ${length}.`)
  return new ByLabels(options)
}

interface Child {
  readonly values: readonly string[]
  readonly recorder: DistributionRecorder
  isHeld: boolean
}

/** A map for each label: to look up four times is quicker than to put four texts together. */
type Tree = Map<string, Map<string, Map<string, Map<string, Child>>>>

class ByLabels implements LabelledRecorder {
  readonly #labels: readonly string[]
  readonly #maxChildren: number
  readonly #other: Child
  #tree: Tree = new Map()
  #children: Child[] = []
  #crowdedOut = 0

  constructor({ labels, maxChildren = MAX_CHILDREN }: LabelledOptions) {
    this.#labels = labels
    this.#maxChildren = maxChildren
    this.#other = newChild(labels.map(() => OTHER))
  }

  record(value: number, a = '', b = '', c = '', d = ''): void {
    const known = this.#tree.get(a)?.get(b)?.get(c)?.get(d)
    if (known !== undefined) return known.recorder.record(value)
    const child = this.#childOf([a, b, c, d])
    if (child === this.#other) this.#crowdedOut += 1
    child.recorder.record(value)
  }

  child(a = '', b = '', c = '', d = ''): Pick<DistributionRecorder, 'record'> {
    const child = this.#childOf([a, b, c, d])
    child.isHeld = true
    return child.recorder
  }

  snapshot(): readonly LabelledDistribution[] {
    return [...this.#children, this.#other]
      .filter(({ recorder }) => recorder.count() > 0)
      .map(({ values, recorder }) => ({
        labels: Object.fromEntries(this.#labels.map((label, i) => [label, values[i] ?? ''])),
        distribution: recorder.snapshot(),
      }))
  }

  reset(): void {
    const kept = this.#children.filter(({ isHeld, recorder }) => isHeld || recorder.count() > 0)
    if (kept.length < this.#children.length) {
      this.#children = kept
      this.#tree = new Map()
      for (const child of kept) plant(this.#tree, child)
    }
    for (const { recorder } of [...kept, this.#other]) recorder.reset()
    this.#crowdedOut = 0
  }

  crowdedOut(): number {
    return this.#crowdedOut
  }

  refused(): number {
    return [...this.#children, this.#other].reduce((sum, { recorder }) => sum + recorder.refused(), 0)
  }

  #childOf(labels: readonly string[]): Child {
    const values = labels.map((value) => value.slice(0, MAX_VALUE_LENGTH))
    const [a = '', b = '', c = '', d = ''] = values
    const known = this.#tree.get(a)?.get(b)?.get(c)?.get(d)
    if (known !== undefined) return known
    if (this.#children.length >= this.#maxChildren) return this.#other
    const child = newChild(values)
    this.#children.push(child)
    plant(this.#tree, child)
    return child
  }
}

const newChild = (values: readonly string[]): Child => ({ values, recorder: createRecorder(), isHeld: false })

function plant(tree: Tree, child: Child): void {
  const [a = '', b = '', c = '', d = ''] = child.values
  const byB = within(tree, a)
  const byC = within(byB, b)
  within(byC, c).set(d, child)
}

function within<Inner>(outer: Map<string, Map<string, Inner>>, key: string): Map<string, Inner> {
  const inner = outer.get(key) ?? new Map<string, Inner>()
  outer.set(key, inner)
  return inner
}
