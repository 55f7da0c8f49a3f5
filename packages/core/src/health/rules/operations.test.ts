// Goal: what instrumentation calls operations is known as such, each counted once, and a server's fault as a failure.
import { describe, expect, it } from 'vitest'
import { distributionOf } from '../../stats/index.ts'
import { epochMs } from '../../units/index.ts'
import type { JoinedReading, SeriesKind } from '../series/index.ts'
import { endedAs, mayTellOperations, operationOf, roleOf } from './operation-series.ts'
import { believe, createNameChoice } from './believe.ts'
import { operationsIn, timesOf } from './operations.ts'

const reading = (
  name: string,
  kind: SeriesKind,
  labels: Readonly<Record<string, string>>,
  figure: number | readonly number[],
  source = 'app',
): JoinedReading => ({
  series: { source, about: { part: null, instance: null }, name, labels, kind, unit: 'ms' },
  from: epochMs(0),
  to: epochMs(10_000),
  samples: 1,
  sum: typeof figure === 'number' ? figure : 0,
  least: 0,
  greatest: 0,
  last: 0,
  distribution: typeof figure === 'number' ? null : distributionOf(figure),
  over: null,
  overs: new Map(),
})

describe('a series', () => {
  it.each([
    ['http.server.request.duration', 'distribution', 'durations'],
    ['http_server_request_duration_seconds', 'distribution', 'durations'],
    ['http_request_duration_ms', 'distribution', 'durations'],
    ['http_requests_total', 'counter', 'counts'],
    ['http.server.active_requests', 'gauge', 'inside'],
    ['http.client.request.duration', 'distribution', null],
    ['process_cpu_seconds_total', 'counter', null],
  ] as const)('%s as a %s tells %s', (name, kind, role) => {
    expect(roleOf({ name, kind })).toBe(role)
  })

  it('is known by its pieces too', () => {
    expect(mayTellOperations({ name: 'http_request_duration_seconds_bucket', kind: 'counter' })).toBe(true)
    expect(mayTellOperations({ name: 'gc_duration_seconds_bucket', kind: 'counter' })).toBe(false)
  })

  it.each([
    [{ 'http.response.status_code': '503' }, 'failed'],
    [{ 'http.response.status_code': '404', 'error.type': '404' }, 'completed'],
    [{ code: '5xx' }, 'failed'],
    [{ status: '200' }, 'completed'],
    [{ status: 'Unavailable' }, 'failed'],
    [{ grpc_code: 'Internal' }, 'failed'],
    [{ grpc_code: 'NotFound' }, 'completed'],
    [{ 'error.type': 'timeout' }, 'failed'],
    [{ error: 'true' }, 'failed'],
    [{ 'holdfast.outcome': 'aborted' }, 'aborted'],
    [{}, 'completed'],
  ] as const)('with %j ended as %s', (labels, ended) => {
    expect(endedAs({ labels })).toBe(ended)
  })

  it('names its operation as the gateway does', () => {
    expect(operationOf({ labels: { method: 'GET', route: '/orders' } })).toBe('GET /orders')
    expect(operationOf({ labels: { 'holdfast.operation': 'checkout', method: 'POST' } })).toBe('checkout')
    expect(operationOf({ labels: {} })).toBeNull()
  })
})

