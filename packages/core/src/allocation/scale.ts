/**
 * Decides how many instances each part should have: up at once and by as many as the deviation needs, down
 * only when the levels are still kept with confidence and have been for a while (A3.16). Between the ratio
 * at which it goes up and the one that it aims for lies a band in which nothing is changed.
 */
import { roughRate, perSecond, type EpochMs, type PerSecond } from '../units/index.ts'
import { predictCounts, sizeParts, type InstanceCounts, type Sizing, type SizingProblem } from './sizing.ts'

/** What keeping the levels took at an instant. */
export interface Need {
  readonly at: EpochMs
  readonly counts: InstanceCounts
}

export interface ScaleState {
  /** Of the last `HOLD_MS`, oldest first: only what all of them could spare is taken away. */
  readonly needs: readonly Need[]
  readonly lastChangeAt: EpochMs | null
  /** By how much more load than measured the instances are sized, since the model proved too hopeful; 1 when it holds. */
  readonly pressure: number
  /** Misses beyond what is allowed, summed up while everything was settled; never below 0. */
  readonly excess: number
  /** The last working out, which holds as long as the problem is the same. */
  readonly worked: Worked | null
}

interface Worked {
  readonly problem: string
  readonly need: Sizing
  readonly current: InstanceCounts
  readonly predictedNow: readonly number[]
}

export interface ScaleInput {
  /** At the load that is planned for; the goals are what was promised. */
  readonly problem: SizingProblem
  readonly current: InstanceCounts
  readonly state: ScaleState
  readonly now: EpochMs
  /** False when a source was missing: then nothing is taken away. */
  readonly complete: boolean
  /** Operations of the last span that missed a level, less those that may; null where more instances are not the answer. */
  readonly missedBeyond: number | null
  /** All instances wanted are ready, so that what is measured is their doing. */
  readonly settled: boolean
}

export type ScaleCode =
  | 'steady'
  | 'up'
  | 'up-model-too-hopeful'
  | 'down'
  | 'held-to-settle'
  | 'held-for-missing-data'

export interface ScaleDecision {
  readonly code: ScaleCode
  readonly counts: InstanceCounts
  readonly state: ScaleState
  readonly need: Sizing
  /** Predicted share within each goal's limit with the instances that there are. */
  readonly predictedNow: readonly number[]
  readonly plannedRate: PerSecond
  readonly says: string
}

/** Instances are taken away only when none of the needs of so long asked for them; a fall has lasted before. */
const HOLD_MS = 40_000
/** After a change its effect is waited for before anything is taken away. */
const SETTLE_MS = 30_000
/** Sizing aims at this share of the misses that are allowed, so that noise does not break what was promised. */
const AIM = 0.75
/** A model that proved too hopeful is corrected in steps of this much load, up to a bound, and slowly trusted again. */
const PRESSURE_STEP = 1.15
const PRESSURE_MOST = 3
const PRESSURE_DECAY = 0.998

/** Misses beyond the allowance that chance does not sum up to while a level is kept. */
const TOO_MANY_MISSES = 50

export const noScaleState: ScaleState = {
  needs: [],
  lastChangeAt: null,
  pressure: 1,
  excess: 0,
  worked: null,
}

export function scale(input: ScaleInput): ScaleDecision {
  const { current, now } = input
  const { pressure, excess } = nextPressure(input)
  const problem = { ...input.problem, rate: input.problem.rate * pressure }
  const worked = workOut(problem, current, input.state.worked)
  const { need, predictedNow } = worked
  const needs = [
    ...input.state.needs.filter((past) => past.at > now - HOLD_MS),
    { at: now, counts: need.counts },
  ]
  const short = isShort(problem, current, predictedNow)
  const raised = pressure > input.state.pressure
  const wanted = short || raised ? most([current, need.counts]) : most(needs.map(({ counts }) => counts))
  const counts = underCap(wanted, need, problem.atMost)
  const common = { need, predictedNow, plannedRate: perSecond(problem.rate) }
  const decide = (code: ScaleCode, to: InstanceCounts, says: string): ScaleDecision => {
    const lastChangeAt = same(to, current) ? input.state.lastChangeAt : now
    return { ...common, code, counts: to, says, state: { needs, lastChangeAt, pressure, excess, worked } }
  }

  const rate = roughRate(perSecond(problem.rate))
  if (short || raised) {
    if (same(counts, current))
      return decide('steady', current, `Planned for ${rate}; no more instances can be had.`)
    if (raised)
      return decide(
        'up-model-too-hopeful',
        counts,
        `Operations wait longer than expected; planned for ${rate} instead.`,
      )
    return decide(
      'up',
      counts,
      `Planned for ${rate}; the instances at hand would keep only ${shares(predictedNow)}.`,
    )
  }
  if (cost(problem, counts) >= cost(problem, current))
    return decide(
      'steady',
      current,
      `Planned for ${rate}; the instances at hand keep ${shares(predictedNow)}.`,
    )
  if (!input.complete)
    return decide('held-for-missing-data', current, 'A measurement is missing, so nothing is taken away.')
  const since = input.state.lastChangeAt === null ? Infinity : now - input.state.lastChangeAt
  if (!input.settled || since < SETTLE_MS || now - (needs[0]?.at ?? now) < SETTLE_MS)
    return decide('held-to-settle', current, 'Fewer instances would do; the last change has not settled yet.')
  return decide('down', counts, `Planned for ${rate}; fewer instances still keep ${shares(need.predicted)}.`)
}

