/**
 * Puts misses down to another cause when it shows only later whose they are: when a unit of time turns out
 * to have been above the contracted load, and when a slow part is found out after some of its operations
 * were missed already.
 */
import type { Span } from '../health/index.ts'
import { epochMs, perSecond, type EpochMs } from '../units/index.ts'
import type { Level } from './agreement.ts'
import { noteCause, type OpenMisses } from './blame.ts'
import { wasAbove } from './excess-load.ts'
import { loadCause, type FoundCause } from './find-cause.ts'
import { blameInstead, type LevelWindow } from './level-window.ts'
import { operationsOf, type LoadCondition, type LoadSamples } from './load-samples.ts'

/** A condition with the samples that it is judged by. */
export interface SampledCondition {
  readonly condition: LoadCondition
  readonly samples: LoadSamples
}

/** It takes so long until enough operations were seen to find out that a part is slow. */
const FOUND_WITHIN_MS = 20_000

/** Beyond so many the oldest stay with the cause that they have. */
const MAX_OPEN = 120

/** Of what is still open: what came in a unit that was above is the load's; what came in others is settled. */
export function settleOpen(
  before: LevelWindow,
  level: Level,
  conditions: readonly SampledCondition[],
  now: EpochMs,
): LevelWindow {
  if (before.open.length === 0) return before
  let state = before
  const open: OpenMisses[] = []
  for (const misses of before.open) {
    let [above, isOpen] = [null as SampledCondition | null, mayBeFound(misses, now)]
    for (const condition of conditions) {
      const was = isAbove(misses, condition, now)
      if (was === true) above ??= condition
      if (was === null) isOpen = true
    }
    if (above !== null) state = toLoad(state, level, misses, above)
    else if (isOpen) open.push(misses)
  }
  return { ...state, open: merged(open, conditions, now).slice(-MAX_OPEN) }
}

/** A surge that begins late in a unit of time belongs to the next one, if that is above. */
function isAbove(
  { at, surging }: OpenMisses,
  { condition, samples }: SampledCondition,
  now: EpochMs,
): boolean | null {
  const here = wasAbove(condition, samples, at, now)
  if (here !== false || !surging) return here
  return wasAbove(condition, samples, epochMs(at + condition.per), now)
}

const mayBeFound = ({ sure, at }: OpenMisses, now: EpochMs): boolean => !sure && now - at <= FOUND_WITHIN_MS

function toLoad(
  state: LevelWindow,
  level: Level,
  misses: OpenMisses,
  { condition, samples }: SampledCondition,
): LevelWindow {
  const { per, atMost: contracted, statistic } = condition
  const unit = Math.floor(misses.at / per) * per
  const from = epochMs(operationsOf(samples, unit) * 1_000 > contracted * per ? unit : unit + per)
  const operations = operationsOf(samples, from)
  const measured = perSecond((operations * 1_000) / per)
  const cause = loadCause({ measured, contracted, statistic, from, draining: false })
  return {
    ...blameInstead(state, level, misses, 'load'),
    causes: noteCause(state.causes, { cause, sure: true }, misses.at),
  }
}

/** Those that can only be settled together are kept together. */
function merged(
  open: readonly OpenMisses[],
  conditions: readonly SampledCondition[],
  now: EpochMs,
): readonly OpenMisses[] {
  const after: OpenMisses[] = []
  for (const misses of open) {
    const last = after.at(-1)
    const together =
      last !== undefined &&
      last.kind === misses.kind &&
      last.surging === misses.surging &&
      !mayBeFound(last, now) &&
      !mayBeFound(misses, now) &&
      conditions.every(({ condition: { per } }) => Math.floor(last.at / per) === Math.floor(misses.at / per))
    if (together) after[after.length - 1] = { ...last, missed: last.missed + misses.missed }
    else after.push(misses)
  }
  return after
}

/** Notes why operations of the span were missed, and puts down to the same what was missed before it was found. */
export function blameFound(
  before: LevelWindow,
  level: Level,
  span: Span,
  missed: number,
  { cause, sure }: FoundCause,
  load: { readonly mayBe: boolean; readonly surging: boolean },
): LevelWindow {
  const at = epochMs(Math.max(span.from, span.to - 1))
  let state: LevelWindow = { ...before, causes: noteCause(before.causes, { cause, sure }, at) }
  let open = before.open
  if (cause.kind === 'application' || cause.kind === 'dependency') {
    for (const misses of open)
      if (mayBeFound(misses, span.to)) state = blameInstead(state, level, misses, cause.kind)
    open = open.map((misses) =>
      mayBeFound(misses, span.to) ? { ...misses, kind: cause.kind, sure } : misses,
    )
  }
  const mayChange = cause.kind !== 'load' && (load.mayBe || !sure)
  return {
    ...state,
    open: mayChange ? [...open, { at, kind: cause.kind, missed, sure, surging: load.surging }] : open,
  }
}
