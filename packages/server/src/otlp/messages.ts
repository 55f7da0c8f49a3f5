/**
 * The messages of OTLP as far as we read them: each field by the name that JSON has for it, with its number and how it is
 * written. Facts of opentelemetry-proto, v1.
 */

export type Written =
  | { readonly as: 'text' | 'double' | 'fixed64' | 'signed-fixed64' | 'integer' | 'zigzag' | 'flag' }
  /** Bytes in hexadecimal digits, as OTLP writes identifiers, or in base64, as everything else. */
  | { readonly as: 'hex' | 'base64' }
  | { readonly as: 'names'; readonly values: readonly string[] }
  | { readonly as: 'message'; readonly fields: () => Message }
  | { readonly as: 'messages'; readonly fields: () => Message }
  /** Lists of numbers, which stand together. */
  | { readonly as: 'packed-doubles' | 'packed-fixed64' | 'packed-integers' }

export type Message = Readonly<Record<string, readonly [field: number, written: Written]>>

const text: Written = { as: 'text' }
const double: Written = { as: 'double' }
const fixed64: Written = { as: 'fixed64' }
const integer: Written = { as: 'integer' }
const zigzag: Written = { as: 'zigzag' }
const one = (fields: () => Message): Written => ({ as: 'message', fields })
const many = (fields: () => Message): Written => ({ as: 'messages', fields })

const ANY: Message = {
  stringValue: [1, text],
  boolValue: [2, { as: 'flag' }],
  intValue: [3, integer],
  doubleValue: [4, double],
  arrayValue: [5, one(() => ({ values: [1, many(() => ANY)] }))],
  kvlistValue: [6, one(() => ({ values: [1, many(() => KEY_VALUE)] }))],
  bytesValue: [7, { as: 'base64' }],
}

const KEY_VALUE: Message = { key: [1, text], value: [2, one(() => ANY)] }

const attributes = many(() => KEY_VALUE)

const RESOURCE: Message = { attributes: [1, attributes] }

const temporality: Written = {
  as: 'names',
  values: [
    'AGGREGATION_TEMPORALITY_UNSPECIFIED',
    'AGGREGATION_TEMPORALITY_DELTA',
    'AGGREGATION_TEMPORALITY_CUMULATIVE',
  ],
}

const NUMBER_POINT: Message = {
  startTimeUnixNano: [2, fixed64],
  timeUnixNano: [3, fixed64],
  asDouble: [4, double],
  asInt: [6, { as: 'signed-fixed64' }],
  attributes: [7, attributes],
  flags: [8, integer],
}

const HISTOGRAM_POINT: Message = {
  startTimeUnixNano: [2, fixed64],
  timeUnixNano: [3, fixed64],
  count: [4, fixed64],
  sum: [5, double],
  bucketCounts: [6, { as: 'packed-fixed64' }],
  explicitBounds: [7, { as: 'packed-doubles' }],
  attributes: [9, attributes],
  flags: [10, integer],
  min: [11, double],
  max: [12, double],
}

const BUCKETS: Message = { offset: [1, zigzag], bucketCounts: [2, { as: 'packed-integers' }] }

const EXPONENTIAL_POINT: Message = {
  attributes: [1, attributes],
  startTimeUnixNano: [2, fixed64],
  timeUnixNano: [3, fixed64],
  count: [4, fixed64],
  sum: [5, double],
  scale: [6, zigzag],
  zeroCount: [7, fixed64],
  positive: [8, one(() => BUCKETS)],
  negative: [9, one(() => BUCKETS)],
  flags: [10, integer],
  min: [12, double],
  max: [13, double],
}

const points = (point: Message): Message => ({
  dataPoints: [1, many(() => point)],
  aggregationTemporality: [2, temporality],
})

const METRIC: Message = {
  name: [1, text],
  unit: [3, text],
  gauge: [5, one(() => points(NUMBER_POINT))],
  sum: [7, one(() => ({ ...points(NUMBER_POINT), isMonotonic: [3, { as: 'flag' }] }))],
  histogram: [9, one(() => points(HISTOGRAM_POINT))],
  exponentialHistogram: [10, one(() => points(EXPONENTIAL_POINT))],
  summary: [11, one(() => points(NUMBER_POINT))],
}

const STATUS: Message = {
  message: [2, text],
  code: [3, { as: 'names', values: ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'] }],
}

const SPAN_KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const

const SPAN: Message = {
  traceId: [1, { as: 'hex' }],
  spanId: [2, { as: 'hex' }],
  name: [5, text],
  kind: [6, { as: 'names', values: SPAN_KINDS.map((kind) => `SPAN_KIND_${kind}`) }],
  startTimeUnixNano: [7, fixed64],
  endTimeUnixNano: [8, fixed64],
  attributes: [9, attributes],
  status: [15, one(() => STATUS)],
}

export const EXPORT_METRICS: Message = {
  resourceMetrics: [
    1,
    many(() => ({
      resource: [1, one(() => RESOURCE)],
      scopeMetrics: [2, many(() => ({ metrics: [2, many(() => METRIC)] }))],
    })),
  ],
}

export const EXPORT_TRACES: Message = {
  resourceSpans: [
    1,
    many(() => ({
      resource: [1, one(() => RESOURCE)],
      scopeSpans: [2, many(() => ({ spans: [2, many(() => SPAN)] }))],
    })),
  ],
}
