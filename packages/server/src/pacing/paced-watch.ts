/**
 * One watch at work: its engine, and what goes with it from an applied manifest to the store and back. It waits for nothing
 * and writes nothing.
 */
import { createHash, randomInt } from 'node:crypto'
import {
  WatchEngine,
  type FeatureCounts,
  type FleetState,
  type GroupSnapshot,
  type Watch,
  type WatchedParameter,
} from '@holdfast/core/pacing'
import type { Forecaster } from '@holdfast/core/stats'
import type { OwnerName, ServiceName } from '@holdfast/core/units'

/** A watch as it was applied. */
export interface DeclaredWatch {
  readonly watch: Watch
  readonly service: ServiceName
  readonly owner: OwnerName | null
  readonly version: number
}

/** How chunks and tokens are laid out; what was laid out otherwise cannot be read. */
export interface Layout {
  readonly parameters: readonly WatchedParameter[]
  /** Under which the names of clients were hashed. */
  readonly seed: number
}

export interface PacedWatch {
  readonly declared: DeclaredWatch
  readonly engine: WatchEngine
  readonly layout: Layout
  /** A short name of the parameters and their order, by which tokens are bound to it. */
  readonly form: string
  /** What every answer says of early rules, as JSON; empty where there are none. */
  readonly early: string
}

export interface Learned {
  readonly fleet: FleetState
  readonly features: FeatureCounts
  readonly load: Forecaster
  readonly group: GroupSnapshot
}

interface Before {
  readonly layout?: Layout
  readonly learned?: Learned
  /** What others learned, where nothing was learned here. */
  readonly group?: GroupSnapshot | undefined
}

export function newPacedWatch(declared: DeclaredWatch, now: number, before: Before = {}): PacedWatch {
  const { watch } = declared
  const { learned } = before
  const layout = before.layout ?? { parameters: watch.parameters, seed: randomInt(2 ** 31) }
  const group = learned?.group ?? before.group
  const engine = new WatchEngine(watch, {
    now,
    seed: layout.seed,
    ...(group === undefined ? {} : { group }),
    ...(learned === undefined ? {} : { fleet: learned.fleet, forecaster: learned.load }),
  })
  if (learned !== undefined) engine.features.add(learned.features)
  const rules = JSON.stringify(watch.early)
  return { declared, engine, layout, form: formOf(watch), early: watch.early.length === 0 ? '' : rules }
}

/** The same clients under what was declared anew; what they reported of parameters that stay is kept. */
export function changedWatch(before: PacedWatch, declared: DeclaredWatch, now: number): PacedWatch {
  const { watch } = declared
  const layout = { ...before.layout, parameters: watch.parameters }
  const changed = newPacedWatch(declared, now, { layout, learned: learnedOf(before.engine) })
  const were = before.layout.parameters
  const from = watch.parameters.map(({ name, type }) => {
    const at = were.findIndex((one) => one.name === name && one.type === type)
    return at < 0 ? null : at
  })
  changed.engine.table.adopt(before.engine.table, from)
  changed.engine.expectAll()
  return changed
}

export const learnedOf = ({ budget, features, load, model }: WatchEngine): Learned => ({
  fleet: budget.state,
  features: features.counts,
  load: load.state,
  group: model.snapshot(),
})

function formOf({ parameters }: Watch): string {
  const text = JSON.stringify(parameters.map(({ name, type }) => [name, type]))
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}
