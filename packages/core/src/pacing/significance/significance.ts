/**
 * What change of a client's parameters is significant: one that would change a decision. Rules are data that an operator
 * wrote; they compare what was reported last with what is reported now. They know no time and no client.
 */
import { isTrue, type Expression } from './expression.ts'
import { valueOf, type Parameters, type ParameterValue } from './parameters.ts'

export type Significance =
  /** It differs by at least so much. */
  | { readonly kind: 'absolute'; readonly parameter: string; readonly least: number }
  /** It differs by at least this share of the old value's size. */
  | { readonly kind: 'relative'; readonly parameter: string; readonly least: number }
  /** It is at least so many times as great or as small; what changes its sign always is. */
  | { readonly kind: 'ratio'; readonly parameter: string; readonly least: number }
  /** It lies on the other side of an edge, in ascending order; an edge belongs to the band above. */
  | { readonly kind: 'bands'; readonly parameter: string; readonly edges: readonly number[] }
  /** It is another text, flag or set, or it came or went. */
  | { readonly kind: 'changed'; readonly parameter: string }
  /** The mean of deviations, each in units of what is a whole one, by weight. */
  | { readonly kind: 'composite'; readonly least: number; readonly parts: readonly WeightedPart[] }
  /** By an expression over several parameters; what it does not know is not significant. */
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'any'; readonly of: readonly Significance[] }
  | { readonly kind: 'all'; readonly of: readonly Significance[] }
  /** The first rule whose condition holds decides; where none does, nothing is significant. */
  | { readonly kind: 'ordered'; readonly rules: readonly OrderedRule[] }

export interface WeightedPart {
  readonly parameter: string
  readonly weight: number
  /** So much is a deviation of 1; a text or flag that changed deviates by 1. */
  readonly unit: number
}

export interface OrderedRule {
  /** Absent: it always holds. */
  readonly when?: Expression
  readonly decides: Significance | boolean
}

export function isSignificant(rule: Significance, before: Parameters, now: Parameters): boolean {
  switch (rule.kind) {
    case 'absolute':
    case 'relative':
    case 'ratio':
    case 'bands': {
      const [old, current] = [valueOf(before, rule.parameter), valueOf(now, rule.parameter)]
      // What came, went or is no number any more is another thing than before.
      if (typeof old !== 'number' || typeof current !== 'number') return differs(old, current)
      return numberDiffers(rule, old, current)
    }
    case 'changed':
      return differs(valueOf(before, rule.parameter), valueOf(now, rule.parameter))
    case 'composite': {
      const deviation = compositeDeviation(rule.parts, before, now)
      return deviation > 0 && deviation >= rule.least
    }
    case 'expression':
      return isTrue(rule.expression, { before, now })
    case 'any':
      return rule.of.some((one) => isSignificant(one, before, now))
    case 'all':
      return rule.of.length > 0 && rule.of.every((one) => isSignificant(one, before, now))
    case 'ordered':
      return orderedSignificance(rule.rules, before, now)
  }
}

/** Whether the rule can only hold where something differs; what an operator wrote freely may hold of anything. */
export function needsDifference(rule: Significance): boolean {
  switch (rule.kind) {
    case 'absolute':
    case 'relative':
    case 'ratio':
    case 'bands':
    case 'changed':
    case 'composite':
      return true
    case 'any':
    case 'all':
      return rule.of.every(needsDifference)
    case 'expression':
    case 'ordered':
      return false
  }
}

function orderedSignificance(rules: readonly OrderedRule[], before: Parameters, now: Parameters): boolean {
  const found = rules.find(({ when }) => when === undefined || isTrue(when, { before, now }))
  if (found === undefined) return false
  return typeof found.decides === 'boolean' ? found.decides : isSignificant(found.decides, before, now)
}

type OfNumber = Extract<Significance, { readonly kind: 'absolute' | 'relative' | 'ratio' | 'bands' }>

function numberDiffers(rule: OfNumber, old: number, current: number): boolean {
  // Infinite and unknown figures have no distance.
  if (!Number.isFinite(old) || !Number.isFinite(current)) return !Object.is(old, current)
  const distance = Math.abs(current - old)
  switch (rule.kind) {
    case 'absolute':
      return distance > 0 && distance >= rule.least
    case 'relative':
      return distance > 0 && distance >= rule.least * Math.abs(old)
    case 'ratio': {
      if (distance === 0) return false
      if (Math.sign(old) !== Math.sign(current)) return true
      const ratio = Math.abs(current / old)
      return ratio >= rule.least || 1 / ratio >= rule.least
    }
    case 'bands':
      return bandOf(rule.edges, old) !== bandOf(rule.edges, current)
  }
}

const bandOf = (edges: readonly number[], value: number): number =>
  edges.filter((edge) => value >= edge).length

/**
 * The weighted mean of deviations: a small change of a heavy parameter outweighs a large one of a light one. No single
 * deviation counts for more than so many units, so that one wild figure does not stand for all.
 */
export function compositeDeviation(
  parts: readonly WeightedPart[],
  before: Parameters,
  now: Parameters,
): number {
  let sum = 0
  let weights = 0
  for (const { parameter, weight, unit } of parts) {
    sum += weight * deviation(valueOf(before, parameter), valueOf(now, parameter), unit)
    weights += weight
  }
  return weights > 0 ? sum / weights : 0
}

const MOST_UNITS = 1_000

function deviation(
  old: ParameterValue | undefined,
  current: ParameterValue | undefined,
  unit: number,
): number {
  if (typeof old !== 'number' || typeof current !== 'number') return Number(differs(old, current))
  if (!Number.isFinite(old) || !Number.isFinite(current)) return Number(!Object.is(old, current))
  if (old === current) return 0
  return unit > 0 ? Math.min(MOST_UNITS, Math.abs(current - old) / unit) : MOST_UNITS
}

/** Sets are equal whatever their order. */
function differs(old: ParameterValue | undefined, current: ParameterValue | undefined): boolean {
  if (typeof old !== 'object' || typeof current !== 'object')
    return old !== current && !(Number.isNaN(old) && Number.isNaN(current))
  const [before, after] = [new Set(old), new Set(current)]
  return before.size !== after.size || [...before].some((one) => !after.has(one))
}
