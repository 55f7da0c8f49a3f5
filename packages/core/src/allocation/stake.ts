/**
 * What is at stake in the window of a level: its remedies in money, and how far it is filled (A3.6, A3.16). A
 * window of which operations are still to come is kept or broken by what is decided now.
 */
import { standardNormalCdf } from '../stats/index.ts'

export interface Stake {
  /** Which of the problem's goals the level is. */
  readonly goal: number
  /** Whether both sides agreed on what a broken promise is worth; else it is to be kept whatever it takes. */
  readonly isPriced: boolean
  /** What is owed below each share, in micro-units for a whole window; the highest share first. */
  readonly owed: readonly { readonly below: number; readonly micros: number }[]
  readonly windowMs: number
  /** Until the present window ends. */
  readonly leftMs: number
  readonly met: number
  /** For the platform's sake: what it is not to blame for breaks no promise. */
  readonly missed: number
}

/** What comes to a window, and how much of it misses the limit. */
export interface Flow {
  readonly operations: number
  readonly missedShare: number
}

/** Even a good forecast of a share is off by so much: points of what is still to come. */
const SHARE_UNCERTAINTY = 0.02

/** The expected remedy for a window with these counts and what is still to come. */
export function expectedRemedy(
  { owed }: Pick<Stake, 'owed'>,
  counted: { readonly met: number; readonly missed: number },
  flows: readonly Flow[],
): number {
  let [coming, missed] = [0, counted.missed]
  for (const { operations, missedShare } of flows) {
    coming += operations
    missed += operations * missedShare
  }
  return remedyWith(owed, counted.met + counted.missed, coming, missed)
}

/** The same from sums: `missed` is of what was counted and what is still to come. */
export function remedyWith(owed: Stake['owed'], counted: number, coming: number, missed: number): number {
  const total = counted + coming
  if (total <= 0) return 0
  // Rounding must not make less than nothing of what is met.
  const share = Math.max(0, 1 - missed / total)
  const chance = Math.sqrt((share * (1 - share)) / total)
  const spread = Math.max(1e-6, Math.hypot(chance, (SHARE_UNCERTAINTY * coming) / total))
  let expected = 0
  let before = 0
  for (const { below, micros } of owed) {
    expected += (micros - before) * standardNormalCdf((below - share) / spread)
    before = micros
  }
  return expected
}
