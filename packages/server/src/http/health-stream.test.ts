// Goal: the stream of health tells each interval once, in turn and only once it is settled, also after a break.
import { epochMs, seconds } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tickAt, TICK_MS } from '../health/testing/ticks.ts'
import type { HealthView } from './api.ts'
import { readStream, type Reading } from './testing/read-stream.ts'
import { eventOf } from './testing/test-live.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

const PATH = '/v1/services/red-shop/health/stream?interval=10s'

let test: TestServer
let address = ''
let readings: Reading[] = []
let measuredUntil = 0

beforeEach(async () => {
  test = await createTestServer()
  address = await test.server.listen({ host: '127.0.0.1', port: 0 })
  measuredUntil = test.now() - 60_000
  measure()
})
afterEach(async () => {
  for (const reading of readings) reading.stop()
  readings = []
  await test[Symbol.asyncDispose]()
})

/** Ticks until now, of ten operations each. */
function measure(): void {
  for (; measuredUntil < test.now(); measuredUntil += TICK_MS)
    test.health.measure(tickAt(epochMs(measuredUntil + TICK_MS)))?.keep()
}

/** The server lives on for so long, and says so. */
function live(forSeconds: number): void {
  test.pass(seconds(forSeconds))
  measure()
  test.live.publish(eventOf('red-shop', 'red'))
}

async function read(headers: Readonly<Record<string, string>> = {}): Promise<Reading> {
  const reading = await readStream(address, PATH, { secret: test.secrets.red, headers })
  readings.push(reading)
  return reading
}

const told = (text: string): readonly HealthView[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)) as HealthView)

const spans = (text: string) => told(text).map(({ from, to }) => `${from.slice(14, 19)} ${to.slice(14, 19)}`)

describe('the stream of health', () => {
  it('begins with the last settled interval, and tells each next one as soon as it is settled', async () => {
    const reading = await read()
    expect(spans(await reading.until('08:59:50'))).toEqual(['59:40 59:50'])
    live(4)
    live(6)
    const text = await reading.until('id: 2026-11-27T09:00:00')
    expect(spans(text)).toEqual(['59:40 59:50', '59:50 00:00'])
    expect(told(text).map(({ metrics }) => metrics.throughput.observations)).toEqual([50, 50])
  })

  it('leaves no interval out where ticks were late', async () => {
    const reading = await read()
    live(30)
    expect(spans(await reading.until('id: 2026-11-27T09:00:20'))).toEqual([
      '59:40 59:50',
      '59:50 00:00',
      '00:00 00:10',
      '00:10 00:20',
    ])
  })

  it('goes on where a connection broke, and begins anew after what is none of its instants', async () => {
    const resumed = await read({ 'last-event-id': '2026-11-27T08:59:20.000Z' })
    expect(spans(await resumed.until('id: 2026-11-27T08:59:50'))).toEqual([
      '59:20 59:30',
      '59:30 59:40',
      '59:40 59:50',
    ])
    const other = await read({ 'last-event-id': '2026-11-27T08:59:23.000Z' })
    expect(spans(await other.until('id: 2026-11-27T08:59:50'))).toEqual(['59:40 59:50'])
  })

  it('ends when the server stops, and is refused then', async () => {
    const reading = await read()
    await reading.until('08:59:50')
    const ended = reading.end()
    await test[Symbol.asyncDispose]()
    expect(spans(await ended)).toEqual(['59:40 59:50'])
    test = await createTestServer()
  })

  it('is hidden from other owners, and needs an interval', async () => {
    expect((await test.call({ url: PATH, as: 'blue' })).status).toBe(404)
    expect((await test.call({ url: PATH.split('?')[0] ?? '', as: 'red' })).status).toBe(400)
  })
})
