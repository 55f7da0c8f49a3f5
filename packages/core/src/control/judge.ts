/**
 * Judges all levels in force: counts what was observed into their windows, says of each whether it is kept,
 * and finds the cause where it is not (A3.13, A3.14).
 */
import {
  countInto,
  findCause,
  judgeLevel,
  loadSince,
  noSamples,
  openWindow,
  sampleLoad,
  windowAt,
  windowLength,
  type Circumstances,
  type Level,
  type LevelWindow,
  type LoadCondition,
  type LoadSamples,
  type Service,
  type Terms,
  type Verdict,
} from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { epochMs, perSecond, type AgreementName, type EpochMs, type PartName } from '../units/index.ts'
import type { Allocation } from './allocate.ts'
import type { Learned } from './learn.ts'
import type { DesiredInstance } from './plan.ts'

/** A level's window with the agreement that it belongs to. */
export interface AgreedWindow extends LevelWindow {
  readonly agreement: AgreementName
}

export interface JudgeState {
  readonly windows: readonly AgreedWindow[]
  readonly loads: readonly { readonly agreement: AgreementName; readonly samples: LoadSamples }[]
  /** Burn of each level at the last tick, by level name. */
  readonly burns: Readonly<Record<string, number>>
}

export interface JudgeInput {
  readonly service: Service
  readonly terms: readonly Terms[]
  readonly state: JudgeState
  readonly observation: ServiceObservation
  readonly now: EpochMs
  readonly allocation: Allocation
  readonly learned: Readonly<Record<PartName, Learned>>
  readonly desired: readonly DesiredInstance[]
}

export interface Judged {
  readonly state: JudgeState
  readonly verdicts: readonly Verdict[]
  readonly closed: readonly AgreedWindow[]
}

/** Metrics that operations are counted by; for the others a source is needed that this service does not have. */
const COUNTED = new Set(['response-time', 'service-time', 'error-ratio'])

export const judgeStateOf = (windows: readonly AgreedWindow[]): JudgeState => ({
  windows,
  loads: [],
  burns: {},
})

export function judge(input: JudgeInput): Judged {
  const loads = input.terms.flatMap((terms) => countLoad(terms, input))
  const windows: AgreedWindow[] = []
  const closed: AgreedWindow[] = []
  const verdicts: Verdict[] = []
  for (const terms of input.terms) {
    for (const level of terms.levels) {
      const counted = countLevel(terms.agreement, level, input)
      windows.push(counted.window)
      if (counted.closed !== null) closed.push(counted.closed)
      verdicts.push(verdictOn(terms, level, counted.window, loads, input))
    }
  }
  const burns = Object.fromEntries(verdicts.map(({ level, burn }) => [level, burn]))
  return { state: { windows, loads, burns }, verdicts, closed }
}

function countLoad(terms: Terms, { state, observation }: JudgeInput): JudgeState['loads'] {
  const condition = loadCondition(terms)
  if (condition === undefined) return []
  const known = state.loads.find(({ agreement }) => agreement === terms.agreement)?.samples
  const samples = known?.perMs === condition.per ? known : noSamples(condition)
  return [
    { agreement: terms.agreement, samples: sampleLoad(samples, observation.span, observation.arrivals) },
  ]
}

function countLevel(
  agreement: AgreementName,
  level: Level,
  { state, observation, now }: JudgeInput,
): { readonly window: AgreedWindow; readonly closed: AgreedWindow | null } {
  const known = state.windows.find((window) => window.agreement === agreement && window.level === level.name)
  const count = observation.levels.find((candidate) => candidate.level === level.name)
  const before = known ?? openWindow(level, now)
  const counted = countInto(before, level, observation.span, count?.met ?? 0, count?.missed ?? 0)
  return {
    window: { ...counted.window, agreement },
    closed: counted.closed === null ? null : { ...counted.closed, agreement },
  }
}

function verdictOn(
  terms: Terms,
  level: Level,
  window: AgreedWindow,
  loads: JudgeState['loads'],
  input: JudgeInput,
): Verdict {
  const { now, allocation } = input
  const limitMs = 'limit' in level.metric ? level.metric.limit : null
  const predicted = allocation.predicted.find((one) => one.limitMs === limitMs)?.share ?? null
  const judged = judgeLevel(level, window, now, level.metric.kind === 'response-time' ? predicted : null)
  const measured = COUNTED.has(level.metric.kind)
  const state = measured ? judged.state : 'unknown'
  const reason = measured ? judged.reason : `No source of this service measures ${level.metric.kind}.`
  const broken = state === 'at-risk' || state === 'breached'
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
    cause: broken ? findCause(circumstancesOf(terms, level, state, loads, input)) : null,
  }
}

function circumstancesOf(
  terms: Terms,
  level: Level,
  state: 'at-risk' | 'breached',
  loads: JudgeState['loads'],
  input: JudgeInput,
): Circumstances {
  const { allocation } = input
  const condition = loadCondition(terms)
  const samples = loads.find(({ agreement }) => agreement === terms.agreement)?.samples
  const from = state === 'breached' ? windowAt(level.window, input.now).from : recentFrom(level, input.now)
  const measured =
    condition === undefined || samples === undefined
      ? null
      : loadSince(samples, condition.statistic, from, input.now)
  return {
    load:
      measured === null || condition === undefined
        ? null
        : { measured, contracted: perSecond(condition.atMost), statistic: condition.statistic },
    cap:
      allocation.needed?.heldByCap === true && allocation.needed.atMost !== null
        ? { needed: allocation.needed.atMost + 1, atMost: allocation.needed.atMost }
        : null,
    parts: input.service.parts.map((part) => partCircumstance(part.name, input)),
    dependencies: [],
  }
}

function partCircumstance(name: PartName, input: JudgeInput): Circumstances['parts'][number] {
  const part = input.service.parts.find((candidate) => candidate.name === name)
  const seen = input.observation.parts.find((candidate) => candidate.part === name)
  const learned = input.learned[name]
  return {
    part: name,
    expectedServiceMs: part?.characteristics?.serviceTime.mean ?? null,
    measuredServiceMs: learned?.serviceMs ?? null,
    waitingMs: learned?.waitingMs ?? 0,
    completed: learned?.seen ?? 0,
    failed: seen?.failed ?? 0,
    wanted: input.allocation.counts[name] ?? 0,
    ready: seen?.instances.filter(({ phase }) => phase === 'ready').length ?? 0,
  }
}

const loadCondition = (terms: Terms): LoadCondition | undefined =>
  terms.conditions.find((condition) => condition.kind === 'load')

/** The last twelfth of the window, but at least two of the longest usual samples. */
const recentFrom = (level: Level, now: EpochMs): EpochMs =>
  epochMs(now - Math.max(windowLength(level.window, now) / 12, RECENT_AT_LEAST_MS))

const RECENT_AT_LEAST_MS = 120_000
