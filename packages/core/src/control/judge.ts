/**
 * Judges all levels in force: counts what was observed into their windows, says of each whether it is kept,
 * and finds the cause where it is not (A3.13, A3.14).
 */
import {
  assumingLoad,
  findCause,
  judgeLevel,
  loadConditions,
  mostBlamed,
  noSamples,
  platformShareOf,
  sampleLoad,
  samplesSince,
  windowCause,
  windowLength,
  type Agreement,
  type Cause,
  type Level,
  type LoadSamples,
  type PartCircumstance,
  type SampledCondition,
  type Service,
  type Terms,
  type Verdict,
  type VerdictState,
} from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { epochMs, type EpochMs } from '../units/index.ts'
import {
  circumstancesOf,
  partCircumstance,
  surroundingsOf,
  type CircumstancesInput,
  type Outside,
  type Surroundings,
} from './circumstances.ts'
import { countLevels, type AgreedWindow, type ClosedWindow } from './count-levels.ts'
import { isSampled, isUntold } from './sampled-level.ts'

export interface JudgeState {
  readonly windows: readonly AgreedWindow[]
  /** For each unit of time that a load condition is stated in. */
  readonly loads: readonly LoadSamples[]
  readonly outside: readonly Outside[]
}

export interface JudgeInput extends CircumstancesInput {
  readonly agreements: readonly Agreement[]
  readonly terms: readonly Terms[]
  readonly state: JudgeState
}

export interface Judged {
  readonly state: JudgeState
  readonly verdicts: readonly Verdict[]
  readonly closed: readonly ClosedWindow[]
  /** How each part fares. */
  readonly parts: readonly PartCircumstance[]
}

/** Metrics that a source counts operations by; others are sampled, or not measured at all. */
const COUNTED: ReadonlySet<string> = new Set(['response-time', 'service-time', 'error-ratio'])

export const nothingJudged: JudgeState = { windows: [], loads: [], outside: [] }

export function judge(given: JudgeInput): Judged {
  const input = { ...given, allocation: { ...given.allocation, binding: once(given.allocation.binding) } }
  const loads = countLoads(input)
  const parts = input.service.parts.map((part) => partCircumstance(part, input))
  const surroundings = input.terms.map((terms) =>
    surroundingsOf(terms, input.state.outside, parts, input.now),
  )
  const around = new Map(surroundings.map((one) => [one.terms, one]))
  const conditionsOf = (terms: Terms, level: Level): readonly SampledCondition[] =>
    sampledConditions(terms, level, loads)
  const causeOf = (terms: Terms, level: Level, sureness: 'sure' | 'probable') => {
    const common: Surroundings = around.get(terms) ?? { terms, diagnoses: [], outside: [] }
    return findCause(circumstancesOf(common, level, conditionsOf(terms, level), input, sureness))
  }
  const counted = countLevels({
    ...input,
    windows: input.state.windows,
    conditionsOf,
    causeOf: (terms, level) => causeOf(terms, level, 'sure'),
  })
  const verdicts = input.terms.flatMap((terms) =>
    terms.levels.flatMap((level) => {
      const window = counted.inForce.get(level)
      if (window === undefined) return []
      const present = (): Cause => presentCause(causeOf(terms, level, 'probable'), window, level, input)
      return [verdictOn(terms, level, window, present, input)]
    }),
  )
  const outside = surroundings.flatMap((one) => one.outside)
  return { state: { windows: counted.windows, loads, outside }, verdicts, closed: counted.closed, parts }
}

/** Samples in each unit that a condition in force is stated in, as far back as its levels' windows reach. */
function countLoads({ terms, state, observation, now }: JudgeInput): readonly LoadSamples[] {
  const reach = new Map<number, LoadSamples>()
  const keptMs = new Map<number, number>()
  for (const one of terms) {
    for (const level of one.levels) {
      for (const { per } of loadConditions(one, level)) {
        keptMs.set(per, Math.max(keptMs.get(per) ?? 0, windowLength(level.window, now) + 2 * per))
        if (reach.has(per)) continue
        const known = state.loads.find(({ perMs }) => perMs === per) ?? noSamples(per)
        reach.set(per, sampleLoad(known, observation.span, observation.arrivals))
      }
    }
  }
  return [...reach].map(([per, samples]) => samplesSince(samples, epochMs(now - (keptMs.get(per) ?? 0))))
}

const sampledConditions = (
  terms: Terms,
  level: Level,
  loads: readonly LoadSamples[],
): readonly SampledCondition[] =>
  loadConditions(terms, level).flatMap((condition) => {
    const samples = loads.find(({ perMs }) => perMs === condition.per)
    return samples === undefined ? [] : [{ condition, samples }]
  })

/** What is found now; where that is nothing in particular, what operations were missed for of late. */
function presentCause(
  { cause, sure }: ReturnType<typeof findCause>,
  window: AgreedWindow,
  level: Level,
  { now }: JudgeInput,
): Cause {
  const known = window.causes.find((one) => one.cause.kind === cause.kind)?.cause
  const present = known !== undefined && known.part === cause.part ? { ...cause, since: known.since } : cause
  if (sure) return present
  const recent = now - windowLength(level.window, now) / 12
  const late = window.causes.filter((one) => one.sure && one.until >= recent)
  const others = late.filter((one) => one.cause.kind !== 'platform')
  return (mostBlamed(others, window.missedBy) ?? mostBlamed(late, window.missedBy))?.cause ?? present
}

function verdictOn(
  terms: Terms,
  level: Level,
  window: AgreedWindow,
  present: () => Cause,
  { service, observation, now, allocation }: JudgeInput,
): Verdict {
  const judged = judgeLevel(level, window, now, allocation.predicted.get(level) ?? null)
  const nobodyTold = notToldOf(level, window, service, observation)
  const state = nobodyTold === null ? judged.state : 'unknown'
  const reason = nobodyTold ?? judged.reason
  return {
    agreement: terms.agreement,
    level: level.name,
    at: now,
    window: window.window,
    met: window.met,
    missed: window.missed,
    missedBy: window.missedBy,
    promised: level.ratio,
    platformShare: platformShareOf(window),
    ...judged,
    state,
    reason,
    cause: causeOn(state, level, window, present, now),
  }
}

/** Of a broken window the cause that broke it; of one at risk what puts it at risk now. */
function causeOn(
  state: VerdictState,
  level: Level,
  window: AgreedWindow,
  present: () => Cause,
  now: EpochMs,
): Cause | null {
  switch (state) {
    case 'kept':
    case 'unknown':
      return null
    case 'at-risk':
      return present()
    case 'breached': {
      const cause = present()
      const counted = cause.kind === 'load' ? assumingLoad(window, cause, now) : window
      return windowCause(level.ratio, counted)?.cause ?? cause
    }
  }
}

/** Why nothing can be said of the level; null where it can. */
function notToldOf(
  level: Level,
  { met, missed }: AgreedWindow,
  service: Service,
  observation: ServiceObservation,
): string | null {
  const { kind } = level.metric
  if (kind === 'satisfaction') return met + missed > 0 ? null : 'No client has answered in this window yet.'
  if (!COUNTED.has(kind) && !isSampled(level)) return `No source of this service measures ${kind}.`
  if (met + missed > 0 || !isUntold(level, observation)) return null
  if (observation.untold?.includes('operations') !== true)
    return `No source of this service measures ${kind}.`
  return service.entry === null
    ? 'The service names no part that operations come to: give it a gateway, or an entry.'
    : 'Nobody tells of operations of this service: look at its sources.'
}

/** Works it out at most once. */
function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | null = null
  return () => (done ??= { value: work() }).value
}
