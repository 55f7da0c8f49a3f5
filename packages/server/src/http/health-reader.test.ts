// Goal: what packages/client reads of health is what this API says, in the same shape. Method: the reader over the real
// routes; that the types are the same, the compiler holds.
import { epochMs, seconds } from '@holdfast/core/units'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHealthReader, type Health } from '../../../client/src/health/index.ts'
import { tickAt } from '../health/testing/ticks.ts'
import type { HealthView } from './api.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let test: TestServer

beforeEach(async () => {
  test = await createTestServer()
})

afterEach(() => test[Symbol.asyncDispose]())

const sameShape = (view: HealthView): Health => view

it('reads the health of a service as the API tells it', async () => {
  for (let i = 0; i < 45; i++) {
    test.health.measure(tickAt(epochMs(test.now())))?.keep()
    test.pass(seconds(2))
  }
  const reader = createHealthReader({
    url: 'http://127.0.0.1:7070',
    key: 'unused',
    fetch: async (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input)
      const { status, text } = await test.call({
        method: init?.method === 'POST' ? 'POST' : 'GET',
        url: pathname + search,
        as: 'red',
      })
      return new Response(text, { status })
    },
  })
  const told = (await test.call({ url: '/v1/services/red-shop/health?interval=30s', as: 'red' })).json()
  const read = await reader.read('red-shop', { interval: '30s' })
  expect(read).toEqual(sameShape(told))
  expect(read.metrics.throughput).toMatchObject({ value: 5, unit: 'operations/s', sources: ['gateway'] })
  expect((await reader.readAs('billing', 'red-shop')).metrics.throughput.value).toBeGreaterThan(0)
  await expect(reader.read('blue-shop')).rejects.toMatchObject({ code: 'not-found', status: 404 })
})
