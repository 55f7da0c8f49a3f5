/**
 * What totals of a changing set of processes grew by. When one ends that nobody of the set waited for, what it had used is
 * no longer in the total: that is less, and not a counter that began anew.
 */

export interface Growth {
  /** What it has grown to since it was told of first. Another lead begins at nothing: its total is all new. */
  grown(key: string, lead: string, total: number): number
  /** Only these are told of on. */
  keep(isKept: (key: string) => boolean): void
}

interface Known {
  readonly lead: string
  readonly total: number
  readonly grown: number
}

export function createGrowth(): Growth {
  const known = new Map<string, Known>()
  return {
    grown(key, lead, total) {
      const before = known.get(key)
      const from = before === undefined || before.lead !== lead ? 0 : before.total
      const grown = (before?.grown ?? 0) + Math.max(0, total - from)
      known.set(key, { lead, total, grown })
      return grown
    },
    keep(isKept) {
      for (const key of known.keys()) if (!isKept(key)) known.delete(key)
    },
  }
}
