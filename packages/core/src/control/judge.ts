/**
 * Judges all levels in force: counts what was observed into their windows, says of each whether it is kept,
 * and finds the cause where it is not (A3.13, A3.14).
 */
import {
  findCause,
  judgeLevel,
  loadConditions,
  noSamples,
  sampleLoad,
  samplesSince,
  windowLength,
  type Agreement,
  type Level,
  type LoadSamples,
  type Service,
  type Terms,
  type Verdict,
} from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { epochMs, type EpochMs, type PartName } from '../units/index.ts'
import type { Allocation } from './allocate.ts'
import { circumstancesOf } from './circumstances.ts'
import { countLevels, type AgreedWindow } from './count-levels.ts'
import type { Learned } from './learn.ts'

export interface JudgeState {
  readonly windows: readonly AgreedWindow[]
  /** For each unit of time that a load condition is stated in. */
  readonly loads: readonly LoadSamples[]
}

export interface JudgeInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly terms: readonly Terms[]
  readonly state: JudgeState
  readonly observation: ServiceObservation
  readonly now: EpochMs
  readonly allocation: Allocation
  readonly learned: Readonly<Record<PartName, Learned>>
}

export interface Judged {
  readonly state: JudgeState
  readonly verdicts: readonly Verdict[]
  readonly closed: readonly AgreedWindow[]
}

/** Metrics that operations are counted by; for the others a source is needed that this service does not have. */
const COUNTED: ReadonlySet<string> = new Set(['response-time', 'service-time', 'error-ratio'])

export const nothingJudged: JudgeState = { windows: [], loads: [] }

export function judge(input: JudgeInput): Judged {
  const loads = countLoads(input)
  const counted = countLevels({ ...input, windows: input.state.windows })
  const verdicts = input.terms.flatMap((terms) =>
    terms.levels.flatMap((level) => {
      const window = counted.inForce.get(level)
      return window === undefined ? [] : [verdictOn(terms, level, window, loads, input)]
    }),
  )
  return { state: { windows: counted.windows, loads }, verdicts, closed: counted.closed }
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

function verdictOn(
  terms: Terms,
  level: Level,
  window: AgreedWindow,
  loads: readonly LoadSamples[],
  input: JudgeInput,
): Verdict {
  const { now, allocation } = input
  const judged = judgeLevel(level, window, now, allocation.predicted.get(level) ?? null)
  const counted = COUNTED.has(level.metric.kind)
  const state = counted ? judged.state : 'unknown'
  const reason = counted ? judged.reason : `No source of this service measures ${level.metric.kind}.`
  return {
    agreement: terms.agreement,
    level: level.name,
    at: now,
    window: window.window,
    met: window.met,
    missed: window.missed,
    promised: level.ratio,
    ...judged,
    state,
    reason,
    cause:
      state === 'at-risk' || state === 'breached'
        ? findCause(circumstancesOf({ ...input, terms, level, window, state, loads }))
        : null,
  }
}
