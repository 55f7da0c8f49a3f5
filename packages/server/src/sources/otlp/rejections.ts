/** What of a request was not taken in, and why, as the answer of a partial success says it. */

/** More reasons than a person reads. */
const REASONS = 5

export interface Rejections {
  add(why: string, times?: number): void
  readonly total: () => number
  /** Empty where nothing was rejected. */
  says(): string
}

export function createRejections(what: 'data points' | 'spans'): Rejections {
  const reasons = new Map<string, number>()
  let total = 0
  let others = 0
  return {
    add(why, times = 1) {
      total += times
      const known = reasons.get(why)
      if (known === undefined && reasons.size >= REASONS) others += times
      else reasons.set(why, (known ?? 0) + times)
    },
    total: () => total,
    says() {
      const all = [...reasons].map(([why, times]) => `${times} of the ${what}: ${why}.`)
      if (others > 0) all.push(`${others} more for other reasons.`)
      return all.join(' ')
    },
  }
}
