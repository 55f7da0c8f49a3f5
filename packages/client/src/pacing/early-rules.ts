/** Whether a change does not wait: the same rules as the server's, judged where the change is. */
import type { EarlyRule, Parameters } from './options.ts'

export const holdsEarly = (rules: readonly EarlyRule[], before: Parameters, now: Parameters): boolean =>
  rules.some((rule) => holds(rule, valueOf(before, rule.parameter), valueOf(now, rule.parameter)))

type Value = Parameters[string] | undefined

const valueOf = (parameters: Parameters, name: string): Value =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined

function holds(rule: EarlyRule, old: Value, current: Value): boolean {
  // What came, went or is of another type is another thing than before.
  if (rule.kind === 'changed' || typeof old !== 'number' || typeof current !== 'number')
    return differs(old, current)
  if (!Number.isFinite(old) || !Number.isFinite(current)) return !Object.is(old, current)
  if (rule.kind === 'bands') return bandOf(rule.edges, old) !== bandOf(rule.edges, current)
  const distance = Math.abs(current - old)
  if (distance === 0) return false
  if (rule.kind === 'absolute') return distance >= rule.least
  if (rule.kind === 'relative') return distance >= rule.least * Math.abs(old)
  const ratio = Math.abs(current / old)
  return Math.sign(old) !== Math.sign(current) || ratio >= rule.least || 1 / ratio >= rule.least
}

const bandOf = (edges: readonly number[], value: number): number =>
  edges.filter((edge) => value >= edge).length

function differs(old: Value, current: Value): boolean {
  if (typeof old !== 'object' || typeof current !== 'object')
    return old !== current && !(Number.isNaN(old) && Number.isNaN(current))
  const [before, after] = [new Set(old), new Set(current)]
  return before.size !== after.size || [...before].some((one) => !after.has(one))
}
