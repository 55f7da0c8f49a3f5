// Goal: what a Prometheus pushes goes to the service that its labels name, as the series that they are, and what is no
// such message harms nothing.
// Method: requests are written byte by byte and taken in for a few services; random bytes are taken in as well.
import { epochMs } from '@holdfast/core/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRemoteWrite, type RemoteWrite, type Taken } from './remote-write.ts'
import { createSmallIntakes, type SmallIntakes } from './testing/small-intakes.ts'
import { packSnappy, writeRequest, type PushedSeries } from './testing/write-request-bytes.ts'

const AT = 1_800_000_000_000
const NOW = epochMs(AT + 60_000)

interface Receiving {
  readonly intakes: SmallIntakes
  readonly write: RemoteWrite
  push(series: readonly PushedSeries[], ended?: readonly PushedSeries[]): Taken
  told(service?: string): readonly string[]
}

function receiving(maxSeries?: number): Receiving {
  const intakes = createSmallIntakes(
    { shop: ['web', 'data-store'], 'shop-eu': ['web'], other: [] },
    maxSeries,
  )
  const write = createRemoteWrite(intakes)
  return {
    intakes,
    write,
    push: (series, ended) => write.take(writeRequest({ series }, ended), NOW),
    told: (service = 'shop') => intakes.sinks[service]?.told() ?? [],
  }
}

const series = (labels: Readonly<Record<string, string>>, value = 1, at = AT): PushedSeries => ({
  labels: { __name__: 'x', job: 'shop', ...labels },
  samples: [[value, at]],
})

it('takes in samples under the names and labels that they have', () => {
  const one = receiving()
  const pushed = [
    {
      labels: { __name__: 'a_total', instance: 'h:1', job: 'shop' },
      samples: [
        [1, AT],
        [2.5, AT + 1],
      ] as const,
    },
    series({ __name__: 'b' }, -3),
  ]
  expect(one.push(pushed)).toEqual({ ok: true, taken: 3, unplaced: 0, example: null })
  expect(one.told()).toEqual([
    `a_total{instance=h:1,job=shop} 1 @${AT}`,
    `a_total{instance=h:1,job=shop} 2.5 @${AT + 1}`,
    `b{job=shop} -3 @${AT}`,
  ])
  expect(one.intakes.sinks['shop']?.series.map(({ kind }) => kind)).toEqual(['counter', 'gauge'])
  expect(one.intakes.arrivals).toEqual([['shop', NOW]])
})

describe('the service that a series belongs to', () => {
  it.each([
    [{ job: 'shop' }, 'shop', null],
    [{ job: 'shop/web' }, 'shop', 'web'],
    [{ job: 'shop-web' }, 'shop', 'web'],
    [{ job: 'shop-data-store' }, 'shop', 'data-store'],
    [{ job: 'shop-eu' }, 'shop-eu', null],
    [{ job: 'shop-eu-web' }, 'shop-eu', 'web'],
    [{ job: 'any', holdfast_service: 'shop' }, 'shop', null],
    [{ job: 'any', holdfast_service: 'shop', holdfast_part: 'web' }, 'shop', 'web'],
    [{ job: 'shop', holdfast_part: 'web' }, 'shop', 'web'],
  ])('of %j is %s, part %s', (labels, service, part) => {
    const one = receiving()
    expect(one.push([series(labels)])).toMatchObject({ taken: 1 })
    const [opened] = one.intakes.sinks[service]?.series ?? []
    expect(opened).toMatchObject({ about: { part, instance: null }, labels: { job: labels.job } })
    expect(Object.keys(opened?.labels ?? {})).toEqual(['job'])
  })

  it.each([
    { job: '' },
    { job: 'nobody' },
    { job: 'shop/none' },
    { job: 'shop-none' },
    { job: '-' },
    { job: 'shop', holdfast_service: 'nobody' },
    { job: 'shop', holdfast_service: 'shop', holdfast_part: 'none' },
  ])('of %j is none: it is counted, and others are taken in', (labels) => {
    const one = receiving()
    const taken = one.push([series(labels), series({})])
    expect(taken).toMatchObject({ ok: true, taken: 1, unplaced: 1 })
    expect(taken.ok && taken.example).toMatchObject({ __name__: 'x' })
  })
})

