/** The present rate: of the latest counts the longest that no shorter one contradicts (after O. V. Lepski 1991). */
import { deviation, rateOf, type Count } from './chance.ts'
import { countLatest, type RecentCounts } from './recent-counts.ts'

const WINDOWS_MS: readonly number[] = [2_000, 5_000, 15_000, 60_000]
/** In standard deviations: some windows are looked at with each tick, and few in an hour may mislead. */
const DIFFERENT = 4.5

/** `longer` are counts over more than a minute, the shorter first. */
export function presentCount(recent: RecentCounts, dispersion: number, longer: readonly Count[] = []): Count {
  const counts = [...WINDOWS_MS.map((windowMs) => countLatest(recent, windowMs)), ...longer]
  const fits = (long: Count, i: number): boolean =>
    counts.slice(0, i).every((count) => Math.abs(deviation(count, rateOf(long), dispersion)) < DIFFERENT)
  return counts.findLast(fits) ?? { arrivals: 0, ms: 0 }
}
