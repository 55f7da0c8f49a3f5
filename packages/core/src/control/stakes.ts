/**
 * Finds what is at stake in the windows of the levels that instances are sized for: what the agreement pays and
 * owes. Where it says nothing of money, a broken promise counts as dear as its instances many times over, so
 * that it is kept whatever reasonable number it takes.
 */
import {
  owedSteps,
  windowLength,
  worthOfWindow,
  type Agreement,
  type Level,
  type Remedy,
  type Terms,
} from '../agreement/index.ts'
import type { Stake } from '../allocation/index.ts'
import type { EpochMs } from '../units/index.ts'
import type { JudgeState } from './judge.ts'

export interface StakesInput {
  readonly agreements: readonly Agreement[]
  readonly terms: readonly Terms[]
  readonly judged: JudgeState
  readonly levels: readonly Level[]
  /** Whether any number of instances keeps the goal; what none does must not cost anything. */
  readonly isInReach: (goal: number) => boolean
  readonly now: EpochMs
  /** Operations a second. */
  readonly rate: number
  /** What the instances cost an hour that the levels take at this rate, in micro-units. */
  readonly hourlyCost: number
}

/** What a promise without a price is worth, in terms of what keeping it takes. */
const WORTH_WITHOUT_PRICE = 20
const MS_PER_HOUR = 3_600_000

export function stakesOf(input: StakesInput): readonly Stake[] {
  return input.levels.flatMap((level, goal) => {
    const terms = input.terms.find(({ levels }) => levels.includes(level))
    return terms === undefined || !input.isInReach(goal) ? [] : [stakeOf(terms, level, goal, input)]
  })
}

function stakeOf(terms: Terms, level: Level, goal: number, input: StakesInput): Stake {
  const { agreements, judged, now, rate, hourlyCost } = input
  const agreement = agreements.find(
    ({ name, version }) => name === terms.agreement && version === terms.version,
  )
  const windowMs = windowLength(level.window, now)
  const priced = worthOfWindow(agreement, windowMs, rate)
  const unpriced = (hourlyCost * WORTH_WITHOUT_PRICE * windowMs) / MS_PER_HOUR
  const window = judged.windows.find((one) => one.agreement === terms.agreement && one.level === level.name)
  const isOpen = window !== undefined && level.window.kind === 'calendar' && window.window.to > now
  return {
    goal,
    isPriced: priced !== null,
    owed: priced === null ? owedOf(level, null, unpriced) : owedOf(level, agreement?.remedies ?? [], priced),
    windowMs,
    ...(isOpen && isBehind(window, level)
      ? { leftMs: window.window.to - now, met: window.met, missed: window.missedBy.platform ?? 0 }
      : { leftMs: windowMs, met: 0, missed: 0 }),
  }
}

/**
 * Misses to spare are left to chance: who spends them has changed instances all the time, and is wrong by a little where
 * parts are nearly full. Missing ones are made up for.
 */
const isBehind = (
  { met, missedBy: { platform = 0 } }: JudgeState['windows'][number],
  { ratio }: Level,
): boolean => met < ratio * (met + platform)

interface Owed {
  readonly remedies: readonly Remedy[] | null
  readonly worth: number
  readonly owed: Stake['owed']
}

/** As it was last: while a load lasts it stays the same from tick to tick. */
const remembered = new WeakMap<Level, Owed>()

/** `remedies` are null where there is no price. */
function owedOf(level: Level, remedies: readonly Remedy[] | null, worth: number): Stake['owed'] {
  const known = remembered.get(level)
  if (known !== undefined && known.remedies === remedies && known.worth === worth) return known.owed
  const owed = remedies === null ? withoutPrice(level, worth) : owedSteps(remedies, level, worth)
  remembered.set(level, { remedies, worth, owed })
  return owed
}

/** The further below the worse, so that never is less done than can be. */
const withoutPrice = ({ ratio }: Level, worth: number): Stake['owed'] =>
  DEPTHS.map((depth, i) => ({ below: ratio * depth, micros: worth * (i + 1) }))

const DEPTHS: readonly number[] = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
