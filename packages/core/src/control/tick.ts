/**
 * One tick over any number of services: each is decided on its own, and each plan is checked. A plan that
 * breaks an invariant is withheld and reported, as advice too; the service stays as it is until the next tick.
 * Where the platform runs only so many instances, what all want is shared out.
 */
import { termsInForce } from '../agreement/index.ts'
import { checkPlan, type Violation } from './check-plan.ts'
import { decideAndBid, type DecideInput, type Decision } from './decide.ts'
import type { Bid } from './share.ts'
import { shareOut } from './share-out.ts'

export interface TickDecision extends Decision {
  /** What it was decided from: as given, and with its share where the platform is shared out. */
  readonly input: DecideInput
  readonly violations: readonly Violation[]
}

export interface TickSettings {
  /** All instances that the platform runs at most; null where nothing limits them. */
  readonly capacity: number | null
}

/** In the order of the inputs. A recorded tick of one service holds its share, and is decided again without a capacity. */
export const tick = (
  inputs: readonly DecideInput[],
  { capacity }: TickSettings = { capacity: null },
): readonly TickDecision[] =>
  capacity === null
    ? inputs.map((input) => decideChecked(input).decision)
    : shareOut(inputs, capacity, decideChecked)

function decideChecked(input: DecideInput): { readonly decision: TickDecision; readonly bid: Bid } {
  const { decision, bid } = decideAndBid(input)
  const made = decision.plan ?? decision.advice
  if (made === null) return { decision: { ...decision, input, violations: [] }, bid }
  const violations = checkPlan(made, contextOf(input))
  const forbidden = violations.some(({ severity }) => severity === 'error')
  const withheld = forbidden ? { plan: null, advice: null } : {}
  return { decision: { ...decision, ...withheld, input, violations }, bid }
}

function contextOf(input: DecideInput): Parameters<typeof checkPlan>[1] {
  const { now } = input
  return { ...input, terms: termsInForce(input.agreements, now) }
}
