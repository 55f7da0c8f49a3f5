/**
 * What a level measures as an indicator of OpenSLO, and back. A source of type `holdfast` says metric, unit and
 * scope exactly. Any other is a query for another system: what it measures cannot be known from it.
 */
import type { Level, LevelMetric, LevelScope } from '@holdfast/core/agreement'
import {
  durationMs,
  fail,
  formatDuration,
  formatRate,
  formatRatio,
  ok,
  perSecond,
  ratio,
  type Result,
} from '@holdfast/core/units'
import type { JsonObject } from '../manifests/index.ts'
import type { Objective, SliSpec, SloMetric } from './documents.ts'
import type { Refusal } from './time-window.ts'

const SOURCE_TYPE = 'holdfast'

interface Threshold {
  readonly op: 'lte' | 'gte'
  readonly unit: 'ms' | '1' | '/s'
  /** As a manifest writes the limit; null for a number that is none. */
  readonly limit: (value: number) => string | number | null
}

const wholeMs = (value: number): string | null =>
  Number.isSafeInteger(value) && value >= 0 ? formatDuration(durationMs(value)) : null

const time: Threshold = { op: 'lte', unit: 'ms', limit: wholeMs }

/** Null for the metrics that an operation meets or does not, without a limit. */
const THRESHOLDS: Readonly<Record<LevelMetric['kind'], Threshold | null>> = {
  'response-time': time,
  'service-time': time,
  'job-completion': time,
  'queue-length': { op: 'lte', unit: '1', limit: (value) => (value >= 0 ? value : null) },
  throughput: { op: 'gte', unit: '/s', limit: (value) => (value > 0 ? formatRate(perSecond(value)) : null) },
  satisfaction: {
    op: 'gte',
    unit: '1',
    limit: (value) => (value >= 0 && value <= 1 ? formatRatio(ratio(value)) : null),
  },
  availability: null,
  'error-ratio': null,
}

export interface ExportedIndicator {
  readonly spec: object
  /** What the objective says besides its target. */
  readonly objective: object
}

export function indicatorOf({ metric, scope }: Pick<Level, 'metric' | 'scope'>): ExportedIndicator {
  const threshold = THRESHOLDS[metric.kind]
  const source = (more: object): object => ({
    metricSource: { type: SOURCE_TYPE, spec: { metric: metric.kind, ...more, ...scope } },
  })
  if (threshold === null || !('limit' in metric)) {
    const [good, total] = [source({ counts: 'good' }), source({ counts: 'all' })]
    return { spec: { ratioMetric: { counter: true, good, total } }, objective: {} }
  }
  return {
    spec: { thresholdMetric: source({ unit: threshold.unit }) },
    objective: { op: threshold.op, value: metric.limit },
  }
}

/** The keys of a level's manifest that say what is measured. */
export interface ReadIndicator {
  readonly measures: JsonObject
  readonly notes: readonly string[]
}

export interface Reading {
  /** In what unit thresholds are that come from elsewhere, where they are response times. */
  readonly responseTimesIn: 'ms' | 's' | null
}

export function measuresOf(
  { thresholdMetric, ratioMetric }: SliSpec,
  objective: Objective,
  reading: Reading,
): Result<ReadIndicator, Refusal> {
  if (thresholdMetric !== undefined) {
    const { type, spec } = thresholdMetric.metricSource
    return type === SOURCE_TYPE ? ownThreshold(spec, objective) : foreignThreshold(objective, reading)
  }
  const first = ratioMetric?.good ?? ratioMetric?.bad ?? ratioMetric?.raw
  if (first?.metricSource.type === SOURCE_TYPE) return ownRatio(first)
  const note = `What counts as good was said by a query${sourceWords(first)}; an agreement counts the operations that do not fail.`
  return ok({ measures: { metric: 'error-ratio' }, notes: [note] })
}

