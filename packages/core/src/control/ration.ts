/**
 * Fewer instances than are wanted, shared out over the parts so that the largest load is served that they can
 * serve together (A3.23). Where even that is too many the largest parts go without first.
 */
import { rungAt, rungFor, totalOf, type InstanceCounts, type Ladder } from '../allocation/index.ts'

/** Loads are looked at down to a hundredth of what is wanted for: 4 % a rung. */
const RUNGS_DOWN = 120

export function rationed(
  wanted: InstanceCounts,
  atMost: number,
  ladder: Ladder | null,
  rate: number,
): InstanceCounts {
  if (totalOf(wanted) <= atMost) return wanted
  const fit = ladder === null ? null : largestWithin(wanted, atMost, ladder, rate)
  return fit === null ? cutDown(wanted, atMost) : filledUp(fit, wanted, atMost)
}

function largestWithin(
  wanted: InstanceCounts,
  atMost: number,
  ladder: Ladder,
  rate: number,
): InstanceCounts | null {
  const at = (rung: number): InstanceCounts => leastOf(wanted, rungAt(ladder, rung).counts)
  let [high, low] = [rungFor(rate), rungFor(rate) - RUNGS_DOWN]
  if (totalOf(at(low)) > atMost) return null
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (totalOf(at(middle)) <= atMost) low = middle
    else high = middle
  }
  return at(low)
}

/** What is left over goes where most is missing. */
function filledUp(fit: InstanceCounts, wanted: InstanceCounts, atMost: number): InstanceCounts {
  const counts: Record<string, number> = { ...fit }
  const all: Readonly<Record<string, number>> = wanted
  for (let left = atMost - totalOf(fit); left > 0; left -= 1) {
    const part = furthest(wanted, (name) => (all[name] ?? 0) - (counts[name] ?? 0))
    if (part === null) break
    counts[part] = (counts[part] ?? 0) + 1
  }
  return counts
}

function cutDown(wanted: InstanceCounts, atMost: number): InstanceCounts {
  const counts: Record<string, number> = { ...wanted }
  for (let excess = totalOf(wanted) - atMost; excess > 0; excess -= 1) {
    const part = furthest(wanted, (name) => counts[name] ?? 0)
    if (part === null) break
    counts[part] = (counts[part] ?? 0) - 1
  }
  return counts
}

/** The name of the largest figure above 0; the first of several. */
function furthest(counts: InstanceCounts, figure: (name: string) => number): string | null {
  let best: string | null = null
  for (const name of Object.keys(counts)) {
    if (figure(name) > (best === null ? 0 : figure(best))) best = name
  }
  return best
}

const leastOf = (wanted: InstanceCounts, fit: InstanceCounts): InstanceCounts => {
  const limits: Readonly<Record<string, number>> = fit
  return Object.fromEntries(
    Object.entries(wanted).map(([part, count]) => [part, Math.min(count, limits[part] ?? count)]),
  )
}
