/** The levels that one SLO states, one for each of its objectives, or why it cannot be a level. */
import type { Window } from '@holdfast/core/agreement'
import {
  fail,
  formatDuration,
  formatRatio,
  MAX_NAME_LENGTH,
  ok,
  parseRatio,
  ratio,
  type Ratio,
  type Result,
} from '@holdfast/core/units'
import type { Fault } from '../errors/index.ts'
import {
  levelWindow,
  missingReference,
  type JsonObject,
  type JsonValue,
  type Locate,
  type Path,
} from '../manifests/index.ts'
import {
  AGREEMENT_ANNOTATION,
  annotated,
  LEVEL_ANNOTATION,
  LEVEL_KEYS,
  TERMS_ANNOTATION,
} from './annotations.ts'
import type { Objective, OpenSloDocument, SliSpec, Slo } from './documents.ts'
import { targetOf } from './export-agreements.ts'
import { measuresOf, type Reading } from './indicator.ts'
import { timeWindowOf, windowOf } from './time-window.ts'

export interface Located<Document> {
  readonly document: Document
  readonly locate: Locate
}

export interface ReadSlo {
  readonly name: string
  readonly service: string
  /** The agreement that its annotation names. */
  readonly agreement: string | null
  /** The text of the agreement's terms, where it has them. */
  readonly terms: string | null
  readonly levels: readonly JsonObject[]
  readonly indicatorRef: string | null
  readonly notes: readonly Fault[]
  readonly locate: Locate
}

type Sli = Extract<OpenSloDocument, { readonly kind: 'SLI' }>

export function levelsOf(
  slo: Located<Slo>,
  indicators: ReadonlyMap<string, Located<Sli>>,
  reading: Reading,
): Result<ReadSlo, readonly Fault[]> {
  const { document, locate } = slo
  const { metadata, spec } = document
  const indicator = indicatorOf(slo, indicators)
  const window = windowIn(slo)
  const annotation = levelAnnotation(slo)
  const faults = [
    ...notExpressed(slo),
    ...[indicator, window, annotation].flatMap((one) => (one.ok ? [] : one.error)),
  ]
  if (faults.length > 0 || !indicator.ok || !window.ok || !annotation.ok) return fail(faults)
  const context: Context = {
    slo,
    sli: indicator.value,
    window: window.value,
    annotation: annotation.value,
    reading,
  }
  const levels = spec.objectives.map((objective, index) => levelOf(objective, index, context))
  const refused = levels.flatMap((one) => (one.ok ? [] : one.error))
  if (refused.length > 0) return fail(refused)
  const read = levels.flatMap((one) => (one.ok ? [one.value] : []))
  return ok({
    name: metadata.name,
    service: spec.service,
    agreement: metadata.annotations?.[AGREEMENT_ANNOTATION] ?? null,
    terms: metadata.annotations?.[TERMS_ANNOTATION] ?? null,
    levels: read.map(({ level }) => level),
    indicatorRef: spec.indicatorRef ?? null,
    notes: [...leftOut(slo, indicator.value), ...read.flatMap(({ notes }) => notes)],
    locate,
  })
}

interface Context {
  readonly slo: Located<Slo>
  readonly sli: SliSpec
  readonly window: Window
  readonly annotation: JsonObject
  readonly reading: Reading
}

/** What an agreement has no words for. */
function notExpressed({ document: { spec }, locate }: Located<Slo>): readonly Fault[] {
  const faults: Fault[] = []
  const method = spec.budgetingMethod
  if (method !== 'Occurrences') {
    const message = `${method} counts slices of time; a level counts operations, each of which meets the limit or misses it.`
    const hint = 'Write budgetingMethod: Occurrences if that is what you mean.'
    faults.push({ message, hint, place: locate(['spec', 'budgetingMethod']) })
  }
  for (const [index, objective] of spec.objectives.entries()) {
    const { indicator, indicatorRef, compositeWeight } = objective
    if (indicator === undefined && indicatorRef === undefined && compositeWeight === undefined) continue
    const message = 'This SLO is composed of several indicators; a level has one.'
    const hint = 'Write an SLO for each of them.'
    faults.push({ message, hint, place: locate(['spec', 'objectives', index]) })
  }
  return faults
}

function indicatorOf(
  { document: { spec }, locate }: Located<Slo>,
  indicators: ReadonlyMap<string, Located<Sli>>,
): Result<SliSpec, readonly Fault[]> {
  const { indicator, indicatorRef, objectives } = spec
  if (indicator !== undefined && indicatorRef === undefined) return ok(indicator.spec)
  if (indicatorRef !== undefined && indicator === undefined) {
    const found = indicators.get(indicatorRef)
    if (found !== undefined) return ok(found.document.spec)
    const among = [...indicators.keys()]
    return fail(
      missingReference({ what: 'SLI', name: indicatorRef, among, path: ['spec', 'indicatorRef'] }, locate),
    )
  }
  // A composite SLO has its indicators elsewhere, and is refused for that.
  if (indicator === undefined && objectives.some((one) => one.indicator ?? one.indicatorRef)) return fail([])
  const message = 'An SLO has one indicator: in itself, or of an SLI.'
  return fail([{ message, hint: 'Write exactly one of indicator, indicatorRef.', place: locate(['spec']) }])
}

function windowIn({ document: { spec }, locate }: Located<Slo>): Result<Window, readonly Fault[]> {
  const [given] = spec.timeWindow ?? []
  if (given === undefined) {
    const hint = 'Write one, such as timeWindow: [{ duration: 30d, isRolling: true }].'
    return fail([
      { message: 'The SLO has no time window; a level needs one.', hint, place: locate(['spec']) },
    ])
  }
  const window = windowOf(given)
  return window.ok ? window : fail([{ ...window.error, place: locate(['spec', 'timeWindow', 0]) }])
}