it('tells counters from gauges by what it was told of families, else by names', () => {
  const one = receiving()
  one.write.take(writeRequest({ metadata: { handled: 1, open_total: 2, took: 3, wait: 5 } }), NOW)
  const names = ['handled', 'open_total', 'took_bucket', 'took_sum', 'wait', 'y', 'y_total']
  one.push(names.map((name) => series({ __name__: name })))
  expect(one.intakes.sinks['shop']?.series.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'handled counter',
    'open_total gauge',
    'took_bucket counter',
    'took_sum counter',
    'wait gauge',
    'y gauge',
    'y_total counter',
  ])
})

it('ends a series where it is told so, and opens it anew when it comes again', () => {
  const one = receiving()
  one.push([series({ a: '1' }), series({ a: '2' })])
  one.push([], [series({ a: '1' })])
  expect(one.push([series({ a: '1' }, 5), series({ a: '2' }, 6)])).toMatchObject({ taken: 2 })
  expect(one.told().slice(2)).toEqual([
    'x{job=shop,a=1} ended',
    `x{job=shop,a=1} 5 @${AT}`,
    `x{job=shop,a=2} 6 @${AT}`,
  ])
  expect(one.intakes.sinks['shop']?.series).toHaveLength(3)
})

it('opens series anew when their handles were let go', () => {
  const one = receiving()
  one.push([series({ a: '1' }), series({ a: '2' })])
  one.intakes.sinks['shop']?.letGo()
  one.push([series({ a: '2' }, 7)])
  expect(one.told().at(-1)).toBe(`x{job=shop,a=2} 7 @${AT}`)
  expect(one.intakes.sinks['shop']?.series).toHaveLength(3)
})

it('leaves a quantile out where nothing came, and counts any other that is no number', () => {
  const one = receiving()
  one.push([series({ quantile: '0.5' }, Number.NaN), series({ a: '1' }, Number.NaN)])
  expect(one.told()).toEqual([`x{job=shop,a=1} NaN @${AT}`])
})

it('takes an instant that is ahead for the present', () => {
  const one = receiving()
  one.push([series({}, 1, NOW + 5_000)])
  expect(one.told()).toEqual([`x{job=shop} 1 @${NOW}`])
})

it('goes on with the series it has when there is no room for more', () => {
  const one = receiving(10)
  const many = Array.from({ length: 3_000 }, (_, i) => series({ i: String(i) }))
  for (const round of [1, 2]) {
    expect(one.push(many)).toMatchObject({ ok: true, taken: 3_000, unplaced: 0 })
    expect(one.told()).toHaveLength(10)
    expect(one.intakes.sinks['shop']?.faults).toEqual({ 'too-many-series': round * 2_990 })
  }
})

it('counts histograms of the native kind, which it does not read', () => {
  const one = receiving()
  const plain = [...Buffer.from('0a1e0a0d0a085f5f6e616d655f5f120178', 'hex')]
  // One series of the labels x and shop, with an empty histogram.
  const bytes = [...plain.slice(2), ...Buffer.from('0a0b0a036a6f62120473686f702200', 'hex')]
  expect(one.write.take(packSnappy([0x0a, bytes.length, ...bytes]), NOW)).toMatchObject({
    taken: 0,
    unplaced: 1,
  })
})

describe('what is no such message', () => {
  const whole = writeRequest({ series: [series({})] })

  it('is refused wherever it is cut off', () => {
    const plain = [...whole.subarray(2)]
    for (let length = 1; length < plain.length - 1; length++) {
      expect(receiving().write.take(packSnappy(plain.slice(0, length)), NOW)).toMatchObject({ ok: false })
    }
  })

  it('is refused where it would be too large', () => {
    const claims = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x08)
    expect(receiving().write.take(claims, NOW)).toEqual({ ok: false, kind: 'too-large' })
  })

  it('harms nothing', () => {
    const one = receiving()
    const plain = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(60), fc.nat(255)).map(([at, byte]) => {
        const changed = Uint8Array.from(whole)
        changed[2 + at] = byte
        return changed.subarray(2)
      }),
    )
    fc.assert(
      fc.property(plain, (bytes) => {
        const taken = one.write.take(packSnappy([...bytes]), NOW)
        if (!taken.ok) expect(taken.kind).toBe('malformed')
      }),
      { numRuns: 3_000 },
    )
    expect(one.push([series({})])).toMatchObject({ taken: 1 })
  })
})
