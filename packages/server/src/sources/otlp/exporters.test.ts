// Goal: what applications send with OpenTelemetry's own exporters arrives as they meant it, however it is sent.
// Method: the real SDK and its exporters over HTTP and gRPC, against the receiver on a free port.
import { Metadata } from '@grpc/grpc-js'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics'
import { SimpleSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bearer, KEY, openReceiver, type OpenReceiver } from './testing/open-receiver.ts'
import { SHOP, shopIntakes, type ShopIntakes } from './testing/shop-intakes.ts'

let intakes: ShopIntakes
let receiver: OpenReceiver

beforeEach(async () => {
  intakes = shopIntakes()
  receiver = await openReceiver(intakes)
})

afterEach(async () => {
  await receiver[Symbol.asyncDispose]()
  expect(receiver.errors).toEqual([])
})

const metadata = (): Metadata => {
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${KEY}`)
  return metadata
}

const resource = resourceFromAttributes({
  'service.namespace': SHOP,
  'service.name': 'web',
  'service.instance.id': 'one',
})

type Temporality = AggregationTemporality.CUMULATIVE | AggregationTemporality.DELTA

const METRICS: readonly (readonly [string, (temporality: Temporality) => PushMetricExporter])[] = [
  [
    'Protocol Buffers over HTTP',
    (temporalityPreference) =>
      new ProtobufMetrics({ url: `${receiver.http}/v1/metrics`, headers: bearer, temporalityPreference }),
  ],
  [
    'packed Protocol Buffers over HTTP',
    (temporalityPreference) =>
      new ProtobufMetrics({
        url: `${receiver.http}/v1/metrics`,
        headers: bearer,
        temporalityPreference,
        compression: CompressionAlgorithm.GZIP,
      }),
  ],
  [
    'JSON over HTTP',
    (temporalityPreference) =>
      new JsonMetrics({ url: `${receiver.http}/v1/metrics`, headers: bearer, temporalityPreference }),
  ],
  [
    'gRPC',
    (temporalityPreference) =>
      new GrpcMetrics({ url: receiver.grpc, metadata: metadata(), temporalityPreference }),
  ],
  [
    'packed gRPC',
    (temporalityPreference) =>
      new GrpcMetrics({
        url: receiver.grpc,
        metadata: metadata(),
        temporalityPreference,
        compression: CompressionAlgorithm.GZIP,
      }),
  ],
]

const WAYS = METRICS.flatMap(([way, of]) => [
  [way, 'cumulative', () => of(AggregationTemporality.CUMULATIVE)] as const,
  [way, 'delta', () => of(AggregationTemporality.DELTA)] as const,
])

/** Each collection is an instant of its own. */
const nextMillisecond = async (): Promise<void> => {
  const now = Date.now()
  while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(WAYS)('metrics by %s, %s,', (_way, _temporality, exporterOf) => {
  it('come to what the application counted and measured', async () => {
    const reader = new PeriodicExportingMetricReader({ exporter: exporterOf(), exportIntervalMillis: 60_000 })
    const provider = new MeterProvider({
      resource,
      readers: [reader],
      views: [
        {
          instrumentName: 'exponential',
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
        },
        {
          instrumentType: InstrumentType.HISTOGRAM,
          instrumentName: 'explicit',
          aggregation: {
            type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
            options: { boundaries: [0.1, 1, 10] },
          },
        },
      ],
    })
    const meter = provider.getMeter('test')
    const counter = meter.createCounter('orders', { unit: '{order}' })
    const open = meter.createUpDownCounter('open')
    const explicit = meter.createHistogram('explicit', { unit: 's' })
    const exponential = meter.createHistogram('exponential', { unit: 's' })
    meter.createObservableGauge('heat').addCallback((result) => result.observe(36.6, { room: 'a b' }))
    for (let round = 1; round <= 2; round++) {
      counter.add(2, { paid: true, by: 'card' })
      counter.add(3, { by: 'card', paid: true })
      open.add(4)
      for (const seconds of [0.05, 0.5, 20]) explicit.record(seconds)
      for (const seconds of [0.1, 0.1, 0.4]) exponential.record(seconds)
      await nextMillisecond()
      await reader.forceFlush()
    }
    await provider.shutdown()
    const found = intakes.readings(Date.now() + 10)
    const one = 'service.instance.id="one"'
    expect(found.get(`orders{by="card",paid="true",${one}} of web`)).toMatchObject({ sum: 10 })
    expect(found.get(`open{${one}} of web`)).toMatchObject({ last: 8, series: { kind: 'gauge' } })
    expect(found.get(`heat{room="a b",${one}} of web`)).toMatchObject({ last: 36.6 })
    expect(found.get(`explicit_bucket{le="0.1",${one}} of web`)).toMatchObject({ sum: 2 })
    expect(found.get(`explicit_bucket{le="1",${one}} of web`)).toMatchObject({ sum: 4 })
    expect(found.get(`explicit_bucket{le="+Inf",${one}} of web`)).toMatchObject({ sum: 6 })
    expect(found.get(`explicit_count{${one}} of web`)).toMatchObject({ sum: 6 })
    expect(found.get(`explicit_sum{${one}} of web`)?.sum).toBeCloseTo(41.1)
    const times = found.get(`exponential{${one}} of web`)
    expect(times).toMatchObject({ series: { unit: 'ms', kind: 'distribution' } })
    expect(times?.distribution?.count).toBe(6)
    expect((times?.sum ?? 0) / (times?.distribution?.count ?? 1)).toBeCloseTo(200)
  })
})

const TRACES: readonly (readonly [string, () => SpanExporter])[] = [
  [
    'Protocol Buffers over HTTP',
    () => new ProtobufTraces({ url: `${receiver.http}/v1/traces`, headers: bearer }),
  ],
  ['gRPC', () => new GrpcTraces({ url: receiver.grpc, metadata: metadata() })],
]

describe.each(TRACES)('traces by %s', (_way, exporterOf) => {
  it('tell how long each operation took, of what was served and not of what was called', async () => {
    const processor = new SimpleSpanProcessor({ exporter: exporterOf() })
    const provider = new TracerProvider({ resource, spanProcessors: [processor] })
    const tracer = provider.getTracer('test')
    const begin = Date.now() - 1_000
    const span = (name: string, kind: SpanKind, attributes: Record<string, string | number>, ms: number) => {
      const one = tracer.startSpan(name, { kind, startTime: begin, attributes }, ROOT_CONTEXT)
      if (name === 'broken') one.setStatus({ code: SpanStatusCode.ERROR })
      one.end(begin + ms)
    }
    const cart = { 'http.route': '/cart/:id', 'http.request.method': 'GET', 'http.response.status_code': 200 }
    span('GET', SpanKind.SERVER, cart, 100)
    span('GET', SpanKind.SERVER, cart, 300)
    span('call', SpanKind.CLIENT, cart, 50)
    span('step', SpanKind.INTERNAL, {}, 50)
    span('rpc', SpanKind.SERVER, { 'rpc.service': 'Shop', 'rpc.method': 'Buy' }, 7)
    span('broken', SpanKind.CONSUMER, {}, 8)
    await provider.shutdown()
    const found = intakes.readings(Date.now())
    expect([...found.keys()].toSorted()).toEqual([
      'trace.server.duration{error="true",holdfast.operation="broken",service.instance.id="one"} of web',
      'trace.server.duration{holdfast.operation="GET /cart/:id",http.response.status_code="200",service.instance.id="one"} of web',
      'trace.server.duration{holdfast.operation="Shop/Buy",service.instance.id="one"} of web',
    ])
    const get = found.get(
      'trace.server.duration{holdfast.operation="GET /cart/:id",http.response.status_code="200",service.instance.id="one"} of web',
    )
    expect(get).toMatchObject({ sum: 400, to: begin + 300, distribution: { count: 2, min: 100, max: 300 } })
  })
})
