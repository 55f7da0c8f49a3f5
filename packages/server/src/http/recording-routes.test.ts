// Goal: whoever may see a service reads all that was recorded of it, also the last seconds, page by page.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { addDuration, minutes, seconds, type EpochMs, type ServiceName } from '@holdfast/core/units'
import { named, recordedBlock } from '../store/store-samples.ts'
import type { RecordedBlock } from '../store/store.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let blocks: readonly RecordedBlock[]

beforeEach(async () => {
  server = await createTestServer()
  const service = named<ServiceName>('red-shop')
  blocks = Array.from({ length: 5 }, (_, nth) =>
    recordedBlock(service, addDuration(server.now(), minutes(nth)), nth % 2 === 0),
  )
  await server.store.putRecording(blocks.slice(0, 4))
})

afterEach(() => server[Symbol.asyncDispose]())

const path = (from: EpochMs, to: EpochMs, more = ''): string =>
  `/v1/services/red-shop/recording?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}${more}`

const begins = (items: readonly { readonly from: string }[]): readonly number[] =>
  items.map(({ from }) => Date.parse(from))

it('gives the blocks from the nearest checkpoint on', async () => {
  const from = addDuration(server.now(), seconds(190))
  const answer = await server.call({ url: path(from, addDuration(from, minutes(9))), as: 'red' })
  expect(answer.json()).toEqual({
    items: blocks.slice(2, 4).map(({ from, to, ticks, checkpoint, lines }) => ({
      ticks,
      checkpoint,
      lines,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })),
    next: null,
  })
})

it('gives what is not stored yet as well, once', async () => {
  server.pending.push(...blocks.slice(3))
  const answer = await server.call({ url: path(server.now(), addDuration(server.now(), minutes(9))) })
  expect(begins(answer.json().items)).toEqual(blocks.map(({ from }) => from))
})

it('gives page by page what it gives at once', async () => {
  const to = addDuration(server.now(), minutes(9))
  const found: number[] = []
  let cursor = ''
  do {
    const answer = await server.call({ url: path(server.now(), to, `&limit=1${cursor}`) })
    const { items, next } = answer.json()
    found.push(...begins(items))
    cursor = next === null ? '' : `&cursor=${next}`
  } while (cursor !== '' && found.length < 9)
  expect(found).toEqual(blocks.slice(0, 4).map(({ from }) => from))
})

it('refuses a cursor that no page gave, an instant that is none, and other owners', async () => {
  const to = addDuration(server.now(), minutes(9))
  const wrong = await server.call({ url: path(server.now(), to, '&cursor=x') })
  expect([wrong.status, wrong.json().faults[0].pointer]).toEqual([400, '/query/cursor'])
  const never = await server.call({ url: '/v1/services/red-shop/recording?from=never&to=now' })
  expect([never.status, never.json().faults[0].pointer]).toEqual([400, '/query/from'])
  expect((await server.call({ url: path(server.now(), to), as: 'blue' })).status).toBe(404)
})