/** What was worked out for the same problem is not worked out again: most ticks find nothing new. */
function workOut(problem: SizingProblem, current: InstanceCounts, before: Worked | null): Worked {
  const text = textOf(problem)
  const known = before?.problem === text ? before : null
  if (known !== null && same(known.current, current)) return known
  return {
    problem: text,
    need: known?.need ?? sizeParts(withMargin(problem)),
    current,
    predictedNow: predictCounts(problem, current),
  }
}

/** All that a sizing depends on. */
function textOf({ parts, rate, goals, overheadMs, atMost }: SizingProblem): string {
  const ofParts = parts.map(({ part, visits, callers, stations, price, atLeast, atMost }) => [
    part,
    visits,
    ...callers.flatMap(({ part: caller, times }) => [caller, times]),
    stations.perInstance,
    stations.occupancySeconds,
    stations.occupancyVariation,
    stations.service.meanMs,
    stations.service.sigma,
    price,
    atLeast,
    atMost,
  ])
  return [
    rate,
    overheadMs,
    atMost,
    ...goals.flatMap(({ limitMs, ratio }) => [limitMs, ratio]),
    ...ofParts.flat(),
  ].join(' ')
}

function nextPressure({
  state,
  missedBeyond,
  settled,
  now,
}: ScaleInput): Pick<ScaleState, 'pressure' | 'excess'> {
  const waited = state.lastChangeAt === null || now - state.lastChangeAt >= SETTLE_MS
  if (missedBeyond === null || !settled || !waited) return { pressure: state.pressure, excess: 0 }
  const excess = Math.max(0, state.excess + missedBeyond)
  if (excess > TOO_MANY_MISSES)
    return { pressure: Math.min(PRESSURE_MOST, state.pressure * PRESSURE_STEP), excess: 0 }
  return { pressure: excess > 0 ? state.pressure : Math.max(1, state.pressure * PRESSURE_DECAY), excess }
}

function withMargin(problem: SizingProblem): SizingProblem {
  return { ...problem, goals: problem.goals.map((goal) => ({ ...goal, ratio: 1 - (1 - goal.ratio) * AIM })) }
}

/** Below what was promised, or below the least that a part may have. */
function isShort(problem: SizingProblem, current: InstanceCounts, predicted: readonly number[]): boolean {
  const below = problem.parts.some(({ part, atLeast }) => (current[part] ?? 0) < atLeast)
  const full = problem.parts.some(
    ({ part, visits, stations }) =>
      problem.rate * visits * stations.occupancySeconds >= (current[part] ?? 0) * stations.perInstance,
  )
  return below || full || problem.goals.some((goal, i) => (predicted[i] ?? 0) < goal.ratio)
}

function most(all: readonly InstanceCounts[]): InstanceCounts {
  const result: Record<string, number> = {}
  for (const counts of all) {
    for (const [part, count] of Object.entries(counts)) result[part] = Math.max(result[part] ?? 0, count)
  }
  return result
}

/** Where the sum of what parts held or needed passes the cap, the present need alone counts. */
function underCap(wanted: InstanceCounts, need: Sizing, atMost: number | null): InstanceCounts {
  return atMost !== null && total(wanted) > atMost ? need.counts : wanted
}

const total = (counts: InstanceCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

const same = (a: InstanceCounts, b: InstanceCounts): boolean =>
  Object.keys({ ...a, ...b }).every((part) => countOf(a, part) === countOf(b, part))

const cost = ({ parts }: SizingProblem, counts: InstanceCounts): number =>
  parts.reduce((sum, { part, price }) => sum + price * (counts[part] ?? 0), 0)

const countOf = (counts: Readonly<Record<string, number>>, part: string): number => counts[part] ?? 0

const shares = (predicted: readonly number[]): string =>
  predicted.length === 0
    ? 'the load'
    : predicted.map((share) => `${(share * 100).toFixed(1)} %`).join(' and ')
