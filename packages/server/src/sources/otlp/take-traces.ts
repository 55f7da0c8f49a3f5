/**
 * Takes in the spans of one request: of each operation that a part served how long it took, and whether it failed. Spans
 * of calls to others are passed over, since whoever was called tells of them too.
 */
import { NO_SERIES, type About, type SeriesHandle, type SeriesSink } from '@holdfast/core/health'
import { ByteReader } from '../../otlp/index.ts'
import { belongingOf, type ResourceFacts } from './belonging.ts'
import { itemsOf } from './envelope.ts'
import * as limits from './limits.ts'
import { readSpan, type Span } from './span.ts'
import type { Taking } from './take-metrics.ts'

/** In the place of names that there is no room for. */
const OTHER = '_OTHER'

/** What is kept of a service from one request to the next. */
interface Known {
  epoch: number
  readonly operations: Set<string>
  readonly handles: Map<string, SeriesHandle>
}

export type KnownOperations = WeakMap<SeriesSink, Known>

/** A span costs several times what a point does. */
const SPANS_AT_A_TURN = limits.POINTS_AT_A_TURN / 4

export function* takeTraces(taking: Taking, known: KnownOperations): Generator<void> {
  const reader = new ByteReader(taking.bytes)
  let left = SPANS_AT_A_TURN
  for (const facts of itemsOf(reader, taking.known.resources)) {
    const span = readSpan(reader)
    if (span !== null) take(span, facts, taking, known)
    left -= 1
    if (left > 0) continue
    yield
    left = SPANS_AT_A_TURN
  }
}

function take(span: Span, facts: ResourceFacts, taking: Taking, known: KnownOperations): void {
  const { intakes, rejections, now } = taking
  const belonging = belongingOf(facts, intakes)
  if (belonging.kind === 'refused') return rejections.add(belonging.why)
  const { intake, about } = belonging
  const { sink } = intake
  intake.arrived(now)
  if (!(span.ms >= 0)) {
    sink.fault('time-backwards')
    return rejections.add('they end before they begin')
  }
  if (span.at > now + limits.AHEAD_MS) return rejections.add('their time is more than five minutes ahead')
  if (span.at < now - limits.SPAN_LATE_MS) {
    sink.fault('late')
    return rejections.add('they ended more than a minute ago')
  }
  const handle = handleOf(span, { about, process: facts.process }, sink, known)
  if (handle === NO_SERIES) return rejections.add('no room for their series: the service has too many')
  sink.observe(handle, span.ms, span.at)
}

/** The process tells which of its spans are operations that its metrics tell of as well. */
interface Teller {
  readonly about: About
  readonly process: string | null
}

function handleOf(span: Span, teller: Teller, sink: SeriesSink, known: KnownOperations): SeriesHandle {
  const { about, process } = teller
  const of = knownOf(sink, known)
  const { status, isError } = span
  const wanted = { operation: operationWithin(of, span.operation), status, isError }
  const key = keyOf(teller, wanted)
  const handle = of.handles.get(key)
  if (handle !== undefined) return handle
  const hasRoom = of.handles.size < limits.MAX_SPAN_SERIES
  const named = hasRoom ? wanted : { ...wanted, operation: OTHER, status: '' }
  const opened = sink.open({
    about,
    name: 'trace.server.duration',
    labels: {
      ...(process === null ? {} : { 'service.instance.id': process }),
      'holdfast.operation': named.operation,
      ...(named.status === '' ? {} : { 'http.response.status_code': named.status }),
      ...(named.isError ? { error: 'true' } : {}),
    },
    kind: 'distribution',
    unit: 'ms',
  })
  if (opened !== NO_SERIES && hasRoom) of.handles.set(key, opened)
  return opened
}

const keyOf = (
  { about: { part, instance }, process }: Teller,
  { operation, status, isError }: Pick<Span, 'operation' | 'status' | 'isError'>,
): string =>
  `${part ?? ''}/${instance ?? ''}/${process ?? ''}/${status}/${isError ? 'error' : ''}/${operation}`

function operationWithin({ operations }: Known, operation: string): string {
  if (operations.has(operation)) return operation
  if (operations.size >= limits.MAX_OPERATIONS) return OTHER
  operations.add(operation)
  return operation
}

function knownOf(sink: SeriesSink, all: KnownOperations): Known {
  const epoch = sink.epoch()
  const known = all.get(sink) ?? { epoch, operations: new Set(), handles: new Map() }
  all.set(sink, known)
  if (known.epoch !== epoch) {
    known.operations.clear()
    known.handles.clear()
    known.epoch = epoch
  }
  return known
}
