// Goal: whatever is sent, the series tell what was meant, what cannot be is refused with the reason, and no bytes do harm.
// Method: messages written by hand, into a table; arbitrary bytes for the rest.
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { epochMs } from '@holdfast/core/units'
import { gzipSync } from 'node:zlib'
import type { ByteWriter } from '../../otlp/index.ts'
import type { Answer } from './answers.ts'
import { createTake, type Message } from './take.ts'
import {
  exponential,
  histogram,
  metricsRequest,
  numbers,
  span,
  tracesRequest,
  WEB,
  writeAttributes,
  type Attributes,
  type PointOf,
} from './testing/messages.ts'
import { shopIntakes, type ShopIntakes } from './testing/shop-intakes.ts'

const T = 1_800_000_000_000
let intakes: ShopIntakes
let now: number
let take: (body: Uint8Array, signal?: Message['signal']) => Promise<Answer>

beforeEach(() => opened(shopIntakes()))

function opened(of: ShopIntakes): void {
  intakes = of
  now = T
  const taking = createTake({ intakes, clock: { now: () => epochMs(now) } })
  take = (body, signal = 'metrics') => taking({ signal, format: 'protobuf', isPacked: false, body })
}

const drained = (): Record<string, unknown> => Object.fromEntries(intakes.readings(now))
const sums = (): Record<string, number> =>
  Object.fromEntries([...intakes.readings(now)].map(([name, { sum }]) => [name, sum]))
const whole = { kind: 'taken', rejected: 0, says: '' }

const counted = (points: readonly PointOf[], resource: Attributes = WEB): Uint8Array =>
  metricsRequest(resource, numbers({ points }))

async function takeAt(at: number, body: Uint8Array): Promise<Answer> {
  now = at
  return take(body)
}

