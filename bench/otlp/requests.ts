/** Requests as a collector sends them: one metric of each process after the other, every point with its attributes. */
import { ByteWriter } from '../../packages/server/src/otlp/index.ts'

export interface RequestShape {
  readonly kind: 'sum' | 'histogram' | 'exponential'
  readonly points: number
}

const METRICS = 20
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const
const BUCKETS = 100
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const
const STATUS = [200, 201, 304, 404, 500] as const

/** The instant and what was counted differ from request to request, as they do in life. */
export function requestOf({ kind, points }: RequestShape, at: number, round: number): Uint8Array {
  return new ByteWriter()
    .message(1, (all) => {
      all.message(1, (resource) => {
        attribute(resource, 1, 'service.name', 'shop')
        attribute(resource, 1, 'holdfast.part', 'web')
        attribute(resource, 1, 'service.instance.id', '627cc493-f310-47de-96bd-71410b7dec09')
      })
      all.message(2, (scope) => {
        for (let metric = 0; metric < METRICS; metric++)
          scope.message(2, (one) => {
            one.text(1, `http.server.request.${kind}.${metric}`)
            one.text(3, 's')
            one.message(FIELDS[kind], (data) => {
              for (let i = 0; i < points / METRICS; i++)
                data.message(1, (point) => POINTS[kind](point, { i, at, round }))
              data.varint(2, 2)
              if (kind === 'sum') data.varint(3, 1)
            })
          })
      })
    })
    .finish()
}

const FIELDS = { sum: 7, histogram: 9, exponential: 10 } as const

interface Nth {
  readonly i: number
  readonly at: number
  readonly round: number
}

const POINTS: Readonly<Record<RequestShape['kind'], (point: ByteWriter, nth: Nth) => void>> = {
  sum: (point, { i, at, round }) => {
    point.nanos(2, BEGUN).nanos(3, at)
    point.fixed64(6, round * 17 + (i % 101))
    attributes(point, 7, i)
  },
  histogram: (point, { i, at, round }) => {
    point.nanos(2, BEGUN).nanos(3, at)
    point.fixed64(4, 15 * round).double(5, round * 3.25 + i / 7)
    point.packedFixed64(
      6,
      [...BOUNDS, 0].map(() => round),
    )
    point.packedDoubles(7, BOUNDS)
    attributes(point, 9, i)
  },
  exponential: (point, { i, at, round }) => {
    attributes(point, 1, i)
    point.nanos(2, BEGUN).nanos(3, at)
    point
      .fixed64(4, BUCKETS * round)
      .double(5, round * 3.25)
      .zigzag(6, 5)
      .fixed64(7, 0)
    point.message(8, (buckets) => {
      buckets.zigzag(1, -300)
      buckets.packedVarints(
        2,
        Array.from({ length: BUCKETS }, () => round),
      )
    })
  },
}

const BEGUN = Date.UTC(2026, 10, 27)

function attributes(point: ByteWriter, field: number, i: number): void {
  attribute(point, field, 'http.request.method', METHODS[i % 4] ?? '')
  attribute(point, field, 'http.route', `/shops/:shop/orders/${Math.floor(i / 20)}`)
  point.message(field, (pair) => {
    pair.text(1, 'http.response.status_code')
    pair.message(2, (value) => value.varint(3, STATUS[Math.floor(i / 4) % 5] ?? 0))
  })
}

function attribute(writer: ByteWriter, field: number, key: string, value: string): void {
  writer.message(field, (pair) => {
    pair.text(1, key)
    pair.message(2, (any) => any.text(1, value))
  })
}
