/**
 * Keeps the engines of all watches: begins one for each that is declared, carries clients over where a declaration changes,
 * and stores what has changed, a bounded part at a time. After a kill clients go on from what was stored some seconds before,
 * and are still expected at the times they were told.
 */
import { CLIENTS_PER_CHUNK } from '@holdfast/core/pacing'
import type { EpochMs, WatchName } from '@holdfast/core/units'
import type { Store } from '../store/store.ts'
import { beginWatch, goOn, toldToUs, type AtWork } from './begin-watch.ts'
import { keptText, layoutText } from './learned-text.ts'
import { learnedOf, type DeclaredWatch, type PacedWatch } from './paced-watch.ts'

/** Four megabytes: a store takes them in some ten milliseconds. */
const CHUNKS_AT_ONCE = 16
/** Of a million clients each is looked at once in a minute. */
const LOOKED_AT = 8 * CLIENTS_PER_CHUNK
/** What was learned is written down, and exchanged with other servers, so often. */
const EXCHANGED_EVERY_MS = 30_000

type PacingStore = Pick<Store, 'putPacing' | 'pacing' | 'pacingChunks' | 'forgetPacing'>

export interface PacingKeeper {
  watch(name: string): PacedWatch | null
  watches(): readonly PacedWatch[]
  /** Those that are declared now, all of them. */
  follow(declared: readonly DeclaredWatch[], now: EpochMs): Promise<void>
  /** What time has come for; to be called every few seconds. */
  tick(now: EpochMs): Promise<void>
  /** Stores all that has changed. */
  storeAll(now: EpochMs): Promise<void>
}

export function createPacingKeeper(store: PacingStore, keeper: string): PacingKeeper {
  const atWork = new Map<string, AtWork>()

  async function put(one: AtWork, chunks: readonly number[], now: EpochMs): Promise<void> {
    const { engine, layout } = one.paced
    const clients = chunks.map((number) => ({ number, clients: engine.table.chunk(number) }))
    const kept = { watch: engine.watch.name, keeper, layout: layoutText(layout), learned: one.text, at: now }
    try {
      await store.putPacing(kept, clients)
    } catch (error) {
      engine.table.giveBack(chunks)
      throw error
    }
  }

  async function writeDown(one: AtWork, now: EpochMs): Promise<void> {
    one.exchange.exchange(toldToUs(await store.pacing(one.paced.engine.watch.name), keeper), now)
    one.text = keptText({ learned: learnedOf(one.paced.engine), told: one.exchange.told })
    one.exchangedAt = now
  }

  async function follow(declared: readonly DeclaredWatch[], now: EpochMs): Promise<void> {
    const names = new Set<string>(declared.map(({ watch }) => watch.name))
    for (const name of atWork.keys()) {
      if (names.has(name)) continue
      atWork.delete(name)
      await store.forgetPacing(name as WatchName)
    }
    for (const one of declared) {
      const before = atWork.get(one.watch.name)
      if (before?.paced.declared.version === one.version) continue
      const begun =
        before === undefined
          ? await beginWatch(store, keeper, one, now)
          : await goOn(store, keeper, before, one, now)
      atWork.set(one.watch.name, begun)
    }
  }

  return {
    watch: (name) => atWork.get(name)?.paced ?? null,
    watches: () => [...atWork.values()].map(({ paced }) => paced),
    follow,
    async tick(now) {
      for (const one of atWork.values()) {
        const { engine } = one.paced
        engine.tick(now)
        engine.forget(now, LOOKED_AT)
        const isDue = now - one.exchangedAt >= EXCHANGED_EVERY_MS
        if (isDue) await writeDown(one, now)
        const chunks = engine.table.takeChanged(CHUNKS_AT_ONCE)
        if (chunks.length > 0 || isDue) await put(one, chunks, now)
      }
    },
    async storeAll(now) {
      for (const one of atWork.values()) {
        await writeDown(one, now)
        for (let isFirst = true; ; isFirst = false) {
          const chunks = one.paced.engine.table.takeChanged(CHUNKS_AT_ONCE)
          if (chunks.length === 0 && !isFirst) break
          await put(one, chunks, now)
        }
      }
    },
  }
}