describe('operations', () => {
  const durations = [
    reading('http.server.request.duration', 'distribution', { status: '200' }, [10, 20, 30]),
    reading('http.server.request.duration', 'distribution', { status: '500' }, [1]),
  ]

  it('are counted by how they ended, with the times of those that were completed', () => {
    const [told] = operationsIn(durations)
    expect(told?.counts.map(({ completed, failed }) => [completed, failed])).toEqual([
      [3, 0],
      [0, 1],
    ])
    expect(timesOf(told?.counts ?? []).sum).toBe(60)
  })

  it('are counted once where a source says them as durations and as a counter', () => {
    const [told, ...others] = operationsIn([...durations, reading('http_requests_total', 'counter', {}, 4)])
    expect(others).toEqual([])
    expect(told?.counts.reduce((sum, { completed, failed }) => sum + completed + failed, 0)).toBe(4)
  })

  it('are counted too where a log tells how long only some of them took', () => {
    const [told] = operationsIn([...durations, reading('http.server.requests', 'counter', {}, 5)])
    expect(told?.counts.reduce((sum, { completed }) => sum + completed, 0)).toBe(8)
  })

  it('are counted once where a source says them by metrics and by traces, each at a pace of its own', () => {
    const choice = createNameChoice()
    const counted = (seconds: number, ...names: readonly string[]): number => {
      const readings = names.map((name) => reading(name, 'distribution', {}, [1, 2]))
      const told = operationsIn(readings, (_, teller, said) =>
        choice.choose(teller, said, epochMs(seconds * 1_000)),
      )
      return told.flatMap(({ counts }) => counts).reduce((sum, { completed }) => sum + completed, 0)
    }
    const [metrics, traces] = ['http.server.request.duration', 'trace.server.duration']
    expect(counted(2, traces)).toBe(2)
    // What metrics tell first was told by traces; from then on they are believed.
    expect(counted(4, metrics)).toBe(0)
    expect(counted(6, traces)).toBe(0)
    expect(counted(64, metrics, traces)).toBe(2)
    expect(counted(100, traces)).toBe(0)
    // The metrics fell silent.
    expect(counted(160, traces)).toBe(2)
  })

  it('are counted once where a tick falls between the two names under which they are said', () => {
    const choice = createNameChoice()
    const told = [
      reading('http_requests_total', 'counter', {}, 4),
      reading('http.server.request.duration', 'distribution', {}, [1, 2, 3, 4]),
    ].flatMap((one) => operationsIn([one], (_, teller, said) => choice.choose(teller, said, epochMs(0))))
    expect(told.flatMap(({ counts }) => counts).map(({ completed }) => completed)).toEqual([4])
  })

  it('of one process are counted once, of another besides, where some are told by metrics and some by traces', () => {
    const choice = createNameChoice()
    const counted = (name: string, process: string): number =>
      operationsIn(
        [reading(name, 'distribution', { 'service.instance.id': process }, [1, 2])],
        (_, teller, said) => choice.choose(teller, said, epochMs(0)),
      )
        .flatMap(({ counts }) => counts)
        .reduce((sum, { completed }) => sum + completed, 0)
    expect(counted('http.server.request.duration', 'one')).toBe(2)
    expect(counted('trace.server.duration', 'one')).toBe(0)
    expect(counted('trace.server.duration', 'two')).toBe(2)
  })

  it('of several processes are all counted, however each is instrumented', () => {
    const told = operationsIn([
      reading('http.server.duration', 'distribution', { 'service.instance.id': 'old' }, [1]),
      reading('http.server.request.duration', 'distribution', { 'service.instance.id': 'new' }, [1, 2]),
    ])
    expect(timesOf(told.flatMap(({ counts }) => counts)).count).toBe(3)
  })

  it('are kept apart by who tells of them', () => {
    const told = operationsIn([...durations, reading('http_requests_total', 'counter', {}, 4, 'proxy')])
    expect(told.map(({ source }) => source)).toEqual(['app', 'proxy'])
  })

  it('may be known to be inside without having ended', () => {
    const [told] = operationsIn([reading('http.server.active_requests', 'gauge', {}, 25_000)])
    expect(told).toMatchObject({ counts: [], insideMs: 25_000 })
  })
})

describe('a source', () => {
  const order = (source: string): number => ['near', 'far'].indexOf(source)

  it('is believed while it tells, whoever else does', () => {
    const before = { source: 'far', at: epochMs(0) }
    expect(believe(before, ['near', 'far'], epochMs(2_000), order)).toEqual({ source: 'far', at: 2_000 })
  })

  it('is believed through a pause, and gives way after a minute and a half', () => {
    const before = { source: 'far', at: epochMs(0) }
    expect(believe(before, ['near'], epochMs(60_000), order)).toBe(before)
    expect(believe(before, ['near'], epochMs(90_000), order)).toEqual({ source: 'near', at: 90_000 })
  })

  it('gives way a minute and a half after the clock was set back as well', () => {
    const before = { source: 'far', at: epochMs(3_600_000) }
    const after = believe(before, ['near'], epochMs(0), order)
    expect(believe(after, ['near'], epochMs(90_000), order)?.source).toBe('near')
  })

  it('is preferred by how near it is where nobody was believed', () => {
    expect(believe(null, ['far', 'near'], epochMs(0), order)?.source).toBe('near')
    expect(believe(null, [], epochMs(0), order)).toBeNull()
  })
})
