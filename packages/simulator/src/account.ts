/**
 * Adds up what a run came to: promises kept and broken, instances and what they cost, changes, and beside it
 * what two others would have paid: whoever holds instances for the highest load all day, and whoever knows
 * each minute's load beforehand.
 */
import { inForce, type Agreement, type Level } from '@holdfast/core/agreement'
import type { Span } from '@holdfast/core/health'
import type { Violation } from '@holdfast/core/control'
import {
  addDuration,
  costOf,
  durationMs,
  formatInstant,
  type LevelName,
  type Money,
  type PartName,
} from '@holdfast/core/units'
import { clairvoyantInstanceHours, staticInstanceHours } from './bounds.ts'
import { figuresSpan, moneyOf, sumsOf } from './money.ts'
import type { RunFigures } from './run-figures.ts'
import { SIMULATION_BEGINS, type SimulatedTick, type SimulationInput } from './simulation-input.ts'
import type { World } from './world/world.ts'

export interface LevelSummary {
  readonly level: LevelName
  readonly met: number
  readonly missed: number
  /** Null when nothing was counted. */
  readonly withinRatio: number | null
  readonly windowsKept: number
  readonly windowsBroken: number
  /** The share of the worst window; null when nothing was counted. */
  readonly worstWindow: number | null
}

export interface Summary {
  readonly operations: number
  readonly failed: number
  readonly levels: readonly LevelSummary[]
  readonly instanceHours: Readonly<Record<PartName, number>>
  readonly instanceHoursTotal: number
  /** Of the instances; one sum for each currency that parts are priced in. */
  readonly cost: readonly Money[]
  /** Owed for broken windows, as if the platform were at fault for all of them. */
  readonly remedies: readonly Money[]
  /** Seconds in which less than the promised share of some level was within its limit. */
  readonly secondsOut: number
  readonly changes: number
  readonly changesPerHour: number
  readonly maxInstances: number
  /** Instance-hours of the highest load's instances held all the time; null without a model. */
  readonly staticPeakHours: number | null
  /** Instance-hours that just keep the levels minute by minute, known beforehand; null without a model. */
  readonly clairvoyantHours: number | null
  readonly violations: readonly (Violation & { readonly at: string })[]
}

interface Window {
  readonly window: Span
  readonly level: LevelName
  readonly met: number
  readonly missed: number
}

export interface Account {
  add(ticked: SimulatedTick): void
  close(world: World, open: readonly Window[], figures: RunFigures): Summary
}

const MS_PER_HOUR = 3_600_000

export function createAccount(input: SimulationInput): Account {
  const windows: Window[] = []
  const violations: Summary['violations'][number][] = []
  let operations = 0
  let failed = 0
  let changes = 0
  let maxInstances = 0
  return {
    add({ now, observation, decision, desired }) {
      operations += observation.completed + observation.failed
      failed += observation.failed
      changes += decision.plan?.changes.length ?? 0
      maxInstances = Math.max(maxInstances, desired.length)
      windows.push(...decision.closed)
      for (const violation of decision.violations) violations.push({ ...violation, at: formatInstant(now) })
    },
    close(world, open, figures) {
      const all = [...windows, ...open]
      const levels = levelNames(input).map((name) => levelSummary(name, input, all))
      const aliveMs = input.service.parts.map((part) => ({ part, ms: world.aliveMs(part.name) }))
      const instanceHours = Object.fromEntries(aliveMs.map(({ part, ms }) => [part.name, ms / MS_PER_HOUR]))
      return {
        operations,
        failed,
        levels,
        instanceHours,
        instanceHoursTotal: aliveMs.reduce((sum, { ms }) => sum + ms / MS_PER_HOUR, 0),
        cost: sumsOf(aliveMs.map(({ part, ms }) => costOf(part.price, durationMs(ms), 1))),
        remedies: moneyOf({ ...input, span: figuresSpan(input), figures }).remedies,
        secondsOut: Math.max(0, ...figures.levels.map(({ secondsBelow }) => secondsBelow)),
        changes,
        changesPerHour: changes / (input.duration / MS_PER_HOUR),
        maxInstances,
        staticPeakHours: staticInstanceHours(input),
        clairvoyantHours: clairvoyantInstanceHours(input),
        violations,
      }
    },
  }
}

/** Every level that may have been in force in the run, by its name. */
function levelNames(input: SimulationInput): readonly LevelName[] {
  const { begins: from = SIMULATION_BEGINS, duration } = input
  const to = addDuration(from, duration)
  const began = input.agreements.filter(
    (version) => (version.from ?? from) > from && (version.from ?? to) < to,
  )
  return [
    ...new Set([...inForce(input.agreements, from), ...began].flatMap(levelsOf).map(({ name }) => name)),
  ]
}

const levelsOf = ({ levels, schedule }: Agreement): readonly Level[] => [
  ...levels,
  ...schedule.flatMap((entry) => entry.levels ?? []),
]

/** By the version that was in force when the window began, or where none was, the first one after that. */
function promisedIn({ level, window }: Window, { agreements }: SimulationInput): number {
  const all = [...inForce(agreements, window.from), ...agreements].flatMap(levelsOf)
  return all.find(({ name }) => name === level)?.ratio ?? 0
}

function levelSummary(name: LevelName, input: SimulationInput, all: readonly Window[]): LevelSummary {
  const counted = all.filter((window) => window.level === name && window.met + window.missed > 0)
  const met = counted.reduce((sum, window) => sum + window.met, 0)
  const missed = counted.reduce((sum, window) => sum + window.missed, 0)
  const shares = counted.map((window) => window.met / (window.met + window.missed))
  const broken = counted.filter((window, i) => (shares[i] ?? 1) < promisedIn(window, input)).length
  return {
    level: name,
    met,
    missed,
    withinRatio: counted.length === 0 ? null : met / (met + missed),
    windowsKept: counted.length - broken,
    windowsBroken: broken,
    worstWindow: counted.length === 0 ? null : Math.min(...shares),
  }
}
