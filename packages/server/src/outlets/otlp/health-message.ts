/**
 * The health of a service as a message of OTLP: a resource for the service and one for each part, with gauges of what the
 * API says of the last minute, and what was counted since the outlet began. What is not known is left out.
 */
import type { Distribution } from '@holdfast/core/stats'
import { ByteWriter } from '../../otlp/index.ts'
import type { ShownHealth, ShownMetrics, ShownMore } from '../shown-health.ts'
import type { Counted, CountedService } from './counted.ts'

/** A service, or a part of one. */
export interface Subject {
  readonly service: string
  readonly part: string | null
  readonly at: number
  readonly metrics: ShownMetrics
  readonly more: readonly ShownMore[]
  readonly counted: Counted | null
}

export function subjectsOf(
  service: string,
  health: ShownHealth,
  counted: CountedService,
): readonly Subject[] {
  const at = Date.parse(health.to)
  return [
    { service, part: null, at, metrics: health.metrics, more: health.more, counted: counted.service },
    ...health.parts.map(({ part, metrics, more }) => ({
      service,
      part,
      at,
      metrics,
      more,
      counted: counted.parts.get(part) ?? null,
    })),
  ]
}

interface Gauge {
  readonly name: string
  readonly unit: string
  readonly of: (metrics: ShownMetrics) => number | null
}

type Times = NonNullable<ShownMetrics['serviceTime']['value']>

const time = (name: string, of: (times: Times) => number): Gauge => ({
  name: `holdfast.service.service_time.${name}`,
  unit: 'ms',
  of: ({ serviceTime: { value } }) => (value === null ? null : of(value)),
})

const GAUGES: readonly Gauge[] = [
  { name: 'holdfast.service.availability', unit: '1', of: ({ availability }) => availability.value },
  { name: 'holdfast.service.capacity', unit: '{operation}/s', of: ({ capacity }) => capacity.value },
  { name: 'holdfast.service.throughput', unit: '{operation}/s', of: ({ throughput }) => throughput.value },
  time('mean', ({ meanMs }) => meanMs),
  time('p50', ({ p50Ms }) => p50Ms),
  time('p90', ({ p90Ms }) => p90Ms),
  time('p95', ({ p95Ms }) => p95Ms),
  time('p99', ({ p99Ms }) => p99Ms),
  time('max', ({ maxMs }) => maxMs),
  { name: 'holdfast.service.queue_length', unit: '{operation}', of: ({ queueLength }) => queueLength.value },
  { name: 'holdfast.service.utilisation', unit: '1', of: ({ utilisation }) => utilisation.value },
  { name: 'holdfast.service.satisfaction', unit: '1', of: ({ satisfaction }) => satisfaction.value },
]

const OUTCOMES = ['completed', 'failed', 'refused', 'aborted'] as const

export function messageOf(subjects: readonly Subject[]): Uint8Array {
  const writer = new ByteWriter()
  for (const subject of subjects)
    writer.message(1, (all) => {
      all.message(1, (resource) => writeResource(resource, subject))
      all.message(2, (scope) => {
        scope.message(1, (name) => void name.text(1, 'holdfast'))
        writeGauges(scope, subject)
        writeViolations(scope, subject)
        writeMore(scope, subject)
        if (subject.counted !== null) writeCounted(scope, subject, subject.counted)
      })
    })
  return writer.finish()
}

function writeResource(resource: ByteWriter, { service, part }: Subject): void {
  attribute(resource, 1, 'service.name', part ?? service)
  attribute(resource, 1, 'holdfast.service', service)
  if (part === null) return
  attribute(resource, 1, 'service.namespace', service)
  attribute(resource, 1, 'holdfast.part', part)
}

function writeGauges(scope: ByteWriter, { metrics, at }: Subject): void {
  for (const { name, unit, of } of GAUGES) {
    const value = of(metrics)
    if (value !== null) gauge(scope, { name, unit }, (point) => void point.nanos(3, at).double(4, value))
  }
}

function writeViolations(scope: ByteWriter, { metrics: { violations }, at }: Subject): void {
  for (const { level, operations, over } of violations.value ?? []) {
    const write = (value: number) => (point: ByteWriter) => {
      point.nanos(3, at).fixed64(6, value)
      attribute(point, 7, 'holdfast.level', level)
    }
    gauge(scope, { name: 'holdfast.service.violations', unit: '{operation}' }, write(over))
    gauge(scope, { name: 'holdfast.service.violations.operations', unit: '{operation}' }, write(operations))
  }
}

/** Under one name, as whoever reads it need not know the rules; their units differ, so that each says its own. */
function writeMore(scope: ByteWriter, { more, at }: Subject): void {
  for (const {
    name,
    metric: { value, unit },
  } of more)
    if (value !== null)
      gauge(scope, { name: 'holdfast.service.metric', unit: '' }, (point) => {
        point.nanos(3, at).double(4, value)
        attribute(point, 7, 'holdfast.metric', name)
        attribute(point, 7, 'holdfast.unit', unit)
      })
}

function writeCounted(scope: ByteWriter, { part }: Subject, { tally, from, to }: Counted): void {
  const sum = (name: string, value: number, label: readonly [string, string]): void => {
    described(scope, { name, unit: '{operation}' }, (metric) =>
      metric.message(7, (data) => {
        data.message(1, (point) => {
          point.nanos(2, from).nanos(3, to).fixed64(6, Math.round(value))
          attribute(point, 7, ...label)
        })
        data.varint(2, CUMULATIVE).varint(3, 1)
      }),
    )
  }
  for (const outcome of OUTCOMES)
    sum('holdfast.service.operations', tally[outcome], ['holdfast.outcome', outcome])
  for (const [level, { met, missed }] of Object.entries(tally.levels)) {
    sum('holdfast.service.level.operations', met + missed, ['holdfast.level', level])
    sum('holdfast.service.level.violations', missed, ['holdfast.level', level])
  }
  const seen = part === null ? tally.response : tally.service
  if (seen.count > 0) writeDurations(scope, seen, { from, to })
}

const CUMULATIVE = 2
/** Our buckets are those of OpenTelemetry at this scale. */
const SCALE = 6

function writeDurations(
  scope: ByteWriter,
  seen: Distribution,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  described(scope, { name: 'holdfast.service.duration', unit: 'ms' }, (metric) =>
    metric.message(10, (data) => {
      data.message(1, (point) => {
        point.nanos(2, from).nanos(3, to).fixed64(4, seen.count).double(5, seen.sum)
        point.zigzag(6, SCALE).fixed64(7, seen.zeroCount).double(12, seen.min).double(13, seen.max)
        point.message(8, (buckets) => void buckets.zigzag(1, seen.offset).packedVarints(2, seen.buckets))
      })
      data.varint(2, CUMULATIVE)
    }),
  )
}

interface Described {
  readonly name: string
  readonly unit: string
}

const gauge = (scope: ByteWriter, what: Described, write: (point: ByteWriter) => void): void =>
  described(scope, what, (metric) => metric.message(5, (data) => void data.message(1, write)))

function described(scope: ByteWriter, { name, unit }: Described, write: (metric: ByteWriter) => void): void {
  scope.message(2, (metric) => write(metric.text(1, name).text(3, unit)))
}

function attribute(writer: ByteWriter, field: number, key: string, value: string): void {
  writer.message(field, (pair) => {
    pair.text(1, key)
    pair.message(2, (any) => void any.text(1, value))
  })
}
