/** Writes a batch into the series of its service, once. */
import { NO_SERIES, type About, type SeriesHandle, type SeriesSink } from '@holdfast/core/health'
import { mergeAll } from '@holdfast/core/stats'
import type { InstanceId, PartName, ServiceName } from '@holdfast/core/units'
import { OTHER } from '../admitted.ts'
import type { OperationsBatch, RecordedOutcome, RecordedSeries } from './batch.ts'
import type { Span } from './batch-ledger.ts'
import type { OperationNames, OtherSeries } from './operation-names.ts'
import type { WrapperMemory } from './wrapper-memory.ts'

export interface BatchOf {
  readonly batch: OperationsBatch
  readonly service: ServiceName
  readonly part: PartName
  /** The instance of ours that it comes from; null where it comes from none. */
  readonly instance: InstanceId | null
  readonly arrivedAt: number
}

const DURATION_SERIES = 'http.server.request.duration'
const ACTIVE_SERIES = 'http.server.active_requests'

/** In the words that the gateway uses. */
const OUTCOMES: Readonly<Record<RecordedOutcome, string>> = {
  ok: 'completed',
  failed: 'failed',
  aborted: 'aborted',
}

interface Told {
  readonly about: About
  readonly labels: Readonly<Record<string, string>>
  readonly span: Span
}

/** False where it was counted before. */
export function takeBatch(sink: SeriesSink, { ledger, names }: WrapperMemory, of: BatchOf): boolean {
  const { batch, service, part, instance, arrivedAt } = of
  const process = `${service}/${batch.process}`
  if (ledger.hasCounted(process, batch.sequence)) return false
  const name = batch.instance ?? batch.process
  const target = `${service}/${part}/${instance === null ? `?${name}` : instance}`
  const { fromAgoMs, toAgoMs } = batch
  const toldUntil = ledger.toldUntil(target)
  const span = ledger.spanOf({ process, target, arrivedAt, fromAgoMs, toAgoMs })
  const told: Told = {
    about: { part, instance },
    labels: instance === null ? { 'service.instance.id': name } : {},
    span,
  }
  const other = names.other(part, (outcome) =>
    openDurations(sink, { part, instance: null }, { operation: OTHER, class: OTHER, outcome }, {}),
  )
  const homeless = merged(batch.series, names).filter(
    (series) => !addSeries(sink, told, series, batch.limitsMs),
  )
  addHomeless(sink, other, homeless, { span, limits: batch.limitsMs })
  const active = fromAgoMs > toAgoMs ? batch.activeMs / (fromAgoMs - toAgoMs) : 0
  ledger.count({ process, target, sequence: batch.sequence, to: span.to, active })
  setActive(sink, told, ledger.activeOf(target, span.to), toldUntil)
  return true
}

type Named = Pick<RecordedSeries, 'operation' | 'class' | 'outcome'>

function openDurations(
  sink: SeriesSink,
  about: About,
  { operation, class: operationClass, outcome }: Named,
  labels: Readonly<Record<string, string>>,
): SeriesHandle {
  return sink.open({
    about,
    name: DURATION_SERIES,
    labels: {
      ...labels,
      'holdfast.operation': operation,
      'holdfast.class': operationClass,
      'holdfast.outcome': OUTCOMES[outcome],
    },
    kind: 'distribution',
    unit: 'ms',
  })
}

/** Under the names that there is room for; a series takes what is told of one span once. */
function merged(all: readonly RecordedSeries[], names: OperationNames): readonly RecordedSeries[] {
  const byName = new Map<string, RecordedSeries[]>()
  for (const series of all) {
    const named = {
      ...series,
      operation: names.operation(series.operation),
      class: names.class(series.class),
    }
    const key = JSON.stringify([named.operation, named.class, named.outcome])
    const group = byName.get(key)
    if (group === undefined) byName.set(key, [named])
    else group.push(named)
  }
  return [...byName.values()].flatMap((group) => together(group))
}

function together(group: readonly RecordedSeries[]): readonly RecordedSeries[] {
  const [first] = group
  if (first === undefined || group.length === 1) return group
  const over = first.over.map((_, i) => group.reduce((sum, series) => sum + (series.over[i] ?? 0), 0))
  return [{ ...first, ...mergeAll(group), over }]
}

/** False where there is no room for it. */
function addSeries(
  sink: SeriesSink,
  { about, labels, span }: Told,
  series: RecordedSeries,
  limits: readonly number[],
): boolean {
  const handle = openDurations(sink, about, series, labels)
  if (handle === NO_SERIES) return false
  add(sink, handle, series, { span, limits })
  return true
}

interface Counting {
  readonly span: Span
  readonly limits: readonly number[]
}

function add(
  sink: SeriesSink,
  handle: SeriesHandle,
  { over, count, zeroCount, sum, min, max, offset, buckets }: RecordedSeries,
  { span, limits }: Counting,
): void {
  const seen = { count, zeroCount, sum, min, max, offset, buckets }
  sink.addDistribution(handle, seen, span.from, span.to, { limits, counts: over })
}

function addHomeless(
  sink: SeriesSink,
  other: OtherSeries,
  homeless: readonly RecordedSeries[],
  { span, limits }: Counting,
): void {
  if (homeless.length === 0) return
  const to = Math.max(span.to, other.toldUntil + 1)
  other.toldUntil = to
  for (const [outcome, handle] of other.handles)
    for (const series of together(homeless.filter((one) => one.outcome === outcome)))
      add(sink, handle, series, { span: { from: Math.min(span.from, to), to }, limits })
}

/** A gauge is taken to go evenly from one reading to the next; one at each end makes it the mean over the whole span. */
function setActive(sink: SeriesSink, { about, labels, span }: Told, active: number, toldUntil: number): void {
  const handle = sink.open({ about, name: ACTIVE_SERIES, labels, kind: 'gauge', unit: '{request}' })
  const begins = span.from + 1
  if (begins > toldUntil && begins < span.to) sink.gauge(handle, active, begins)
  sink.gauge(handle, active, span.to)
}
