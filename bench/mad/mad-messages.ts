/** What senders gone mad send, without end. */
import { ByteWriter } from '../../packages/server/src/otlp/index.ts'
import { writeRequest } from '../../packages/server/src/sources/prometheus/testing/write-request-bytes.ts'

const SERIES = 1_000
const YEAR_2100 = 4_102_444_800_000

let made = 0
const madeUp = (): string => `made-up-${(made += 1)}`

/** Times of 1970, of 2100, of an hour ago, and of now. */
const instants = (now: number): readonly number[] => [1, YEAR_2100, now - 3_600_000, now, now]

function attribute(writer: ByteWriter, field: number, key: string, value: string): void {
  writer.message(field, (pair) => {
    pair.text(1, key)
    pair.message(2, (any) => void any.text(1, value))
  })
}

export function* otlpMessages(): Generator<Uint8Array> {
  const kinds = ['explosion', 'mixed', 'kinds', 'instances', 'wide', 'huge', 'values'] as const
  for (let i = 0; ; i++) yield MESSAGES[kinds[i % kinds.length] ?? 'mixed']()
}

const MESSAGES = {
  /** Ever new labels. */
  explosion: () => sums('http.server.requests.mad', SERIES, { temporality: 2, label: madeUp }),
  /** What grew and what it stands at, in turns. */
  mixed: () => sums('http.server.mixed', 10, { temporality: 1 + (made % 2), label: () => 'same' }),
  /** The same name as a sum, and as a gauge. */
  kinds: () => (made % 2 === 0 ? sums('flips', 1, { temporality: 2, label: () => 'same' }) : gauge('flips')),
  /** Instances that there are none of. */
  instances: () => sums('x', 5, { temporality: 2, label: () => 'same', instance: madeUp() }),
  /** Buckets that lie far apart. */
  wide: () => exponentials(200),
  /** More than is taken. */
  huge: () => new Uint8Array(6_000_000),
  values: () => sums('nan', 5, { temporality: 2, label: () => 'same', value: NaN }),
}

interface SumsOf {
  readonly temporality: number
  readonly label: () => string
  readonly instance?: string
  readonly value?: number
}

function sums(name: string, points: number, { temporality, label, instance, value }: SumsOf): Uint8Array {
  const times = instants(Date.now())
  made += 1
  return within(instance, (metric) => {
    metric.text(1, name)
    metric.message(7, (data) => {
      for (let i = 0; i < points; i++)
        data.message(1, (point) => {
          point.nanos(2, 1).nanos(3, times[i % times.length] ?? 1)
          point.double(4, value ?? made)
          attribute(point, 7, 'id', label())
        })
      data.varint(2, temporality)
      data.varint(3, 1)
    })
  })
}

function gauge(name: string): Uint8Array {
  made += 1
  return within(undefined, (metric) => {
    metric.text(1, name)
    metric.message(5, (data) =>
      data.message(1, (point) => {
        point.nanos(3, Date.now()).double(4, made)
        attribute(point, 7, 'id', 'same')
      }),
    )
  })
}

function exponentials(points: number): Uint8Array {
  const now = Date.now()
  return within(undefined, (metric) => {
    metric.text(1, 'http.server.request.duration')
    metric.text(3, 'ms')
    metric.message(10, (data) => {
      for (let i = 0; i < points; i++)
        data.message(1, (point) => {
          attribute(point, 1, 'http.route', madeUp())
          point.nanos(2, now - 1_000).nanos(3, now)
          point.fixed64(4, 2).double(5, 1e9).zigzag(6, 0).fixed64(7, 0)
          point.message(8, (buckets) => {
            buckets.zigzag(1, -31)
            buckets.packedVarints(2, [1, ...Array.from({ length: 70 }, () => 0), 1])
          })
        })
      data.varint(2, 1)
    })
  })
}

const within = (instance: string | undefined, write: (metric: ByteWriter) => void): Uint8Array =>
  new ByteWriter()
    .message(1, (all) => {
      all.message(1, (resource) => {
        attribute(resource, 1, 'holdfast.service', 'shop')
        attribute(resource, 1, 'holdfast.part', 'web')
        if (instance !== undefined) attribute(resource, 1, 'holdfast.instance', instance)
      })
      all.message(2, (scope) => void scope.message(2, write))
    })
    .finish()

/** Jobs that belong to nobody, and ever new series of one that does. */
export function* writeRequests(): Generator<Uint8Array> {
  for (let i = 0; ; i++) {
    const job = i % 4 === 0 ? madeUp() : 'shop'
    yield writeRequest({
      series: Array.from({ length: SERIES / 2 }, () => ({
        labels: { __name__: 'http_requests_total', job, id: madeUp() },
        samples: [[Math.random() * 1e6, i % 5 === 0 ? YEAR_2100 : Date.now()]],
      })),
    })
  }
}

/** Ever new operations, batches that come again, sequences that go back, and figures that contradict each other. */
export function* batches(): Generator<string> {
  let process = ''
  for (let i = 0; ; i++) {
    if (i % 7 === 0) process = madeUp().padEnd(12, '0')
    const one = { class: 'default', outcome: 'ok', count: 1, sum: 5, min: 5, max: 5, zeroCount: 0, over: [] }
    const series = Array.from({ length: 100 }, () => ({
      ...one,
      operation: `GET /${madeUp()}`,
      offset: 148,
      buckets: [i % 5 === 0 ? 2 : 1],
    }))
    const sequence = [1, 1, 5, 3, Number.MAX_SAFE_INTEGER][i % 5]
    const more = { fromAgoMs: 5_000, toAgoMs: i % 3 === 0 ? 1e9 : 0, limitsMs: [], activeMs: 1e12 }
    yield JSON.stringify({ process, sequence, part: 'web', instance: madeUp(), ...more, series })
  }
}

export function* surveys(): Generator<string> {
  for (;;) {
    const events = Array.from({ length: SERIES }, () => ({
      question: madeUp(),
      client: madeUp(),
      class: madeUp(),
      answer: 'too-slow',
    }))
    yield JSON.stringify({ events })
  }
}
