/** What one distribution came to since it was last taken: values seen one by one, what it stands at, and what was added. */
import {
  createRecorder,
  emptyDistribution,
  mergeDistributions,
  subtractDistribution,
  type Distribution,
  type DistributionRecorder,
} from '../../stats/index.ts'

/** How many of the values that another saw were over which limits. */
export interface OverCounts {
  readonly limits: readonly number[]
  readonly counts: readonly number[]
}

/** What all distributions of one source may take in memory. */
export interface Budget {
  held: number
  readonly most: number
}

export interface DistributionState {
  /** Each is false where there is no room for it: then nothing has changed. */
  observe(value: number): boolean
  /** What it stands at since it began; the first time nothing is known to be new. */
  stand(since: Distribution): boolean
  /** `over` is what whoever saw the values counted; null where nobody did. */
  add(seen: Distribution, over: OverCounts | null): boolean
  /** What it stood at last; null where it was never told so. */
  stood(): Distribution | null
  limit(values: readonly number[]): void
  /** All since the last time; `over` is null where not all of it was counted against the limits. */
  take(): { readonly distribution: Distribution; readonly over: readonly number[] | null }
  /** It is needed no more. */
  letGo(): void
}

const BUCKET_BYTES = 8
/** What it stands at, what was added, and what they are made into. */
const COPIES = 3
const LEAST_BYTES = 512

export function createDistributionState(limits: readonly number[], budget: Budget): DistributionState {
  let recorder: DistributionRecorder | null = null
  let added: Distribution = emptyDistribution
  let stood: Distribution | null = null
  let bounds = limits
  let over = new Float64Array(limits.length)
  /** False where some were counted against other limits, or against none. */
  let isWhole = true
  /** The buckets that anything told was in so far, and what is held on its account. */
  let [first, end] = [Infinity, -Infinity]
  let held = LEAST_BYTES
  budget.held += held
  const hold = (bytes: number): void => {
    held += bytes
    budget.held += bytes
  }
  const reach = ({ offset, buckets }: Distribution): boolean => {
    const [from, to] = [Math.min(first, offset), Math.max(end, offset + buckets.length)]
    if (buckets.length === 0 || (from === first && to === end)) return true
    const more = (to - from - Math.max(0, end - first)) * BUCKET_BYTES * COPIES
    if (budget.held + more > budget.most) return false
    ;[first, end] = [from, to]
    hold(more)
    return true
  }
  return {
    observe(value) {
      recorder ??= createRecorder()
      if (budget.held > budget.most && !recorder.hasRoomFor(value)) return false
      const before = recorder.capacity()
      recorder.record(value)
      const more = recorder.capacity() - before
      if (more > 0) hold(more * BUCKET_BYTES)
      for (let i = 0; i < bounds.length; i++) if (value > (bounds[i] ?? 0)) over[i] = (over[i] ?? 0) + 1
      return true
    },
    stand(since) {
      if (!reach(since)) return false
      const before = stood
      stood = since
      if (before === null) return true
      const seen = subtractDistribution(since, before)
      isWhole &&= seen.count === 0
      added = mergeDistributions(added, seen)
      return true
    },
    stood: () => stood,
    add(seen, theirs) {
      if (!reach(seen)) return false
      const counts = countsOver(bounds, theirs, seen.count)
      isWhole &&= counts !== null || seen.count === 0
      added = mergeDistributions(added, seen)
      for (const [i, count] of (counts ?? []).entries()) over[i] = (over[i] ?? 0) + count
      return true
    },
    limit(values) {
      isWhole = added.count === 0 && (recorder?.count() ?? 0) === 0
      bounds = values
      over = new Float64Array(values.length)
    },
    take() {
      const seen = recorder?.snapshot() ?? emptyDistribution
      const all = {
        distribution: mergeDistributions(seen, added),
        over: isWhole ? [...over] : null,
      }
      recorder?.reset()
      added = emptyDistribution
      over.fill(0)
      isWhole = true
      return all
    },
    letGo() {
      budget.held -= held
      held = 0
    },
  }
}

/** Null where one of the bounds is not among the limits, or its count is none that can be. */
function countsOver(
  bounds: readonly number[],
  theirs: OverCounts | null,
  seen: number,
): readonly number[] | null {
  const counts = bounds.map((bound) => theirs?.counts[theirs.limits.indexOf(bound)] ?? -1)
  return counts.every((count) => count >= 0 && count <= seen) ? counts : null
}
