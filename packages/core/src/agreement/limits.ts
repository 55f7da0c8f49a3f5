/** Reads from the terms in force what bounds the platform's duty: the contracted load and the caps (A3.2). */
import type { PartName } from '../units/index.ts'
import type { Condition, Level, Terms } from './agreement.ts'
import type { LoadCondition } from './load-samples.ts'

/** The load up to which something is promised; null where something must hold at any load. */
export function contractedLoad(terms: readonly Terms[]): number | null {
  const each = terms.flatMap((one) =>
    one.levels.length === 0 ? [loadOf(one.conditions)] : one.levels.map((level) => contractedFor(one, level)),
  )
  const most = Math.max(...each)
  return Number.isFinite(most) ? most : null
}

/** The load up to which this level is promised. */
const contractedFor = (terms: Terms, level: Level): number => loadOf(loadConditions(terms, level))

/** All that must hold for the level: the agreement's own and the level's. */
export const loadConditions = (terms: Terms, level: Level): readonly LoadCondition[] =>
  [...terms.conditions, ...level.conditions].filter((condition) => condition.kind === 'load')

const loadOf = (conditions: readonly Condition[]): number =>
  Math.min(...conditions.map((condition) => (condition.kind === 'load' ? condition.atMost : Infinity)))

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
  const caps = terms.flatMap(conditionsOf).flatMap((condition): CostCap[] => {
    if (condition.kind !== 'cost') return []
    const { micros, currency } = condition.atMostPerMonth
    return [{ microsPerHour: Number(micros) / HOURS_PER_MONTH, currency }]
  })
  return caps.toSorted((a, b) => a.microsPerHour - b.microsPerHour)[0] ?? null
}

/** A twelfth of a year of 365 days. */
export const HOURS_PER_MONTH = 730

const conditionsOf = (terms: Terms): readonly Condition[] => [
  ...terms.conditions,
  ...terms.levels.flatMap((level) => level.conditions),
]
