/**
 * Counts what was observed into the window of each level. A level that the schedule has put out of force
 * keeps its window until that ends: a month of office hours is one window, not one a day.
 */
import { countInto, openWindow, type Agreement, type Level, type LevelWindow } from '../agreement/index.ts'
import type { Terms } from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { epochMs, type AgreementName } from '../units/index.ts'

/** A level's window with the agreement that it belongs to. */
export interface AgreedWindow extends LevelWindow {
  readonly agreement: AgreementName
}

export interface CountInput {
  readonly agreements: readonly Agreement[]
  readonly terms: readonly Terms[]
  readonly windows: readonly AgreedWindow[]
  readonly observation: ServiceObservation
}

export interface CountedLevels {
  readonly windows: readonly AgreedWindow[]
  /** Of each level in force. */
  readonly inForce: ReadonlyMap<Level, AgreedWindow>
  /** Windows that ended, or whose level is promised no more. */
  readonly closed: readonly AgreedWindow[]
}

export function countLevels(input: CountInput): CountedLevels {
  const inForce = new Map<Level, AgreedWindow>()
  const others: AgreedWindow[] = []
  const closed: AgreedWindow[] = []
  for (const { agreement, levels } of input.terms) {
    for (const level of levels) {
      const known = input.windows.find((window) => isOf(window, agreement, level))
      const counted = countLevel(agreement, level, known, input.observation)
      inForce.set(level, counted.window)
      if (counted.closed !== null) closed.push(counted.closed)
    }
  }
  const counted = [...inForce.values()]
  for (const window of input.windows) {
    if (counted.some(({ agreement, level }) => agreement === window.agreement && level === window.level))
      continue
    const level = promised(input.agreements, window)
    const ended = level === undefined ? null : countLevel(window.agreement, level, window, input.observation)
    if (ended === null || ended.closed !== null) closed.push(ended?.closed ?? window)
    else if (ended.window.met + ended.window.missed > 0) others.push(ended.window)
  }
  return { windows: [...counted, ...others], inForce, closed }
}

function countLevel(
  agreement: AgreementName,
  level: Level,
  known: AgreedWindow | undefined,
  { span, levels }: ServiceObservation,
): { readonly window: AgreedWindow; readonly closed: AgreedWindow | null } {
  const count = levels.find((candidate) => candidate.level === level.name)
  const before = known ?? openWindow(level, epochMs(Math.max(span.from, span.to - 1)))
  const { window, closed } = countInto(before, level, span, count?.met ?? 0, count?.missed ?? 0)
  return { window: { ...window, agreement }, closed: closed === null ? null : { ...closed, agreement } }
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
