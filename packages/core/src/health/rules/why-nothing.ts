/** Why a selection means none of the series that there are: for whoever writes a rule. */
import { nearest } from '../../units/index.ts'
import type { Series } from '../series/index.ts'
import type { LabelTest, Selection } from './rule.ts'
import { selectsPieces, wholeName } from './select.ts'

/** More values of a label are too many to read. */
const MAX_VALUES = 5

/** Null where it means some. */
export function whySelectsNothing(selection: Selection, all: readonly Series[]): string | null {
  if (all.some(selectsPieces(selection))) return null
  const { source, series, labels } = selection
  const told = source === null ? all : all.filter((one) => one.source === source)
  if (told.length === 0 && source !== null)
    return `No source ${source} has told of this service.${didYouMean(
      source,
      all.map((one) => one.source),
    )}`
  const named = told.filter(selectsPieces({ ...selection, labels: [] }))
  if (named.length === 0)
    return `No source has told of a series ${series}.${didYouMean(
      series,
      told.map(({ name }) => wholeName(name)),
    )}`
  const wrong = labels.find((test) => !named.some(selectsPieces({ ...selection, labels: [test] })))
  return wrong === undefined
    ? `No series ${series} has all these labels at once.`
    : `No series ${series} has ${textOf(wrong)}: ${valuesOf(wrong, named)}.`
}

function didYouMean(typed: string, among: readonly string[]): string {
  const meant = nearest(typed, [...new Set(among)])
  return meant === null || meant === typed ? '' : ` Did you mean ${meant}?`
}

const textOf = ({ label, is }: LabelTest): string =>
  'text' in is ? `${label}="${is.text}"` : `${label} that matches ${is.pattern}`

function valuesOf({ label }: LabelTest, named: readonly Series[]): string {
  const values = [...new Set(named.flatMap(({ labels }) => labels[label] ?? []))].toSorted()
  if (values.length > 0)
    return `it is ${values.slice(0, MAX_VALUES).join(', ')}${values.length > MAX_VALUES ? ' and others' : ''}`
  const labels = [...new Set(named.flatMap((one) => Object.keys(one.labels)))].toSorted()
  return labels.length === 0 ? 'it has no labels' : `its labels are ${labels.join(', ')}`
}
