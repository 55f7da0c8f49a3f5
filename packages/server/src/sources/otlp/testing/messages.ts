/** Messages as exporters write them, for tests, with as little as is needed. */
import { ByteWriter } from '../../../otlp/index.ts'

export type Attributes = Readonly<Record<string, string | number | boolean>>

export const WEB: Attributes = { 'holdfast.service': 'my-shop', 'holdfast.part': 'web' }

export interface PointOf {
  readonly at: number
  readonly start?: number
  readonly value?: number
  readonly attributes?: Attributes
  readonly flags?: number
}

export interface MetricOf {
  readonly name?: string
  readonly unit?: string
  readonly kind?: 'gauge' | 'counter' | 'delta'
  readonly points: readonly PointOf[]
}

export function writeAttributes(writer: ByteWriter, field: number, attributes: Attributes): ByteWriter {
  for (const [key, value] of Object.entries(attributes)) {
    writer.message(field, (pair) => {
      pair.text(1, key)
      pair.message(2, (any) => {
        if (typeof value === 'string') any.text(1, value)
        else if (typeof value === 'boolean') any.varint(2, value ? 1 : 0)
        else if (Number.isInteger(value)) any.varint(3, value)
        else any.double(4, value)
      })
    })
  }
  return writer
}

export const metricsRequest = (
  resource: Attributes,
  ...metrics: readonly ((metric: ByteWriter) => void)[]
): Uint8Array => wrapped(resource, metrics)

export const tracesRequest = (
  resource: Attributes,
  ...spans: readonly ((span: ByteWriter) => void)[]
): Uint8Array => wrapped(resource, spans)

function wrapped(resource: Attributes, items: readonly ((item: ByteWriter) => void)[]): Uint8Array {
  return new ByteWriter()
    .message(1, (all) => {
      all.message(1, (one) => void writeAttributes(one, 1, resource))
      all.message(2, (scope) => {
        for (const item of items) scope.message(2, item)
      })
    })
    .finish()
}

export function numbers({ name = 'x', unit = '', kind = 'counter', points }: MetricOf) {
  return (metric: ByteWriter): void => {
    metric.text(1, name).text(3, unit)
    metric.message(kind === 'gauge' ? 5 : 7, (data) => {
      for (const { at, start = 0, value = 0, attributes = {}, flags = 0 } of points)
        data.message(1, (point) => {
          point.nanos(2, start).nanos(3, at).double(4, value)
          writeAttributes(point, 7, attributes).varint(8, flags)
        })
      if (kind !== 'gauge') data.varint(2, kind === 'delta' ? 1 : 2).varint(3, 1)
    })
  }
}

/** With what else a caller writes into its one point. */
export function histogram(name: string, temporality: number, write: (point: ByteWriter) => void) {
  return (metric: ByteWriter): void => {
    metric.text(1, name).text(3, 's')
    metric.message(9, (data) => void data.message(1, write).varint(2, temporality))
  }
}

export function exponential(name: string, temporality: number, write: (point: ByteWriter) => void) {
  return (metric: ByteWriter): void => {
    metric.text(1, name).text(3, 's')
    metric.message(10, (data) => void data.message(1, write).varint(2, temporality))
  }
}

export interface SpanOf {
  readonly name?: string
  readonly kind?: number
  readonly start: number
  readonly end: number
  readonly attributes?: Attributes
  readonly status?: number
}

export function span({ name = 'op', kind = 2, start, end, attributes = {}, status = 0 }: SpanOf) {
  return (one: ByteWriter): void => {
    one.text(5, name).varint(6, kind).nanos(7, start).nanos(8, end)
    writeAttributes(one, 9, attributes).message(15, (inner) => void inner.varint(3, status))
  }
}