const sourceWords = (metric: SloMetric | undefined): string => {
  const source = metric?.metricSource
  const named = source?.type ?? source?.metricSourceRef
  return named === undefined ? '' : ` to ${named}`
}

/** Everything in a source of our own is understood, or none of it counts. */
function strangeIn(spec: Readonly<Record<string, unknown>>): Refusal | null {
  const strange = Object.entries(spec).find(([key, value]) => !OWN_KEYS.has(key) || typeof value !== 'string')
  if (strange === undefined) return null
  const message = `A source of type ${SOURCE_TYPE} has no "${strange[0]}" like that.`
  return { message, hint: `Its keys are ${[...OWN_KEYS].join(', ')}, each a text.` }
}

const OWN_KEYS: ReadonlySet<string> = new Set(['metric', 'unit', 'counts', 'operation', 'part', 'class'])

function ownThreshold(
  spec: Readonly<Record<string, unknown>>,
  { op, value }: Objective,
): Result<ReadIndicator, Refusal> {
  const strange = strangeIn(spec)
  if (strange !== null) return fail(strange)
  const { metric } = spec
  const threshold =
    typeof metric === 'string'
      ? (Object.entries(THRESHOLDS).find(([kind]) => kind === metric)?.[1] ?? null)
      : null
  if (threshold === null || spec['unit'] !== threshold.unit) {
    const message = `There is no metric "${String(metric)}" with a threshold in "${String(spec['unit'])}".`
    return fail({ message, hint: 'Export the agreement again, or write the source as its query.' })
  }
  const limit = value === undefined ? null : threshold.limit(value)
  if (limit === null || op !== threshold.op) {
    const message =
      `The level ${String(metric)} cannot have the threshold ${op ?? ''} ${value ?? ''}.`.replace(/ +/g, ' ')
    return fail({ message, hint: `Write op: ${threshold.op} and a value in ${threshold.unit}.` })
  }
  return ok({ measures: { metric: String(metric), limit, ...scopeOf(spec) }, notes: [] })
}

function ownRatio({ metricSource: { spec } }: SloMetric): Result<ReadIndicator, Refusal> {
  const strange = strangeIn(spec)
  if (strange !== null) return fail(strange)
  const { metric } = spec
  if (metric !== 'availability' && metric !== 'error-ratio') {
    const message = `There is no metric "${String(metric)}" that is a ratio.`
    return fail({ message, hint: 'Write availability or error-ratio.' })
  }
  return ok({ measures: { metric, ...scopeOf(spec) }, notes: [] })
}

function foreignThreshold(
  { op, value }: Objective,
  { responseTimesIn }: Reading,
): Result<ReadIndicator, Refusal> {
  if (responseTimesIn === null) {
    const message = 'A threshold says neither what it measures nor in which unit.'
    return fail({ message, hint: 'If it is a response time, say its unit with --response-times-in ms or s.' })
  }
  if ((op !== 'lte' && op !== 'lt') || value === undefined) {
    const message = 'A response time has an upper limit.'
    return fail({ message, hint: 'Write op: lte and the value.' })
  }
  const limit = wholeMs(responseTimesIn === 's' ? Number((value * 1_000).toPrecision(12)) : value)
  if (limit === null || value === 0) {
    const message = `A limit of ${value} ${responseTimesIn} is not a whole number of milliseconds above zero.`
    return fail({ message, hint: 'Write one that is, or another unit with --response-times-in.' })
  }
  const strict = op === 'lt' ? ['Of op "lt" the limit itself is allowed too, as with "lte".'] : []
  return ok({ measures: { metric: 'response-time', limit }, notes: strict })
}

function scopeOf(spec: Readonly<Record<string, unknown>>): JsonObject {
  const keys: readonly (keyof LevelScope)[] = ['operation', 'part', 'class']
  const scope = keys.flatMap((key) => {
    const value = spec[key]
    return typeof value === 'string' ? [[key, value] as const] : []
  })
  return scope.length === 0 ? {} : { scope: Object.fromEntries(scope) }
}
