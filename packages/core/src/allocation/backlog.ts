/**
 * What comes of a constant load over a time in which some wait already, as a fluid: who waits is served first, so
 * that until the line is short enough everyone who comes is late as well (A3.16: in proportion to queued work).
 */
import { capacityRate, sharesAt, type Ladder } from './ladder.ts'
import type { InstanceCounts } from './sizing.ts'
import type { Flow } from './stake.ts'

/** Instances under a load, as one goal sees them. */
export interface Serving {
  /** Operations a second that come, and that are taken in at most. */
  readonly rate: number
  readonly most: number
  /** Share of misses while nobody waits from before. */
  readonly missedShare: number
  /** So many may wait and are still served within the limit. */
  readonly inTime: number
}

/** What ended in a time, and how many wait at its end. */
export interface Served {
  readonly flow: Flow
  readonly waiting: number
}

export function servingAt(ladder: Ladder, counts: InstanceCounts, rate: number, goal: number): Serving {
  const most = capacityRate(ladder, counts)
  return {
    rate,
    most,
    missedShare: 1 - (sharesAt(ladder, counts, rate)[goal] ?? 0),
    inTime: (most * slackMs(ladder, goal)) / 1_000,
  }
}

/** What an operation may wait and still be in time, its service taken for what it is on average. */
function slackMs({ problem: { parts, goals, overheadMs } }: Ladder, goal: number): number {
  const serviceMs = parts.reduce((sum, { visits, stations }) => sum + visits * stations.service.meanMs, 0)
  return Math.max(0, (goals[goal]?.limitMs ?? 0) - overheadMs - serviceMs)
}

/** Of those that wait, the ones that make others late: none while all goals' limits leave time for them. */
export function backlogOf(ladder: Ladder, counts: InstanceCounts, waiting: number): number {
  const slack = Math.min(...ladder.problem.goals.map((_, goal) => slackMs(ladder, goal)))
  // Two digits, so that decisions are not made anew for every operation.
  return waiting * 1_000 > capacityRate(ladder, counts) * slack ? Number(waiting.toPrecision(2)) : 0
}

export function serve({ rate, most, missedShare, inTime }: Serving, waiting: number, ms: number): Served {
  const seconds = ms / 1_000
  const growth = rate - most
  if (growth >= 0) {
    // All wait for longer and longer; where nothing is served, all that come are late.
    const untilLate = growth === 0 ? seconds : Math.min(seconds, Math.max(0, inTime - waiting) / growth)
    return {
      flow: {
        operations: (most > 0 ? most : rate) * seconds,
        missedShare: seconds === 0 || most === 0 ? 1 : 1 - untilLate / seconds,
      },
      waiting: waiting + growth * seconds,
    }
  }
  const left = Math.max(0, waiting + growth * seconds)
  const operations = waiting + rate * seconds - left
  const late = most * Math.min(seconds, Math.max(0, waiting - inTime) / -growth)
  const share = operations === 0 ? 0 : late / operations
  return { flow: { operations, missedShare: share + (1 - share) * missedShare }, waiting: left }
}
