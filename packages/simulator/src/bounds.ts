/**
 * What a run is compared with, from core's own sizing: instances for the highest load all the time, and
 * instances that are changed each minute by someone who knows its load beforehand and has no start time.
 */
import { contractedLoad, instanceCap, termsInForce, type Service, type Terms } from '@holdfast/core/agreement'
import {
  sizedPart,
  sizeParts,
  visitedParts,
  type InstanceCounts,
  type SizedPart,
  type SizingProblem,
} from '@holdfast/core/allocation'
import { addDuration, durationMs } from '@holdfast/core/units'
import { SIMULATION_BEGINS, type SimulationInput } from './simulation-input.ts'
import { highestRate, rateAt } from './world/load-shape.ts'

const MS_PER_HOUR = 3_600_000
const MS_PER_MINUTE = 60_000

/** Rates are rounded up to this, so that a day needs few sizings. */
const RATE_STEP = 0.1

export function staticInstanceHours(input: SimulationInput): number | null {
  const terms = termsOf(input, 0)
  const total = totalFor(input, terms, agreed(terms, highestRate(input.load)))
  return total === null ? null : (total * input.duration) / MS_PER_HOUR
}

export function clairvoyantInstanceHours(input: SimulationInput): number | null {
  const known = new Map<string, number | null>()
  let hours = 0
  for (let at = 0; at < input.duration; at += MS_PER_MINUTE) {
    const terms = termsOf(input, at)
    const most = Math.max(rateAt(input.load, at), rateAt(input.load, at + MS_PER_MINUTE))
    const rate = agreed(terms, Math.ceil(most / RATE_STEP - 1e-9) * RATE_STEP)
    const key = JSON.stringify([
      rate,
      terms.map(({ agreement, version, entry }) => [agreement, version, entry]),
    ])
    const total = known.get(key) ?? totalFor(input, terms, rate)
    known.set(key, total)
    if (total === null) return null
    hours += (total * Math.min(MS_PER_MINUTE, input.duration - at)) / MS_PER_HOUR
  }
  return hours
}

function termsOf({ agreements, begins = SIMULATION_BEGINS }: SimulationInput, ms: number): readonly Terms[] {
  return termsInForce(agreements, addDuration(begins, durationMs(ms)))
}

const agreed = (terms: readonly Terms[], rate: number): number =>
  Math.min(rate, contractedLoad(terms) ?? Infinity)

function totalFor(input: SimulationInput, terms: readonly Terms[], rate: number): number | null {
  const problem = problemOf(input.service, terms, rate)
  return problem === null ? null : sizeParts(problem).total
}

/** What keeps the levels in force at a rate; null without a model. */
export type Sizer = (rate: number) => InstanceCounts | null

/** Rates are rounded up to steps of this share, so that a day of seconds needs few sizings. */
const SAME_RATE_SHARE = 0.02

/** Works each rounded rate out once. */
export function createSizer(service: Service, terms: readonly Terms[]): Sizer {
  const known = new Map<number, InstanceCounts | null>()
  return (rate) => {
    const step =
      rate <= RATE_STEP ? 0 : Math.ceil(Math.log(rate / RATE_STEP) / Math.log1p(SAME_RATE_SHARE) - 1e-9)
    const before = known.get(step)
    if (before !== undefined) return before
    const problem = problemOf(service, terms, RATE_STEP * (1 + SAME_RATE_SHARE) ** step)
    const counts = problem === null ? null : sizeParts(problem).counts
    known.set(step, counts)
    return counts
  }
}

function problemOf(service: Service, terms: readonly Terms[], rate: number): SizingProblem | null {
  const parts: SizedPart[] = []
  for (const visited of visitedParts(service)) {
    const { characteristics } = visited.part
    if (characteristics === null) return null
    parts.push(sizedPart(visited, characteristics, { terms }))
  }
  const goals = terms.flatMap(({ levels }) =>
    levels.flatMap(({ metric, ratio }) =>
      metric.kind === 'response-time' ? [{ limitMs: metric.limit, ratio }] : [],
    ),
  )
  return { parts, rate, goals, overheadMs: 0, atMost: instanceCap(terms, null) }
}
