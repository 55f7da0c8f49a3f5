/**
 * Whether a change does not wait: the same rules as the server's, judged where the change is. Of numbers there are finite
 * ones only, as others can't be sent.
 */
import type { EarlyRule, Parameters } from './options.ts'

export const holdsEarly = (rules: readonly EarlyRule[], before: Parameters, now: Parameters): boolean =>
  // What is inherited, such as constructor, is the same in both.
  rules.some((rule) => holds(rule, before[rule.parameter], now[rule.parameter]))

type Value = Parameters[string]

function holds(rule: EarlyRule, old: Value, current: Value): boolean {
  // What came, went or is of another type is another thing than before.
  if (rule.kind === 'changed' || typeof old !== 'number' || typeof current !== 'number')
    return differs(old, current)
  if (rule.kind === 'bands') return rule.edges.some((edge) => old >= edge !== current >= edge)
  if (old === current) return false
  // What changes its sign always is, and so is what was or is zero.
  const ratio = current / old
  if (rule.kind === 'ratio') return !(ratio > 0) || Math.max(ratio, 1 / ratio) >= rule.least
  return Math.abs(current - old) >= rule.least * (rule.kind === 'relative' ? Math.abs(old) : 1)
}

function differs(old: Value, current: Value): boolean {
  if (typeof old !== 'object' || typeof current !== 'object') return old !== current
  const before = new Set(old)
  const after = new Set(current)
  return before.size !== after.size || [...before].some((one) => !after.has(one))
}

/** As a server or a storage gives them; what could not be judged is left out. */
export const earlyRulesIn = (given: unknown): readonly EarlyRule[] =>
  Array.isArray(given) ? (given as EarlyRule[]).filter(canBeJudged) : []

const canBeJudged = (rule: EarlyRule | null): boolean =>
  !!rule?.parameter && (rule.kind === 'bands') === Array.isArray((rule as { edges?: unknown }).edges)
