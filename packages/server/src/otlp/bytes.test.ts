// Goal: what is written is read as it was, JSON becomes the same bytes, and no bytes lead the reader astray.
// Method: arbitrary values there and back; arbitrary bytes for the reader alone.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, MalformedOtlp } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { jsonToProtobuf } from './json-to-protobuf.ts'
import { EXPORT_METRICS, EXPORT_TRACES } from './messages.ts'

const read = <T>(writer: ByteWriter, by: (reader: ByteReader) => T): T => {
  const reader = new ByteReader(writer.finish())
  reader.tag()
  const value = by(reader)
  expect(reader.isAtEnd).toBe(true)
  return value
}

describe('what is written', () => {
  it('is read as it was', () => {
    const whole = fc.maxSafeNat()
    const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    const small = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(
        whole,
        signed,
        small,
        fc.double(),
        fc.string({ unit: 'grapheme' }),
        (n, big, i, d, text) => {
          expect(read(new ByteWriter().varint(1, n), (reader) => reader.varint())).toBe(n)
          expect(read(new ByteWriter().varint(1, big), (reader) => reader.signed())).toBe(big)
          expect(read(new ByteWriter().zigzag(1, i), (reader) => reader.zigzag())).toBe(i)
          expect(read(new ByteWriter().fixed64(1, n), (reader) => reader.fixed64())).toBe(n)
          expect(read(new ByteWriter().fixed64(1, i), (reader) => reader.signedFixed64())).toBe(i)
          expect(read(new ByteWriter().double(1, d), (reader) => reader.double())).toBe(d)
          expect(read(new ByteWriter().text(1, text), (reader) => reader.text())).toBe(text)
        },
      ),
    )
  })

  it('keeps instants to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (ms) => {
        expect(read(new ByteWriter().nanos(1, ms), (reader) => reader.nanosAsMs())).toBe(ms)
      }),
    )
  })

  it('keeps the time between two instants to the nanosecond', () => {
    const nanos = fc.bigInt({ min: 0n, max: 2n ** 63n })
    fc.assert(
      fc.property(nanos, fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (start, between) => {
        fc.pre(start + BigInt(between) >= 0n)
        const reader = new ByteReader(
          new ByteWriter()
            .fixed64(1, start)
            .fixed64(2, start + BigInt(between))
            .finish(),
        )
        expect(reader.msBetween(1, 10)).toBe(between / 1e6)
      }),
    )
  })
})

describe('any bytes', () => {
  it('are read to their end or refused as malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const reader = new ByteReader(bytes)
        try {
          while (!reader.isAtEnd) {
            const before = reader.at
            reader.skip(reader.tag())
            expect(reader.at).toBeGreaterThan(before)
          }
          expect(reader.at).toBe(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedOtlp)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('JSON', () => {
  const ofMetrics = (metric: object): Uint8Array =>
    jsonToProtobuf(
      JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] }),
      EXPORT_METRICS,
    )

  const bytesOfMetric = (write: (metric: ByteWriter) => void): Uint8Array =>
    new ByteWriter()
      .message(1, (all) => void all.message(2, (scope) => void scope.message(2, write)))
      .finish()

  it('has 64-bit numbers as texts or numbers, and kinds as numbers or names', () => {
    const expected = bytesOfMetric((metric) =>
      metric.text(1, 'x').message(7, (sum) => {
        sum.message(1, (point) => void point.nanos(3, 1_800_000_000_000).fixed64(6, -5))
        sum.varint(2, 2).varint(3, 1)
      }),
    )
    for (const [time, value, temporality] of [
      ['1800000000000000000', '-5', 2],
      ['1800000000000000000', -5, 'AGGREGATION_TEMPORALITY_CUMULATIVE'],
    ]) {
      const dataPoints = [{ timeUnixNano: time, asInt: value, unknownToUs: {} }]
      const sum = { dataPoints, aggregationTemporality: temporality, isMonotonic: true }
      expect(ofMetrics({ name: 'x', sum })).toEqual(expected)
    }
  })

  it('has numbers that are none as texts', () => {
    const of = (asDouble: unknown) => ofMetrics({ name: 'x', gauge: { dataPoints: [{ asDouble }] } })
    const bytes = (value: number) =>
      bytesOfMetric((metric) =>
        metric
          .text(1, 'x')
          .message(5, (gauge) => void gauge.message(1, (point) => void point.double(4, value))),
      )
    expect(of('NaN')).toEqual(bytes(NaN))
    expect(of('-Infinity')).toEqual(bytes(-Infinity))
    expect(of('1.5')).toEqual(bytes(1.5))
  })

  it('has identifiers in hexadecimal digits', () => {
    const span = { traceId: '5B8EFFF798038103d269b633813fc60c', kind: 'SPAN_KIND_SERVER' }
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
    const bytes = new ByteWriter()
      .message(1, (all) =>
        all.message(2, (scope) =>
          scope.message(2, (one) =>
            one.bytes(1, Buffer.from('5B8EFFF798038103D269B633813FC60C', 'hex')).varint(6, 2),
          ),
        ),
      )
      .finish()
    expect(jsonToProtobuf(text, EXPORT_TRACES)).toEqual(bytes)
  })

  it.each([
    ['{', 'no JSON'],
    ['[]', 'must be an object'],
    ['{"resourceMetrics":{}}', 'resourceMetrics must be a list'],
    ['{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":5}]}]}]}', 'metrics[0].name must be a text'],
    [
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"aggregationTemporality":"X"}}]}]}]}',
      'whole',
    ],
    [`{"resourceMetrics":[{"resource":{"attributes":[{"value":${nested(40)}}]}}]}`, 'nested no deeper'],
  ])('%s is refused with the place of the fault', (text, says) => {
    expect(() => jsonToProtobuf(text, EXPORT_METRICS)).toThrow(MalformedOtlp)
    expect(() => jsonToProtobuf(text, EXPORT_METRICS)).toThrow(says)
  })

  it('of any shape becomes bytes or is refused as malformed', () => {
    const keys = fc.constantFrom(
      'resourceMetrics',
      'resource',
      'attributes',
      'scopeMetrics',
      'metrics',
      'name',
      'sum',
      'dataPoints',
      'asInt',
      'value',
      'key',
      'arrayValue',
      'values',
      '__proto__',
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 7 },
        fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.double()),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(tree, (json) => {
        try {
          expect(jsonToProtobuf(JSON.stringify({ resourceMetrics: [json] }), EXPORT_METRICS)).toBeInstanceOf(
            Uint8Array,
          )
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedOtlp)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

function nested(depth: number): string {
  return depth === 0 ? '{}' : `{"arrayValue":{"values":[${nested(depth - 1)}]}}`
}
