/**
 * The load as it has been since it last changed by more than chance explains. A constant load settles here: its
 * mean is known the better the longer it lasts.
 */
import { deviation, rateOf, type Count } from './chance.ts'
import { presentCount } from './present.ts'
import { countLatest, type RecentCounts } from './recent-counts.ts'
import { short } from './short-number.ts'

export const notSteady: Count = { arrivals: 0, ms: 0 }

/** The shorter a window, the more of them there are in an hour, and the rarer each must be misled. */
const WATCHES: readonly { readonly windowMs: number; readonly significant: number }[] = [
  { windowMs: 15_000, significant: 4.5 },
  { windowMs: 60_000, significant: 4 },
]
/** What was before this has been forgotten, so that a slow drift is followed as well. */
const MEMORY_MS = 3_600_000

export function followSteady(before: Count, added: Count, recent: RecentCounts, dispersion: number): Count {
  const all = { arrivals: before.arrivals + added.arrivals, ms: before.ms + added.ms }
  for (const { windowMs, significant } of WATCHES) {
    const count = countLatest(recent, windowMs)
    if (count.ms < all.ms && Math.abs(deviation(count, rateOf(all), dispersion)) > significant)
      return sinceChange(recent, dispersion, all)
  }
  const kept = Math.min(1, MEMORY_MS / all.ms)
  return { arrivals: short(all.arrivals * kept), ms: Math.round(all.ms * kept) }
}

/** The window in which a change was found may have begun before it. */
function sinceChange(recent: RecentCounts, dispersion: number, all: Count): Count {
  const count = presentCount(recent, dispersion)
  return count.ms < all.ms ? count : all
}
