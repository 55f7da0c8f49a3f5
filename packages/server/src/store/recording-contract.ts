/** What every store must do with the recording of what was measured and decided. */
import { epochMs, type EpochMs, type ServiceName } from '@holdfast/core/units'
import { describe, expect, test } from 'vitest'
import { named, recordedBlock, tick } from './store-samples.ts'
import type { RecordedBlock, Store } from './store.ts'

const shop = named<ServiceName>('shop')
const mail = named<ServiceName>('mail')
const now = epochMs(1_800_000_000_000)

export function describeRecording(store: () => Store): void {
  describe('the recording', () => {
    const minute = (nth: number): EpochMs => epochMs(now + nth * 60_000)

    test('is committed with a tick, and not with a stale one', async () => {
      const [first, second] = [recordedBlock(shop, minute(0), true), recordedBlock(shop, minute(1))]
      await store().commitTick({ ...tick(shop, 0, minute(1)), recording: [first] })
      expect(await store().commitTick({ ...tick(shop, 7, minute(2)), recording: [second] })).toBeNull()
      expect(await blocksOf(store(), minute(0), minute(9))).toEqual([first])
    })

    test('is read from the nearest checkpoint before the span on, up to its end', async () => {
      const blocks = [0, 1, 2, 3, 4, 5, 6].map((nth) => recordedBlock(shop, minute(nth), nth % 3 === 0))
      await store().putRecording([...blocks, recordedBlock(mail, minute(1), true)])
      expect(await blocksOf(store(), epochMs(minute(5) + 1), minute(6))).toEqual(blocks.slice(3, 6))
      expect(await blocksOf(store(), minute(3), epochMs(minute(3) + 1))).toEqual(blocks.slice(3, 4))
      expect(await blocksOf(store(), minute(6), minute(9))).toEqual(blocks.slice(6))
    })

    test('is read from its beginning where the span is older, and is empty where there is none', async () => {
      const blocks = [recordedBlock(shop, minute(5), true), recordedBlock(shop, minute(6))]
      await store().putRecording(blocks)
      expect(await blocksOf(store(), minute(0), minute(9))).toEqual(blocks)
      expect(await blocksOf(store(), minute(0), minute(5))).toEqual([])
      expect(await store().recording({ service: mail, from: now, to: minute(9), limit: 9 })).toEqual([])
    })

    test('is read page by page', async () => {
      const blocks = [0, 1, 2, 3].map((nth) => recordedBlock(shop, minute(nth), nth === 0))
      await store().putRecording(blocks)
      const query = { service: shop, from: minute(2), to: minute(9), limit: 2 }
      expect(await store().recording(query)).toEqual(blocks.slice(0, 2))
      expect(await store().recording({ ...query, after: minute(1) })).toEqual(blocks.slice(2))
    })

    test('holds one block for each beginning, the one that was written last', async () => {
      const block = recordedBlock(shop, minute(0), true)
      await store().putRecording([block])
      await store().putRecording([{ ...block, to: minute(1), ticks: 31, lines: 'more' }])
      expect(await blocksOf(store(), minute(0), minute(9))).toEqual([
        { ...block, to: minute(1), ticks: 31, lines: 'more' },
      ])
    })

    test('is pruned by age, and stays when the service is forgotten', async () => {
      await store().commitTick(tick(shop, 0, now))
      await store().putRecording([
        recordedBlock(shop, minute(0), true),
        recordedBlock(shop, minute(1), true),
        recordedBlock(shop, minute(2)),
      ])
      await store().pruneRecording(minute(1))
      await store().forgetService(shop)
      expect((await blocksOf(store(), minute(0), minute(9))).map(({ from }) => from)).toEqual([
        minute(1),
        minute(2),
      ])
    })
  })
}

const blocksOf = (store: Store, from: EpochMs, to: EpochMs): Promise<readonly RecordedBlock[]> =>
  store.recording({ service: shop, from, to, limit: 100 })
