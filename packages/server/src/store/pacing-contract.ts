/** What every store must do with what pacing keeps. */
import { epochMs, type WatchName } from '@holdfast/core/units'
import { describe, expect, test } from 'vitest'
import { named } from './store-samples.ts'
import type { KeptPacing, PacingChunk, Store } from './store.ts'

const players = named<WatchName>('players')
const now = epochMs(1_800_000_000_000)

const kept = (changed: Partial<KeptPacing> = {}): KeptPacing => ({
  watch: players,
  keeper: 'one',
  layout: 'a',
  learned: '{"n":1}',
  at: now,
  ...changed,
})
const chunk = (number: number, byte: number): PacingChunk => ({
  number,
  clients: new Uint8Array(2_000).fill(byte),
})

export function describePacing(store: () => Store): void {
  const chunks = async (keeper = 'one'): Promise<readonly (readonly [number, number])[]> =>
    (await store().pacingChunks({ watch: players, keeper }, { from: 0, limit: 100 })).map(
      ({ number, clients }) => [number, clients[1_999] ?? -1] as const,
    )

  describe('pacing', () => {
    test('is kept by the server, what was learned and the chunks of clients that changed', async () => {
      await store().putPacing(kept(), [chunk(0, 1), chunk(1, 2)])
      await store().putPacing(kept({ learned: '{"n":2}' }), [chunk(1, 255)])
      await store().putPacing(kept({ keeper: 'two' }), [chunk(0, 7)])
      expect(await store().pacing(players)).toEqual([kept({ learned: '{"n":2}' }), kept({ keeper: 'two' })])
      expect(await chunks()).toEqual([
        [0, 1],
        [1, 255],
      ])
      expect(await chunks('two')).toEqual([[0, 7]])
    })

    test('is read page by page', async () => {
      await store().putPacing(
        kept(),
        [0, 1, 2, 3].map((number) => chunk(number, number)),
      )
      const page = await store().pacingChunks({ watch: players, keeper: 'one' }, { from: 1, limit: 2 })
      expect(page.map(({ number }) => number)).toEqual([1, 2])
    })

    test('of another layout takes the place of all chunks there were', async () => {
      await store().putPacing(kept(), [chunk(0, 1), chunk(1, 2)])
      await store().putPacing(kept({ layout: 'b' }), [chunk(0, 3)])
      expect(await chunks()).toEqual([[0, 3]])
    })

    test('is forgotten whole', async () => {
      await store().putPacing(kept(), [chunk(0, 1)])
      await store().forgetPacing(players)
      expect(await store().pacing(players)).toEqual([])
      expect(await chunks()).toEqual([])
    })
  })
}
