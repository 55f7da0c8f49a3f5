/**
 * What predictions of one service share: the models of its goals' limits, and those of its parts at the rates
 * that were asked for. Whoever predicts much for the same parts and goals makes them once.
 */
import { limitModel, rateModel, shareWithin, type LimitModel, type RateModel } from './response-model.ts'
import type { SizingProblem } from './sizing.ts'

export interface GoalModels {
  readonly parts: SizingProblem['parts']
  /** In the goals' order. */
  readonly limits: readonly LimitModel[]
  readonly rates: Map<number, AtRate>
}

interface AtRate {
  readonly model: RateModel
  /** By the goal and the counts: growing and pruning come by the same ones. */
  readonly shares: Map<string, number>
}

/** What the grid of the response model cannot tell apart, in shares and in gains. */
export const NOISE = 1e-6

/** Rates that are asked for lie near each other; those of long ago are not asked for again. */
const MAX_RATES = 64

export const goalModels = ({ parts, goals, overheadMs }: Omit<SizingProblem, 'rate'>): GoalModels => ({
  parts,
  limits: goals.map(({ limitMs }) => limitModel(parts, limitMs, overheadMs)),
  rates: new Map(),
})

/** The predicted share within a goal's limit. */
export function shareOf(models: GoalModels, goal: number, rate: number, counts: readonly number[]): number {
  const limit = models.limits[goal]
  if (limit === undefined) return 1
  const { model, shares } = atRate(models, rate)
  const name = `${goal} ${counts.join(' ')}`
  const known = shares.get(name)
  if (known !== undefined) return known
  const within = shareWithin(limit, model, counts)
  const share = within > 1 - NOISE ? 1 : within
  shares.set(name, share)
  return share
}

function atRate({ parts, rates }: GoalModels, rate: number): AtRate {
  const known = rates.get(rate)
  if (known !== undefined) return known
  if (rates.size >= MAX_RATES) rates.clear()
  const made: AtRate = { model: rateModel(parts, rate), shares: new Map() }
  rates.set(rate, made)
  return made
}
