/** Reads from the terms in force what bounds the platform's duty: the contracted load and the caps (A3.2). */
import type { PartName } from '../units/index.ts'
import type { Condition, Terms } from './agreement.ts'

/** The load up to which everything promised must hold; null when it must hold at any load. */
export function contractedLoad(terms: readonly Terms[]): number | null {
  const each = terms.map((one) => {
    const loads = conditionsOf(one).flatMap((condition) =>
      condition.kind === 'load' ? [condition.atMost] : [],
    )
    return loads.length === 0 ? Infinity : Math.min(...loads)
  })
  const most = Math.max(...each)
  return Number.isFinite(most) ? most : null
}

/** The strictest cap on instances, of all parts together or of one part; null without one. */
export function instanceCap(terms: readonly Terms[], part: PartName | null): number | null {
  const caps = terms
    .flatMap(conditionsOf)
    .flatMap((condition) =>
      condition.kind === 'instances' && (condition.part ?? null) === part ? [condition.atMost] : [],
    )
  return caps.length === 0 ? null : Math.min(...caps)
}

const conditionsOf = (terms: Terms): readonly Condition[] => [
  ...terms.conditions,
  ...terms.levels.flatMap((level) => level.conditions),
]
