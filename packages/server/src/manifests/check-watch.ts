/** Checks a watch's rules against the parameters that it declares, and bounds how much they are. */
import type { Expression, ParameterType } from '@holdfast/core/pacing'
import type { Fault } from '../errors/index.ts'
import type { WrittenRule } from './kinds/significance-rule.ts'
import type { ManifestOf } from './manifest.ts'
import { missingReference } from './missing-reference.ts'
import type { Locate, Path } from './text/path.ts'

/** All of them are walked for every update. */
const MOST_RULES = 64
const MOST_DEPTH = 8

interface Checked {
  readonly types: ReadonlyMap<string, ParameterType>
  readonly locate: Locate
}

export function checkWatch({
  manifest: { spec },
  document,
  locate,
}: {
  readonly manifest: ManifestOf<'Watch'>
  readonly document: { readonly spec?: unknown }
  readonly locate: Locate
}): readonly Fault[] {
  const types = new Map(spec.watch.parameters.map(({ name, type }) => [name, type]))
  const checked = { types, locate }
  const { significant, early } = spec.rules
  const isOne = !Array.isArray(Object(document.spec).significant)
  const path: Path = ['spec', 'significant']
  const ofSignificant = significant.flatMap((rule, index) =>
    faultsOf(rule, isOne ? path : [...path, index], checked, 1),
  )
  const ofEarly =
    early === significant
      ? []
      : early.flatMap((rule, index) => faultsOf(rule, ['spec', 'early', index], checked, 1))
  return [...ofSignificant, ...ofEarly, ...tooMany([...significant, ...early], locate)]
}

function tooMany(rules: readonly WrittenRule[], locate: Locate): readonly Fault[] {
  const count = countOf(rules)
  if (count <= MOST_RULES) return []
  const hint = `Write at most ${MOST_RULES}, those in others counted as well.`
  return [{ message: `These are ${count} rules.`, hint, place: locate(['spec', 'significant']) }]
}

const countOf = (rules: readonly WrittenRule[]): number =>
  rules.reduce((sum, rule) => sum + 1 + countOf(within(rule).map(({ rule: one }) => one)), 0)

interface Within {
  readonly rule: WrittenRule
  readonly at: Path
}

function within({ all = [], any = [], rules = [] }: WrittenRule): readonly Within[] {
  return [
    ...all.map((rule, index): Within => ({ rule, at: ['all', index] })),
    ...any.map((rule, index): Within => ({ rule, at: ['any', index] })),
    ...rules.flatMap(({ decides }, index): readonly Within[] =>
      typeof decides === 'string' ? [] : [{ rule: decides, at: ['rules', index, 'decides'] }],
    ),
  ]
}

function faultsOf(rule: WrittenRule, path: Path, checked: Checked, depth: number): readonly Fault[] {
  if (depth > MOST_DEPTH) {
    const hint = `Write at most ${MOST_DEPTH} levels of rules.`
    return [{ message: 'Rules are in rules too deep.', hint, place: checked.locate(path) }]
  }
  return [
    ...ofParameter(rule, path, checked),
    ...(rule.expression === undefined ? [] : unknownIn(rule.expression, [...path, 'expression'], checked)),
    ...(rule.rules ?? []).flatMap(({ when }, index) =>
      when === undefined ? [] : unknownIn(when, [...path, 'rules', index, 'when'], checked),
    ),
    ...(rule.composite?.parts ?? []).flatMap(({ parameter }, index) =>
      unknown(parameter, [...path, 'composite', 'parts', index, 'parameter'], checked),
    ),
    ...within(rule).flatMap((one) => faultsOf(one.rule, [...path, ...one.at], checked, depth + 1)),
  ]
}

const OF_NUMBERS = ['by', 'share', 'ratio', 'edges'] as const

function ofParameter(rule: WrittenRule, path: Path, checked: Checked): readonly Fault[] {
  const { parameter, edges } = rule
  if (parameter === undefined) return []
  const missing = unknown(parameter, [...path, 'parameter'], checked)
  if (missing.length > 0) return missing
  const type = checked.types.get(parameter)
  const faults: Fault[] = []
  const key = OF_NUMBERS.find((one) => one in rule)
  if (key !== undefined && type !== 'number')
    faults.push({
      message: `"${key}" compares numbers, and "${parameter}" is a ${type ?? 'text'}.`,
      hint: 'Write changes: true for it.',
      place: checked.locate([...path, key]),
    })
  if (edges !== undefined && edges.some((edge, at) => at > 0 && edge <= (edges[at - 1] ?? edge)))
    faults.push({
      message: 'The edges are not in ascending order.',
      hint: 'Write them from the lowest to the highest, each once.',
      place: checked.locate([...path, 'edges']),
    })
  return faults
}

const unknown = (name: string, path: Path, { types, locate }: Checked): readonly Fault[] =>
  missingReference({ what: 'parameter', name, among: [...types.keys()], path }, locate).map((fault) => ({
    ...fault,
    hint: fault.hint.startsWith('Apply') ? 'Declare it under spec.parameters.' : fault.hint,
  }))

const unknownIn = (expression: Expression, path: Path, checked: Checked): readonly Fault[] =>
  [...namesIn(expression)].flatMap((name) => unknown(name, path, checked))

function namesIn(expression: Expression): ReadonlySet<string> {
  switch (expression.kind) {
    case 'constant':
      return new Set()
    case 'parameter':
      return new Set([expression.name])
    case 'negate':
    case 'not':
      return namesIn(expression.operand)
    case 'binary':
      return new Set([...namesIn(expression.left), ...namesIn(expression.right)])
    case 'call':
      return new Set(expression.of.flatMap((one) => [...namesIn(one)]))
  }
}