describe('series', () => {
  it('are the same whatever the order of attributes', async () => {
    await takeAt(T, counted([{ at: T, value: 1, attributes: { a: '1', b: '2' } }]))
    await takeAt(T + 10, counted([{ at: T + 10, value: 5, attributes: { b: '2', a: '1' } }]))
    expect(sums()).toEqual({ 'x{a="1",b="2"} of web': 4 })
  })

  it('are the same where other fields stand between attributes', async () => {
    const scattered = (at: number, value: number) =>
      metricsRequest(WEB, (metric) => {
        metric.message(7, (data) => {
          data.varint(3, 1).varint(2, 2)
          data.message(1, (point) => {
            writeAttributes(point, 7, { a: '1' }).nanos(3, at)
            writeAttributes(point, 7, { b: '2' }).double(4, value)
          })
        })
        metric.text(1, 'x')
      })
    await takeAt(T, counted([{ at: T, value: 1, attributes: { a: '1', b: '2' } }]))
    for (const i of [1, 2]) await takeAt(T + i, scattered(T + i, 1 + i))
    expect(sums()).toEqual({ 'x{a="1",b="2"} of web': 2 })
  })

  it('are found again in whatever order points come', async () => {
    const paths = Array.from({ length: 50 }, (_, i) => `/${i}`)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.shuffledSubarray(paths), { maxLength: 6 }), async (rounds) => {
        opened(shopIntakes())
        const expected = new Map<string, number>()
        for (const [i, round] of rounds.entries()) {
          const at = T + (i + 1) * 1_000
          const points = round.map((path) => ({ at, start: at - 1, value: 2, attributes: { path } }))
          await takeAt(at, metricsRequest(WEB, numbers({ kind: 'delta', points })))
          for (const path of round) expected.set(path, (expected.get(path) ?? 0) + 2)
        }
        const found = [...expected].map(([path, sum]) => [`x{path="${path}"} of web`, sum])
        expect(sums()).toEqual(Object.fromEntries(found))
      }),
      { numRuns: 30 },
    )
  })

  it('of two processes are two', async () => {
    for (const id of ['a', 'b'])
      await take(counted([{ at: T, start: T - 1, value: 7 }], { ...WEB, 'service.instance.id': id }))
    const named = { ...WEB, 'host.name': 'h', 'process.pid': 12 }
    await take(counted([{ at: T, start: T - 1, value: 7 }], named))
    expect(sums()).toEqual({
      'x{service.instance.id="a"} of web': 7,
      'x{service.instance.id="b"} of web': 7,
      'x{service.instance.id="h/12"} of web': 7,
    })
  })

  it('of a gauge and of a counter of one name are not mixed up, and the second is refused', async () => {
    await take(counted([{ at: T, start: T - 1, value: 7 }]))
    const answer = await take(metricsRequest(WEB, numbers({ kind: 'gauge', points: [{ at: T + 1 }] })))
    expect(answer).toMatchObject({ kind: 'taken', rejected: 1 })
    expect(answer).toMatchObject({ says: expect.stringContaining('no room') })
  })

  it('end where nobody measured any more, and begin anew', async () => {
    const points = (at: number, value: number, flags = 0) => counted([{ at, value, flags }])
    await takeAt(T, points(T, 5))
    await takeAt(T + 1, points(T + 1, 0, 1))
    expect(intakes.table('my-shop').size()).toBe(0)
    await takeAt(T + 2, points(T + 2, 9))
    expect(drained()).toEqual({})
    await takeAt(T + 3, points(T + 3, 10))
    expect(sums()).toEqual({ 'x{} of web': 1 })
  })

  it('are opened anew when the table let go of handles', async () => {
    await takeAt(T, counted([{ at: T, start: T - 5, value: 5, attributes: { a: '1' } }]))
    drained()
    now = T + 4_000_000
    drained()
    await takeAt(now, counted([{ at: now, start: now - 5, value: 5, attributes: { b: '1' } }]))
    await takeAt(now + 1, counted([{ at: now + 1, start: now - 5, value: 8, attributes: { a: '1' } }]))
    expect(sums()).toEqual({ 'x{b="1"} of web': 5, 'x{a="1"} of web': 8 })
  })

  it('that find no room are refused, and the others go on', async () => {
    opened(shopIntakes(['my-shop'], 2))
    const points = ['a', 'b', 'c', 'd'].map((a) => ({ at: T, start: T - 1, value: 1, attributes: { a } }))
    expect(await take(counted(points))).toMatchObject({
      rejected: 2,
      says: expect.stringContaining('no room'),
    })
    expect(sums()).toEqual({ 'x{a="a"} of web': 1, 'x{a="b"} of web': 1 })
  })

  it('do not count again what a counter counted before a restart of ours', async () => {
    await takeAt(T, counted([{ at: T, start: T - 86_400_000, value: 1_000 }]))
    await takeAt(T + 10, counted([{ at: T + 10, start: T - 86_400_000, value: 1_003 }]))
    expect(sums()).toEqual({ 'x{} of web': 3 })
  })

  it('go on by the clock of ours where a point has no time', async () => {
    await take(metricsRequest(WEB, numbers({ kind: 'gauge', points: [{ at: 0, value: 3 }] })))
    expect(drained()).toMatchObject({ 'x{} of web': { last: 3, to: T } })
  })
})

describe('attributes', () => {
  it('of every type are texts', async () => {
    const attributes = (point: ByteWriter): void => {
      point.nanos(3, T).double(4, 1)
      writeAttributes(point, 7, { t: 'a', f: true, i: -3, d: 0.5, __proto: 'x' })
      point.message(7, (pair) => {
        pair.text(1, 'list')
        pair.message(2, (any) =>
          any.message(5, (list) => {
            for (const one of ['a', 'b']) list.message(1, (each) => each.text(1, one))
          }),
        )
      })
    }
    await take(
      metricsRequest(
        WEB,
        (metric) => void metric.text(1, 'x').message(5, (data) => void data.message(1, attributes)),
      ),
    )
    expect(Object.keys(drained())).toEqual([
      'x{__proto="x",d="0.5",f="true",i="-3",list="["a","b"]",t="a"} of web',
    ])
  })

  it('that are too many or too long are refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v']))
    expect(await take(counted([{ at: T, attributes: many }]))).toMatchObject({ rejected: 1 })
    expect(await take(counted([{ at: T, attributes: { k: 'v'.repeat(9_000) } }]))).toMatchObject({
      rejected: 1,
    })
    expect(intakes.table('my-shop').size()).toBe(0)
  })
})

