/** How long a step of the search lasts: short ones to rise, long ones near the knee, all within the time there is. */
import type { NextStep } from './search.ts'
import type { StepPlan } from './step-watch.ts'

/** A pile shows soon where the rate is far above the capacity, and rising steps are that sooner or later. */
const RISING_ARRIVALS = 100

/** With so many, a rate 15 % above the capacity passes as one that is followed once in a hundred times. */
const REFINING_ARRIVALS = 1_000

/** Ten doublings take a quarter of the time at most. */
const RISING_SHARE = 1 / 40

/** Three steps near the knee leave time for more. */
const STEP_SHARE = 1 / 5

/** Of a slow part little comes out, and one step that shows how much is worth more than all others. */
const LIMIT_SHARE = 0.7

export function planStep(
  { ratePerSecond, phase }: Extract<NextStep, { readonly kind: 'try' }>,
  aloneMs: number,
  budgetMs: number,
): StepPlan {
  const settleMs = budgetMs * STEP_SHARE
  const common = { ratePerSecond, aloneMs, settleMs, limitMs: budgetMs * LIMIT_SHARE }
  return phase === 'rise'
    ? { ...common, arrivalsWanted: RISING_ARRIVALS, patienceMs: budgetMs * RISING_SHARE }
    : { ...common, arrivalsWanted: REFINING_ARRIVALS, patienceMs: settleMs }
}
