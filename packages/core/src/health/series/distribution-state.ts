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

export interface DistributionState {
  observe(value: number): void
  /** What it stands at since it began; the first time nothing is known to be new. */
  stand(since: Distribution): void
  /** `over` is what whoever saw the values counted; null where nobody did. */
  /** What it stood at last; null where it was never told so. */
  stood(): Distribution | null
  add(seen: Distribution, over: OverCounts | null): void
  limit(values: readonly number[]): void
  /** All since the last time; `over` is null where not all of it was counted against the limits. */
  take(): { readonly distribution: Distribution; readonly over: readonly number[] | null }
}

export function createDistributionState(limits: readonly number[]): DistributionState {
  let recorder: DistributionRecorder | null = null
  let added: Distribution = emptyDistribution
  let stood: Distribution | null = null
  let bounds = limits
  let over = new Float64Array(limits.length)
  /** False where some were counted against other limits, or against none. */
  let isWhole = true
  return {
    observe(value) {
      recorder ??= createRecorder()
      recorder.record(value)
      for (let i = 0; i < bounds.length; i++) if (value > (bounds[i] ?? 0)) over[i] = (over[i] ?? 0) + 1
    },
    stand(since) {
      const before = stood
      stood = since
      if (before === null) return
      const seen = subtractDistribution(since, before)
      isWhole &&= seen.count === 0
      added = mergeDistributions(added, seen)
    },
    stood: () => stood,
    add(seen, theirs) {
      const counts = countsOver(bounds, theirs, seen.count)
      isWhole &&= counts !== null || seen.count === 0
      added = mergeDistributions(added, seen)
      for (const [i, count] of (counts ?? []).entries()) over[i] = (over[i] ?? 0) + count
    },
    limit(values) {
      isWhole = added.count === 0 && (recorder?.snapshot().count ?? 0) === 0
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
