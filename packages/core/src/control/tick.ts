/**
 * One tick over any number of services: each is decided on its own, and each plan is checked. A plan that
 * breaks an invariant is withheld and reported; the service stays as it is until the next tick.
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
  if (decision.plan === null) return { ...decision, violations: [] }
  const { service, generation, desired, observation, now } = input
  const terms = inForce(input.agreements, now).map((agreement) => termsAt(agreement, now))
  const violations = checkPlan(decision.plan, { service, terms, generation, desired, observation })
  const forbidden = violations.some(({ severity }) => severity === 'error')
  return { ...decision, plan: forbidden ? null : decision.plan, violations }
}
