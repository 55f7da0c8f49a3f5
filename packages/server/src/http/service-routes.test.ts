// Goal: the reads of services and journals say what loop and store know, page by page, and completely.
import { epochMs, seconds, type ServiceName } from '@holdfast/core/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JournalDraft } from '../store/store.ts'
import type { JournalEntryView } from './api.ts'
import { testDetail } from './testing/test-live.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

const redShop = 'red-shop' as ServiceName
const blueShop = 'blue-shop' as ServiceName
const OF_ONE_INSTANT = 7

let test: TestServer
beforeAll(async () => {
  test = await createTestServer()
  test.live.put(testDetail('red-shop', 'red', { state: 'at-risk' }))
  test.pass(seconds(10))
  const draft = (service: ServiceName | null, at: number, body: object): JournalDraft => ({
    service,
    at: epochMs(at),
    kind: 'event',
    actor: 'platform',
    body: JSON.stringify(body),
  })
  for (let n = 0; n < OF_ONE_INSTANT; n++) {
    await test.store.appendJournal([draft(redShop, test.now(), { n }), draft(blueShop, test.now(), { n })])
  }
  await test.store.appendJournal([draft(null, test.now() + 5, { installed: true })])
})
afterAll(() => test[Symbol.asyncDispose]())

const get = async (url: string) => (await test.call({ url })).json()

describe('services', () => {
  it('are listed with those that were applied and not ticked yet', async () => {
    const { items } = await get('/v1/services')
    expect(items).toMatchObject([
      { name: 'blue-shop', owner: 'blue', state: 'unknown', says: 'Applied; the next tick starts it.' },
      { name: 'red-shop', owner: 'red', state: 'at-risk', limitMs: 100 },
    ])
    expect(items[1]).not.toHaveProperty('partDetails')
  })

  it('are filtered by state and come page by page', async () => {
    expect((await get('/v1/services?state=at-risk')).items).toMatchObject([{ name: 'red-shop' }])
    const first = await get('/v1/services?limit=1')
    expect(await get(`/v1/services?limit=1&cursor=${first.next}`)).toMatchObject({
      items: [{ name: 'red-shop' }],
      next: null,
    })
  })

  it('show their detail with the version of the manifest as ETag, which nobody stores', async () => {
    const { headers, json } = await test.call({ url: '/v1/services/red-shop' })
    expect([headers['etag'], headers['cache-control']]).toEqual(['"1"', 'no-store'])
    expect(json()).toMatchObject({ name: 'red-shop', version: 1, url: 'http://127.0.0.1:8080' })
  })

  it('show verdicts, instances and history', async () => {
    expect((await get('/v1/services/red-shop/verdicts')).items).toMatchObject([{ level: 'quick', met: 990 }])
    expect(await get('/v1/services/red-shop/instances')).toEqual({ items: [], next: null })
    expect(await get('/v1/services/red-shop/history?since=2026-11-27T08:00:00Z')).toEqual({
      service: 'red-shop',
      limitMs: 100,
      points: [],
      changes: [],
    })
  })

  it('say that nothing was decided yet when asked why', async () => {
    expect(await get('/v1/services/blue-shop/why')).toMatchObject({
      askedFor: '2026-11-27T09:00:10.000Z',
      decidedAt: null,
      says: 'Nothing was decided for blue-shop up to then.',
    })
  })
})

describe('the journal', () => {
  async function allPages(url: string): Promise<readonly JournalEntryView[]> {
    const entries: JournalEntryView[] = []
    let cursor: string | null = null
    do {
      const page: { readonly items: JournalEntryView[]; readonly next: string | null } = await get(
        cursor === null ? url : `${url}&cursor=${cursor}`,
      )
      entries.push(...page.items)
      cursor = page.next
    } while (cursor !== null)
    return entries
  }
  const places = (entries: readonly JournalEntryView[]): readonly string[] =>
    entries.map(({ service, sequence }) => `${service} ${sequence}`)

  it.each(['oldest-first', 'newest-first'])(
    'of one service comes %s in pages that miss and repeat nothing',
    async (order) => {
      const sequences = (await allPages(`/v1/services/red-shop/journal?limit=4&order=${order}`)).map(
        ({ sequence }) => sequence,
      )
      const inOrder = Array.from({ length: 2 + OF_ONE_INSTANT }, (_, index) => index + 1)
      expect(sequences).toEqual(order === 'oldest-first' ? inOrder : inOrder.toReversed())
    },
  )

  it.each(['oldest-first', 'newest-first'])(
    'of all services comes %s in pages, also where many entries share an instant',
    async (order) => {
      const whole = (await get(`/v1/journal?order=${order}`)).items
      for (const limit of [1, 3, 5]) {
        expect(places(await allPages(`/v1/journal?limit=${limit}&order=${order}`))).toEqual(places(whole))
      }
      expect(new Set(places(whole)).size).toBe(whole.length)
    },
  )

  it('is filtered by kind, service, chain and time', async () => {
    expect(await allPages('/v1/journal?service=red-shop&kind=event')).toHaveLength(OF_ONE_INSTANT)
    expect(await allPages('/v1/journal?kind=event,change&from=2026-11-27T09:00:10Z')).toHaveLength(
      2 * OF_ONE_INSTANT + 1,
    )
    expect(await allPages('/v1/journal?service=red-shop&to=2026-11-27T09:00:10Z')).toHaveLength(2)
    expect((await allPages('/v1/journal?chain=installation&kind=event'))[0]?.body).toEqual({
      installed: true,
    })
  })

  it('streams whole as ndjson, each line one entry', async () => {
    const { headers, text } = await test.call({
      url: '/v1/services/red-shop/journal?format=ndjson&kind=event',
    })
    expect(headers['content-type']).toBe('application/x-ndjson')
    const lines = text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).body.n)).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('is checked, one chain or all', async () => {
    expect(await get('/v1/services/red-shop/journal/check')).toMatchObject({
      intact: true,
      entries: 9,
      brokenAt: null,
    })
    const all = await get('/v1/journal/check')
    expect(all).toMatchObject({
      intact: true,
      chains: [{ service: null }, { service: 'blue-shop' }, { service: 'red-shop' }],
    })
    expect((await get('/v1/journal/check?service=red-shop')).chains).toHaveLength(1)
  })
})