describe('histograms', () => {
  const explicit = (at: number, counts: readonly number[], sum: number, bounds = [1, 2]) =>
    histogram('h', 2, (point) => {
      point
        .nanos(2, T - 1)
        .nanos(3, at)
        .fixed64(
          4,
          counts.reduce((all, one) => all + one, 0),
        )
        .double(5, sum)
      point.packedFixed64(6, counts).packedDoubles(7, bounds)
    })

  it('count how many values were at most each bound, as Prometheus does', async () => {
    await take(metricsRequest(WEB, explicit(T, [1, 2, 4], 20)))
    expect(sums()).toEqual({
      'h_bucket{le="1"} of web': 1,
      'h_bucket{le="2"} of web': 3,
      'h_bucket{le="+Inf"} of web': 7,
      'h_count{} of web': 7,
      'h_sum{} of web': 20,
    })
  })

  it('whose bounds change go on with the new ones', async () => {
    await takeAt(T, metricsRequest(WEB, explicit(T, [1, 2, 4], 20)))
    await takeAt(T + 5, metricsRequest(WEB, explicit(T + 5, [2, 6], 30, [5])))
    expect(sums()).toMatchObject({ 'h_bucket{le="5"} of web': 2, 'h_count{} of web': 8 })
  })

  it.each([
    ['counts and bounds do not fit', [1, 2], [1, 2]],
    ['bounds do not rise', [1, 2, 3], [2, 2]],
    ['a bound is none', [1, 2], [NaN]],
    ['there are too many', Array.from({ length: 300 }, () => 1), Array.from({ length: 299 }, (_, i) => i)],
  ])('are refused where %s', async (_why, counts, bounds) => {
    expect(await take(metricsRequest(WEB, explicit(T, counts, 1, bounds)))).toMatchObject({ rejected: 1 })
    expect(intakes.table('my-shop').faults()).toEqual({ malformed: 1 })
  })

  it('of exponential buckets come in milliseconds, with what was new', async () => {
    const of = (at: number, counts: readonly number[], sum: number) =>
      exponential('e', 2, (point) => {
        point
          .nanos(2, T - 1)
          .nanos(3, at)
          .fixed64(4, 5)
          .double(5, sum)
          .zigzag(6, 3)
        point.message(8, (buckets) => void buckets.zigzag(1, -8).packedVarints(2, counts))
      })
    await takeAt(T, metricsRequest(WEB, of(T, [1, 2], 1.6)))
    await takeAt(T + 9, metricsRequest(WEB, of(T + 9, [1, 4], 2.8)))
    const read = drained()
    expect(read).toMatchObject({ 'e{} of web': { series: { unit: 'ms' }, distribution: { count: 5 } } })
    const { sum } = read['e{} of web'] as { sum: number }
    expect(sum).toBeCloseTo(2_800)
  })

  it.each([
    ['hold values below zero', (point: ByteWriter) => point.message(9, (b) => void b.packedVarints(2, [1]))],
    ['are of a scale that there is not', (point: ByteWriter) => point.zigzag(6, 21)],
    [
      'have more buckets than there is room for',
      (point: ByteWriter) => point.message(8, (b) => void b.packedVarints(2, new Uint8Array(10_000).fill(1))),
    ],
  ])('are refused where they %s', async (_why, write) => {
    const body = metricsRequest(
      WEB,
      exponential(
        'e',
        1,
        (point) =>
          void write(
            point
              .nanos(2, T - 1)
              .nanos(3, T)
              .fixed64(4, 1),
          ),
      ),
    )
    expect(await take(body)).toMatchObject({ rejected: 1 })
  })
})

describe('points that cannot be', () => {
  it.each<readonly [string, Partial<PointOf>]>([
    ['is no number', { value: NaN }],
    ['is below zero and only grows', { value: -1 }],
    ['is of a time far ahead', { at: T + 3_600_000 }],
  ])('are refused where a value %s', async (_why, point) => {
    expect(await take(counted([{ at: T, value: 1, ...point }]))).toMatchObject({ kind: 'taken', rejected: 1 })
    expect(drained()).toEqual({})
  })

  it('are refused where a sum goes up and down and says only by how much', async () => {
    const body = metricsRequest(WEB, (metric) => {
      metric
        .text(1, 'x')
        .message(7, (data) => void data.message(1, (point) => void point.nanos(3, T)).varint(2, 1))
    })
    expect(await take(body)).toMatchObject({ rejected: 1, says: expect.stringContaining('cumulative') })
  })
})

describe('what belongs to no service', () => {
  it('is refused with a reason that says what to set, and the rest is taken in', async () => {
    const body = Buffer.concat([
      counted([{ at: T, start: T - 1, value: 1 }]),
      counted([{ at: T }, { at: T, attributes: { a: 'b' } }], { 'service.name': 'else' }),
    ])
    expect(await take(body)).toEqual({
      kind: 'taken',
      rejected: 2,
      says: '2 of the data points: service.name "else" is no service; set holdfast.service and holdfast.part in OTEL_RESOURCE_ATTRIBUTES.',
    })
    expect(sums()).toEqual({ 'x{} of web': 1 })
  })
})

