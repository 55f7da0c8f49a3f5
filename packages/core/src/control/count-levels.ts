/**
 * Counts what was observed into the window of each level, and what was missed for which cause's sake. A
 * level that the schedule has put out of force keeps its window until that ends: a month of office hours
 * is one window, not one a day.
 */
import {
  blameFound,
  countInto,
  isSurge,
  openWindow,
  platformShareOf,
  settleOpen,
  type Agreement,
  type FoundCause,
  type Level,
  type LevelWindow,
  type SampledCondition,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { epochMs, type AgreementName, type EpochMs, type Ratio } from '../units/index.ts'
import { presentOf } from './circumstances.ts'
import { countSampled } from './sampled-level.ts'

/** A level's window with the agreement that it belongs to. */
export interface AgreedWindow extends LevelWindow {
  readonly agreement: AgreementName
}

/** A window that ended: remedies are owed by the share that the platform answers for; null without operations. */
export interface ClosedWindow extends AgreedWindow {
  readonly platformShare: Ratio | null
}

export interface CountInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly terms: readonly Terms[]
  readonly windows: readonly AgreedWindow[]
  readonly observation: ServiceObservation
  readonly now: EpochMs
  /** The load conditions of a level, with what was sampled. */
  readonly conditionsOf: (terms: Terms, level: Level) => readonly SampledCondition[]
  /** Why operations of a level were missed in this span; asked only where some were. */
  readonly causeOf: (terms: Terms, level: Level) => FoundCause
}

export interface CountedLevels {
  readonly windows: readonly AgreedWindow[]
  /** Of each level in force. */
  readonly inForce: ReadonlyMap<Level, AgreedWindow>
  /** Windows that ended, or whose level is promised no more. */
  readonly closed: readonly ClosedWindow[]
}

export function countLevels(input: CountInput): CountedLevels {
  const inForce = new Map<Level, AgreedWindow>()
  const others: AgreedWindow[] = []
  const closed: ClosedWindow[] = []
  for (const terms of input.terms) {
    for (const level of terms.levels) {
      const counted = countInForce(terms, level, input)
      inForce.set(level, counted.window)
      if (counted.closed !== null) closed.push(close(counted.closed))
    }
  }
  const counted = [...inForce.values()]
  for (const window of input.windows) {
    if (counted.some(({ agreement, level }) => agreement === window.agreement && level === window.level))
      continue
    const level = promised(input.agreements, window)
    const ended = level === undefined ? null : countLevel(window.agreement, level, window, 'platform', input)
    if (ended === null || ended.closed !== null) closed.push(close(ended?.closed ?? window))
    else if (ended.window.met + ended.window.missed > 0) others.push(ended.window)
  }
  return { windows: [...counted, ...others], inForce, closed }
}

const close = (window: AgreedWindow): ClosedWindow => ({ ...window, platformShare: platformShareOf(window) })

interface CountedWindow {
  readonly window: AgreedWindow
  readonly closed: AgreedWindow | null
}

function countInForce(terms: Terms, level: Level, input: CountInput): CountedWindow {
  const { agreement } = terms
  const known = input.windows.find((window) => isOf(window, agreement, level))
  const conditions = input.conditionsOf(terms, level)
  const settled = known === undefined ? undefined : settleOpen(known, level, conditions, input.now)
  const { missed } = countOf(level, input)
  const found = missed > 0 ? input.causeOf(terms, level) : null
  const counted = countLevel(agreement, level, settled, found?.cause.kind ?? 'platform', input)
  if (found === null) return counted
  const { span } = input.observation
  const present = presentOf(input.observation)
  const window = blameFound(counted.window, level, span, missed, found, {
    mayBe: conditions.length > 0,
    surging: conditions.some(({ condition }) => isSurge(condition, present)),
  })
  return { ...counted, window: { ...window, agreement } }
}

function countLevel(
  agreement: AgreementName,
  level: Level,
  known: LevelWindow | undefined,
  cause: FoundCause['cause']['kind'],
  input: CountInput,
): CountedWindow {
  const { span } = input.observation
  const { met, missed } = countOf(level, input)
  const before = known ?? openWindow(level, epochMs(Math.max(span.from, span.to - 1)))
  const { window, closed } = countInto(before, level, span, met, missed, cause)
  return { window: { ...window, agreement }, closed: closed === null ? null : { ...closed, agreement } }
}

/** As a source counted it, or else as the observation tells. */
function countOf(level: Level, { service, observation }: CountInput): { met: number; missed: number } {
  const counted = observation.levels.find((candidate) => candidate.level === level.name)
  const { met, missed } = counted ?? countSampled(level, service, observation) ?? { met: 0, missed: 0 }
  return { met, missed }
}

/** The level of a window that is promised at other times than now. */
function promised(agreements: readonly Agreement[], window: AgreedWindow): Level | undefined {
  return agreements
    .flatMap(({ name, levels, schedule }) =>
      [levels, ...schedule.map((entry) => entry.levels ?? [])].flat().map((level) => ({ name, level })),
    )
    .find(({ name, level }) => isOf(window, name, level))?.level
}

const isOf = (window: AgreedWindow, agreement: AgreementName, level: Level): boolean =>
  window.agreement === agreement && window.level === level.name
