/** What one distribution came to since it was last taken: values seen one by one, what it stands at, and what was added. */
import {
  createRecorder,
  emptyDistribution,
  mergeDistributions,
  subtractDistribution,
  type Distribution,
  type DistributionRecorder,
} from '../../stats/index.ts'

export interface DistributionState {
  observe(value: number): void
  /** What it stands at since it began; the first time nothing is known to be new. */
  stand(since: Distribution): void
  add(seen: Distribution): void
  limit(values: readonly number[]): void
  /** All since the last time; `over` is null where not all of it was seen value by value. */
  take(): { readonly distribution: Distribution; readonly over: readonly number[] | null }
}

export function createDistributionState(limits: readonly number[]): DistributionState {
  let recorder: DistributionRecorder | null = null
  let added: Distribution = emptyDistribution
  let stood: Distribution | null = null
  let bounds = limits
  let over = new Float64Array(limits.length)
  /** False where limits came while values were counted against others. */
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
      if (before !== null) added = mergeDistributions(added, subtractDistribution(since, before))
    },
    add(seen) {
      added = mergeDistributions(added, seen)
    },
    limit(values) {
      isWhole = (recorder?.snapshot().count ?? 0) === 0
      bounds = values
      over = new Float64Array(values.length)
    },
    take() {
      const seen = recorder?.snapshot() ?? emptyDistribution
      const all = {
        distribution: mergeDistributions(seen, added),
        over: isWhole && added.count === 0 ? [...over] : null,
      }
      recorder?.reset()
      added = emptyDistribution
      over.fill(0)
      isWhole = true
      return all
    },
  }
}
