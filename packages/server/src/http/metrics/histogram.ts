/** Durations counted into fixed buckets, for Prometheus; what decisions rest on is in core's stats instead. */
import type { Sample } from './exposition.ts'

/** From a health check (some 100 µs) to the longest wait that anyone has for an answer. */
const UPPER_BOUNDS_SECONDS: readonly number[] = [
  0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

export interface Histogram {
  observe(seconds: number): void
  samples(labels: Sample['labels']): readonly Sample[]
}

export function createHistogram(): Histogram {
  const counts = UPPER_BOUNDS_SECONDS.map(() => 0)
  let [count, sum] = [0, 0]
  return {
    observe: (seconds) => {
      const bucket = UPPER_BOUNDS_SECONDS.findIndex((bound) => seconds <= bound)
      if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + 1
      count += 1
      sum += seconds
    },
    samples: (labels) => {
      let below = 0
      const buckets = UPPER_BOUNDS_SECONDS.map((bound, index): Sample => {
        below += counts[index] ?? 0
        return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below }
      })
      return [
        ...buckets,
        { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: count },
      ]
    },
  }
}
