/** Writes a batch into the series of its service, once. */
import type { About, SeriesSink } from '@holdfast/core/health'
import type { InstanceId, PartName, ServiceName } from '@holdfast/core/units'
import type { OperationsBatch, RecordedOutcome, RecordedSeries } from './batch.ts'
import type { BatchLedger, Span } from './batch-ledger.ts'

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
export function takeBatch(sink: SeriesSink, ledger: BatchLedger, of: BatchOf): boolean {
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
  for (const series of batch.series) addSeries(sink, told, series, batch.limitsMs)
  const active = fromAgoMs > toAgoMs ? batch.activeMs / (fromAgoMs - toAgoMs) : 0
  ledger.count({ process, target, sequence: batch.sequence, to: span.to, active })
  setActive(sink, told, ledger.activeOf(target, span.to), toldUntil)
  return true
}

function addSeries(
  sink: SeriesSink,
  { about, labels, span }: Told,
  { operation, class: operationClass, outcome, over, ...seen }: RecordedSeries,
  limits: readonly number[],
): void {
  const handle = sink.open({
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
  sink.addDistribution(handle, seen, span.from, span.to, { limits, counts: over })
}

/** A gauge is taken to go evenly from one reading to the next; one at each end makes it the mean over the whole span. */
function setActive(sink: SeriesSink, { about, labels, span }: Told, active: number, toldUntil: number): void {
  const handle = sink.open({ about, name: ACTIVE_SERIES, labels, kind: 'gauge', unit: '{request}' })
  const begins = span.from + 1
  if (begins > toldUntil && begins < span.to) sink.gauge(handle, active, begins)
  sink.gauge(handle, active, span.to)
}