describe('spans', () => {
  const spans = (...all: Parameters<typeof span>[0][]) => tracesRequest(WEB, ...all.map(span))

  it('of more operations than there is room for are told of together', async () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ name: `op ${i}`, start: T - 10, end: T - 5 }))
    expect(await take(spans(...many), 'traces')).toEqual(whole)
    const read = drained()
    expect(Object.keys(read)).toHaveLength(201)
    expect(read).toMatchObject({
      'trace.server.duration{holdfast.operation="_OTHER"} of web': { distribution: { count: 100 } },
    })
  })

  it('that end before they begin, long ago or far ahead are refused', async () => {
    const answer = await take(
      spans(
        { start: T, end: T - 5 },
        { start: T - 100_000, end: T - 99_000 },
        { start: T, end: T + 3_600_000 },
        { start: T - 7, end: T },
      ),
      'traces',
    )
    expect(answer).toMatchObject({ rejected: 3 })
    expect(sums()).toEqual({ 'trace.server.duration{holdfast.operation="op"} of web': 7 })
    expect(intakes.table('my-shop').faults()).toEqual({ 'time-backwards': 1, late: 1 })
  })

  it('have the older names of attributes, too', async () => {
    const attributes = { 'http.route': '/a', 'http.method': 'PUT', 'http.status_code': 503 }
    await take(spans({ start: T - 7, end: T, attributes, status: 2 }), 'traces')
    expect(Object.keys(drained())).toEqual([
      'trace.server.duration{error="true",holdfast.operation="PUT /a",http.response.status_code="503"} of web',
    ])
  })
})

describe('any bytes', () => {
  const everything = metricsRequest(
    WEB,
    numbers({ points: [{ at: T, value: 1, attributes: { a: 'b', c: 4, d: 0.25 } }] }),
    numbers({ name: 'g', kind: 'gauge', points: [{ at: T, value: 1 }] }),
    histogram('h', 2, (point) => {
      point.nanos(3, T).fixed64(4, 3).double(5, 2).packedFixed64(6, [1, 2]).packedDoubles(7, [1])
    }),
    exponential('e', 1, (point) => {
      point.nanos(3, T).zigzag(6, 3)
      point.message(8, (buckets) => void buckets.zigzag(1, -8).packedVarints(2, [1, 300]))
    }),
  )
  const traces = tracesRequest(
    WEB,
    span({ start: T - 7, end: T, attributes: { 'http.route': '/a' }, status: 2 }),
  )
  const isAnswer = (answer: Answer): void =>
    expect(answer.kind === 'taken' || answer.why === 'malformed').toBe(true)

  it('that break off are refused as malformed or taken as far as they go', async () => {
    for (const [body, signal] of [
      [everything, 'metrics'],
      [traces, 'traces'],
    ] as const)
      for (let length = 0; length < body.length; length++)
        isAnswer(await take(body.subarray(0, length), signal))
  })

  it('with some of them changed do no harm', async () => {
    const changes = fc.array(fc.tuple(fc.nat(everything.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(changes, async (changes) => {
        const body = everything.slice()
        for (const [at, byte] of changes) body[at] = byte
        isAnswer(await take(body))
        isAnswer(await take(body, 'traces'))
      }),
      { numRuns: 2_000 },
    )
  })

  it('at random do no harm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (body) => {
        isAnswer(await take(body))
        isAnswer(await take(body, 'traces'))
      }),
      { numRuns: 2_000 },
    )
  })

  it('that unpack to more than may be are refused', async () => {
    const taking = createTake({ intakes, clock: { now: () => epochMs(T) } })
    const body = gzipSync(new Uint8Array(70_000_000))
    expect(body.length).toBeLessThan(100_000)
    const answer = await taking({ signal: 'metrics', format: 'protobuf', isPacked: true, body })
    expect(answer).toMatchObject({ kind: 'refused', why: 'too-large' })
    const broken = await taking({
      signal: 'metrics',
      format: 'protobuf',
      isPacked: true,
      body: body.subarray(5),
    })
    expect(broken).toMatchObject({ kind: 'refused', why: 'malformed' })
  })
})
