/**
 * The least money that is found for a load that is known beforehand. Plans that hold more or less for it, down to
 * giving it up, are each run; then, knowing what each came to in each window, the cheapest sequence of them. What
 * waits still after a window that was given up makes the next one dearer than its plan was; the cost of a change
 * stands for it, and as nobody knows how much it is, several are tried.
 */
import type { PartName } from '@holdfast/core/units'
import {
  cheapestSequence,
  clairvoyant,
  figuresSpan,
  heldFor,
  needsFor,
  owedFor,
  runAutoscaler,
  SIMULATION_BEGINS,
  type Needs,
  type RunFigures,
  type RunInput,
  type Sizer,
} from '@holdfast/simulator'
import { amountOf, outcomeOf, type Outcome } from './outcome.ts'
import {
  agreement,
  INSTANCE_PRICE,
  PRICE_PER_HOUR,
  service,
  START_TIME,
  WINDOW_SECONDS,
} from './shop-at-scale.ts'

/** A start takes a tenth longer than expected at times. */
const LEAD_SECONDS = Math.ceil((START_TIME * 1.1) / 1_000)

/** Times the load that is known, and the seconds that it is the mean of; factor 0 gives the load up. */
const PLANS = {
  full: [
    [0, 1],
    [0.5, 60],
    [0.9, 60],
    ...[0.95, 1, 1.05, 1.1, 1.2, 1.35].flatMap((factor) => [[factor, 10] as const, [factor, 60] as const]),
    [1, 1],
  ],
  quick: [
    [0, 1],
    [0.9, 60],
    [1, 10],
    [1.05, 60],
    [1.2, 60],
  ],
} as const satisfies Record<string, readonly (readonly [factor: number, seconds: number])[]>

/** What the owner pays for a window, and the changes of plan as shares of it. */
const WINDOW_PRICE = (PRICE_PER_HOUR * WINDOW_SECONDS) / 3_600
const CHANGE_COSTS = { full: [0.02, 0.1, 0.5, 2], quick: [0.1, 1] } as const

export interface Known {
  readonly input: RunInput
  /** Operations in each second. */
  readonly rates: Float64Array
  readonly sizer: Sizer
  readonly quick: boolean
}

interface Planned {
  readonly needs: Needs
  readonly figures: RunFigures
  readonly outcome: Outcome
}

export function runClairvoyant(known: Known): Outcome {
  const length = known.quick ? 'quick' : 'full'
  const { rates, sizer } = known
  const plans = PLANS[length].map(([factor, smoothing]) =>
    followed(needsFor({ service, sizer, rates, smoothing, factor }), known),
  )
  const costs = plans.map((plan) => costByWindow(plan, known))
  const sequences = CHANGE_COSTS[length].map((share) => {
    const sequence = cheapestSequence(costs, share * WINDOW_PRICE)
    return followed(inTurn(plans, sequence, rates.length), known)
  })
  const all = [...plans, ...sequences].map(({ outcome }) => outcome)
  return all.reduce((best, outcome) => (outcome.money < best.money ? outcome : best))
}

function followed(needs: Needs, { input }: Known): Planned {
  const knowing = clairvoyant({ needs, leadSeconds: LEAD_SECONDS, beganAt: SIMULATION_BEGINS })
  const { figures } = runAutoscaler(input, knowing)
  return { needs, figures, outcome: outcomeOf(figures, input) }
}

/** Instances held and remedies owed, for each window of the run. */
function costByWindow({ needs, figures }: Planned, { input, rates }: Known): Float64Array {
  const costs = new Float64Array(Math.ceil(rates.length / WINDOW_SECONDS))
  const add = (window: number, cost: number): void => {
    costs[window] = (costs[window] ?? 0) + cost
  }
  for (const ofPart of Object.values(needs)) {
    for (const [second, held] of heldFor(ofPart, LEAD_SECONDS).entries())
      add(Math.floor(second / WINDOW_SECONDS), (held * INSTANCE_PRICE) / 3_600)
  }
  const accounted = { service, agreements: [agreement], span: figuresSpan(input), figures }
  for (const { level, windows } of figures.levels) {
    for (const window of windows) {
      const place = Math.floor((window.from - SIMULATION_BEGINS) / (WINDOW_SECONDS * 1_000))
      add(place, amountOf(owedFor(accounted, level, window)))
    }
  }
  return costs
}

/** In each window the needs of the plan whose turn it is. */
function inTurn(plans: readonly Planned[], sequence: readonly number[], seconds: number): Needs {
  const names: readonly PartName[] = service.parts.map(({ name }) => name)
  return Object.fromEntries(
    names.map((name) => [
      name,
      Uint32Array.from({ length: seconds }, (_, second) => {
        const plan = plans[sequence[Math.floor(second / WINDOW_SECONDS)] ?? 0]
        return plan?.needs[name]?.[second] ?? 0
      }),
    ]),
  )
}