function levelAnnotation({ document, locate }: Located<Slo>): Result<JsonObject, readonly Fault[]> {
  const text = document.metadata.annotations?.[LEVEL_ANNOTATION]
  if (text === undefined) return ok({})
  const place = locate(annotationPath(LEVEL_ANNOTATION))
  if (document.spec.objectives.length > 1) {
    const hint = 'Write an SLO for each objective, or leave the annotation out.'
    return fail([
      { message: 'The annotation is for one level, but there are several objectives.', hint, place },
    ])
  }
  const read = annotated(text, LEVEL_KEYS)
  if (read.ok) return read
  const hint = 'Export the agreement again, or leave the annotation out.'
  return fail([{ message: `The annotation ${LEVEL_ANNOTATION} ${read.error}.`, hint, place }])
}

export const annotationPath = (name: string): Path => ['metadata', 'annotations', name]

function levelOf(
  objective: Objective,
  index: number,
  context: Context,
): Result<{ readonly level: JsonObject; readonly notes: readonly Fault[] }, readonly Fault[]> {
  const { slo, sli, window, annotation, reading } = context
  const at = slo.locate(['spec', 'objectives', index])
  const measured = measuresOf(sli, objective, reading)
  if (!measured.ok) return fail([{ ...measured.error, place: at }])
  const { scope, ...measures } = measured.value.measures
  const promised = promisedIn(objective)
  const share = exactRatio(annotation['ratio'], promised)
  const span = exactWindow(annotation['window'], window)
  const level: JsonObject = {
    name: annotation['name'] ?? nameOf(objective, index, slo.document),
    ...measures,
    ratio: share.text ?? formatRatio(promised),
    window: span.text ?? windowText(window),
    ...(scope === undefined ? {} : { scope }),
    ...(annotation['conditions'] === undefined ? {} : { conditions: annotation['conditions'] }),
  }
  const place = slo.locate(annotationPath(LEVEL_ANNOTATION))
  const notes = [
    ...measured.value.notes.map((message) => ({ message, hint: '', place: at })),
    ...[...share.overruled, ...span.overruled].map((message) => ({ message, hint: '', place })),
  ]
  return ok({ level, notes })
}

/** Per cent are divided by the parser of numbers, which rounds once. */
const promisedIn = ({ target, targetPercent }: Objective): Ratio =>
  ratio(target ?? Number(`${targetPercent ?? 0}e-2`))

/** What an annotation says exactly, unless the field of OpenSLO was changed since and says something else. */
interface Exact {
  readonly text: JsonValue | undefined
  readonly overruled: readonly string[]
}

const NOTHING_EXACT: Exact = { text: undefined, overruled: [] }

function exactRatio(text: JsonValue | undefined, promised: Ratio): Exact {
  if (text === undefined) return NOTHING_EXACT
  const said = typeof text === 'string' || typeof text === 'number' ? parseRatio(text) : null
  if (said?.ok === true && targetOf(said.value) === promised) return { text, overruled: [] }
  return {
    text: undefined,
    overruled: ['The target is another one than in the annotation; the target counts.'],
  }
}

function exactWindow(text: JsonValue | undefined, window: Window): Exact {
  if (text === undefined) return NOTHING_EXACT
  const said = levelWindow.safeParse(text)
  if (said.success && sameInOpenSlo(said.data, window)) return { text, overruled: [] }
  return {
    text: undefined,
    overruled: ['The time window is another one than in the annotation; timeWindow counts.'],
  }
}

const sameInOpenSlo = (left: Window, right: Window): boolean =>
  JSON.stringify(timeWindowOf(left)) === JSON.stringify(timeWindowOf(right))

function windowText(window: Window): string | JsonObject {
  if (window.kind === 'rolling') return { rolling: formatDuration(window.length) }
  return window.timeZone === 'UTC' ? window.unit : { calendar: window.unit, timeZone: window.timeZone }
}

function nameOf({ displayName = '' }: Objective, index: number, { metadata, spec }: Slo): string {
  if (spec.objectives.length === 1) return metadata.name
  const words = displayName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const end = `-${words === '' ? index + 1 : words}`.slice(0, MAX_NAME_LENGTH / 2)
  return `${metadata.name.slice(0, MAX_NAME_LENGTH - end.length)}${end}`.replace(/-+$/, '')
}

/** What the SLO says that an agreement has no place for, in one sentence. */
function leftOut({ document, locate }: Located<Slo>, sli: SliSpec): readonly Fault[] {
  const { metadata, spec } = document
  const { displayName, labels, annotations = {} } = metadata
  const foreign = Object.keys(annotations).filter((key) => !OWN.has(key))
  const described = spec.description ?? sli.description ?? spec.indicator?.metadata.displayName
  const names = [
    ...(displayName === undefined ? [] : ['displayName']),
    ...(labels === undefined ? [] : ['labels']),
    ...foreign,
    ...(described === undefined ? [] : ['description']),
    ...(spec.alertPolicies === undefined ? [] : ['alertPolicies']),
    ...(sli.ratioMetric !== undefined &&
    spec.objectives.some(({ op, value }) => op !== undefined || value !== undefined)
      ? ['op and value of a ratio']
      : []),
  ]
  if (names.length === 0) return []
  const message = `SLO "${metadata.name}": an agreement has no place for ${names.join(', ')}.`
  return [{ message, hint: '', place: locate(['metadata', 'name']) }]
}

const OWN: ReadonlySet<string> = new Set([AGREEMENT_ANNOTATION, TERMS_ANNOTATION, LEVEL_ANNOTATION])
