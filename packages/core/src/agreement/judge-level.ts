/**
 * Judges one level from its window: kept, at risk or breached, with the budget that is left and how fast
 * it is spent (A3.13). The cause is found elsewhere; here are only counts.
 */
import { proportionAtLeast } from '../stats/index.ts'
import { formatRatio, ratio, type EpochMs } from '../units/index.ts'
import type { Level } from './agreement.ts'
import { recentCounts, type LevelWindow } from './level-window.ts'
import type { Budget, Verdict } from './verdict.ts'

export type LevelJudgement = Pick<Verdict, 'state' | 'measured' | 'budget' | 'burn' | 'reason'>

/** Below this number of recent operations nothing is sure. */
const ENOUGH_OPERATIONS = 20

/** How sure the recent share must be, in standard deviations, before it counts against the level: 19 of 20. */
const SURE = 1.645

/** Where no miss is allowed any miss burns without bound; this stands for it and stays writable as JSON. */
const MAX_BURN = 1_000

/** Shares are sums of whole operations; this forgives the last bits of floating point only. */
const ROUNDING = 1e-9

/** `predicted` is the share that the capacity model expects from now on; null when it has no opinion. */
export function judgeLevel(
  level: Level,
  state: LevelWindow,
  now: EpochMs,
  predicted: number | null,
): LevelJudgement {
  const total = state.met + state.missed
  const recent = recentCounts(state, level, now)
  const recentTotal = recent.met + recent.missed
  const missAllowance = 1 - level.ratio
  const remainingMs = level.window.kind === 'rolling' ? 0 : Math.max(0, state.window.to - now)
  const recentMs = Math.max(1, now - Math.max(recent.from, state.window.from, state.cells[0]?.from ?? now))
  const still = (recentTotal / recentMs) * remainingMs

  const allowed = Math.floor(missAllowance * (total + still) + ROUNDING)
  const budget: Budget = { allowed, left: allowed - state.missed }
  const recentMissed = recentTotal === 0 ? 0 : recent.missed / recentTotal
  const burn =
    recentMissed === 0 ? 0 : Math.min(MAX_BURN, recentMissed / Math.max(missAllowance, 1 / MAX_BURN))
  const measured = total === 0 ? null : ratio(state.met / total)
  const projectedMisses = state.missed + proportionAtLeast(recent.missed, recentTotal, SURE) * still

  const say = (verdict: LevelJudgement['state'], reason: string): LevelJudgement => ({
    state: verdict,
    measured,
    budget,
    burn,
    reason,
  })
  if (total === 0) return say('kept', 'No operations in this window so far.')
  const counts = `${state.missed} of ${total} ${countedIn(level)} missed the limit`
  if (budget.left < 0)
    return say(
      'breached',
      `${counts}; the window allows ${allowed} at the present rate of ${countedIn(level)}.`,
    )
  if (recentTotal >= ENOUGH_OPERATIONS && projectedMisses > allowed + ROUNDING)
    return say(
      'at-risk',
      `${counts}; at the present burn of ${burn.toFixed(1)}× the budget ends before the window.`,
    )
  if (predicted !== null && predicted < level.ratio)
    return say('at-risk', `${counts}; the instances at hand are expected to keep ${percent(predicted)}.`)
  const behind = measured !== null && measured < level.ratio ? ', more than promised so far' : ''
  return say('kept', `${counts}${behind}; ${budget.left} more may in this window.`)
}

/** Lengths of lines and throughput are sampled each second, satisfaction is of answers, all else of operations. */
function countedIn({ metric: { kind } }: Level): string {
  if (kind === 'satisfaction') return 'answers'
  return kind === 'queue-length' || kind === 'throughput' ? 'seconds' : 'operations'
}

const percent = (share: number): string => formatRatio(ratio(Math.round(share * 1_000) / 1_000))
