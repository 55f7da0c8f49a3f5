/** Reads from the terms in force what bounds the platform's duty: the contracted load and the caps (A3.2). */
import type { PartName } from '../units/index.ts'
import type { Condition, Level, Terms } from './agreement.ts'
import type { LoadCondition } from './load-samples.ts'

/** The load up to which something is promised; null where something must hold at any load. */
export function contractedLoad(terms: readonly Terms[]): number | null {
  let most = -Infinity
  for (const one of terms) {
    if (one.levels.length === 0) most = Math.max(most, loadOf(one.conditions))
    for (const level of one.levels) most = Math.max(most, contractedFor(one, level))
  }
  return Number.isFinite(most) ? most : null
}

/** The load up to which this level is promised. */
const contractedFor = (terms: Terms, level: Level): number => loadOf(loadConditions(terms, level))

interface OfLevel {
  readonly terms: Terms
  readonly conditions: readonly LoadCondition[]
}

/** By the terms that they were last asked for under. */
const remembered = new WeakMap<Level, OfLevel>()

/** All that must hold for the level: the agreement's own and the level's. */
export function loadConditions(terms: Terms, level: Level): readonly LoadCondition[] {
  const known = remembered.get(level)
  if (known !== undefined && known.terms === terms) return known.conditions
  const conditions = [...terms.conditions, ...level.conditions].filter(
    (condition) => condition.kind === 'load',
  )
  remembered.set(level, { terms, conditions })
  return conditions
}

function loadOf(conditions: readonly Condition[]): number {
  let least = Infinity
  for (const condition of conditions) if (condition.kind === 'load') least = Math.min(least, condition.atMost)
  return least
}

/** The strictest cap on instances, of all parts together or of one part; null without one. */
export function instanceCap(terms: readonly Terms[], part: PartName | null): number | null {
  let cap = Infinity
  for (const { conditions, levels } of terms) {
    cap = Math.min(cap, capIn(conditions, part))
    for (const level of levels) cap = Math.min(cap, capIn(level.conditions, part))
  }
  return cap === Infinity ? null : cap
}

function capIn(conditions: readonly Condition[], part: PartName | null): number {
  let cap = Infinity
  for (const condition of conditions)
    if (condition.kind === 'instances' && (condition.part ?? null) === part)
      cap = Math.min(cap, condition.atMost)
  return cap
}

/** What the strictest cap on costs lets instances cost an hour on average. */
export interface CostCap {
  readonly microsPerHour: number
  readonly currency: string
}

/** Null where nothing limits the cost (A3.2). */
export function costCap(terms: readonly Terms[]): CostCap | null {
  let least: CostCap | null = null
  for (const condition of terms.flatMap(conditionsOf)) {
    if (condition.kind !== 'cost') continue
    const { micros, currency } = condition.atMostPerMonth
    const microsPerHour = Number(micros) / HOURS_PER_MONTH
    if (least === null || microsPerHour < least.microsPerHour) least = { microsPerHour, currency }
  }
  return least
}

/** A twelfth of a year of 365 days. */
export const HOURS_PER_MONTH = 730

const conditionsOf = (terms: Terms): readonly Condition[] => [
  ...terms.conditions,
  ...terms.levels.flatMap((level) => level.conditions),
]
