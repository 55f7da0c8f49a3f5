/** Puts together under which circumstances a level is not kept: what its cause is found from. */
import {
  loadConditions,
  loadSince,
  windowLength,
  type Circumstances,
  type Level,
  type LevelWindow,
  type LoadCondition,
  type LoadSamples,
  type Part,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { epochMs, type EpochMs, type PartName } from '../units/index.ts'
import type { Allocation } from './allocate.ts'
import { nothingLearned, type Learned } from './learn.ts'

export interface CircumstancesInput {
  readonly service: Service
  readonly terms: Terms
  readonly level: Level
  readonly window: LevelWindow
  readonly state: 'at-risk' | 'breached'
  readonly loads: readonly LoadSamples[]
  readonly observation: ServiceObservation
  readonly now: EpochMs
  readonly allocation: Allocation
  readonly learned: Readonly<Record<PartName, Learned>>
}

export function circumstancesOf(input: CircumstancesInput): Circumstances {
  const loads = loadConditions(input.terms, input.level).flatMap((condition) =>
    measuredLoad(condition, input),
  )
  const [worst] = loads.toSorted((a, b) => b.measured / b.contracted - a.measured / a.contracted)
  return {
    load: worst ?? null,
    cap: input.allocation.binding(),
    parts: input.service.parts.map((part) => partCircumstance(part, input)),
    dependencies: [],
  }
}

/** Of a breached level all of its window counts, of one at risk its last twelfth, but at least two samples. */
function measuredLoad(
  { atMost: contracted, statistic, per }: LoadCondition,
  { level, window, state, loads, now }: CircumstancesInput,
): readonly NonNullable<Circumstances['load']>[] {
  const samples = loads.find(({ perMs }) => perMs === per)
  if (samples === undefined) return []
  const recentMs = Math.max(windowLength(level.window, now) / 12, 2 * per)
  const from = state === 'breached' ? window.window.from : epochMs(now - recentMs)
  const measured = loadSince(samples, statistic, from, now)
  return measured === null ? [] : [{ measured, contracted, statistic }]
}

function partCircumstance(
  { name, characteristics }: Part,
  { observation, learned, allocation }: CircumstancesInput,
): Circumstances['parts'][number] {
  const seen = observation.parts.find((candidate) => candidate.part === name)
  const { serviceMs, waitingMs, failedShare, ended } = learned[name] ?? nothingLearned
  return {
    part: name,
    expectedServiceMs: characteristics?.serviceTime.mean ?? null,
    measuredServiceMs: serviceMs,
    waitingMs,
    completed: ended * (1 - failedShare),
    failed: ended * failedShare,
    wanted: allocation.counts[name] ?? 0,
    ready: seen?.instances.filter(({ phase }) => phase === 'ready').length ?? 0,
  }
}
