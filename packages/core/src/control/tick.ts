/**
 * One tick over any number of services: each is decided on its own, and each plan is checked. A plan that
 * breaks an invariant is withheld and reported, as advice too; the service stays as it is until the next tick.
 */
import { inForce, termsAt } from '../agreement/index.ts'
import { checkPlan, type Violation } from './check-plan.ts'
import { decide, type DecideInput, type Decision } from './decide.ts'

export interface TickDecision extends Decision {
  readonly violations: readonly Violation[]
}

export const tick = (inputs: readonly DecideInput[]): readonly TickDecision[] => inputs.map(decideChecked)

function decideChecked(input: DecideInput): TickDecision {
  const decision = decide(input)
  const made = decision.plan ?? decision.advice
  if (made === null) return { ...decision, violations: [] }
  const { service, generation, desired, observation, now } = input
  const terms = inForce(input.agreements, now).map((agreement) => termsAt(agreement, now))
  const violations = checkPlan(made, { service, terms, generation, desired, observation })
  const forbidden = violations.some(({ severity }) => severity === 'error')
  return forbidden ? { ...decision, plan: null, advice: null, violations } : { ...decision, violations }
}
