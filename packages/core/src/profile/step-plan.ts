/** How long a step of the search lasts: short ones to rise, long ones near the knee, all within the time there is. */
import type { NextStep } from './search.ts'
import type { StepPlan } from './step-watch.ts'

/** A pile shows soon where the rate is far above the capacity, and rising steps are that sooner or later. */
const RISING_ARRIVALS = 100

/** With so many, a rate 15 % above the capacity passes as one that is followed once in a hundred times. */
const REFINING_ARRIVALS = 1_000

/** One slow part of the search leaves enough for the others. */
const STEP_SHARE = 1 / 5

/** Ten doublings take a quarter of the time at most. */
const RISING_SHARE = 1 / 40

export function planStep(
  { ratePerSecond, phase }: Extract<NextStep, { readonly kind: 'try' }>,
  aloneMs: number,
  budgetMs: number,
): StepPlan {
  const limitMs = budgetMs * STEP_SHARE
  return phase === 'rise'
    ? {
        ratePerSecond,
        aloneMs,
        arrivalsWanted: RISING_ARRIVALS,
        patienceMs: budgetMs * RISING_SHARE,
        limitMs,
      }
    : { ratePerSecond, aloneMs, arrivalsWanted: REFINING_ARRIVALS, patienceMs: limitMs, limitMs }
}
