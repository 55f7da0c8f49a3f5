/**
 * Keeps the engines of all watches: begins one for each that is declared, carries clients over where a declaration changes,
 * and stores what has changed, a bounded part at a time. After a kill clients go on from what was stored some seconds before,
 * and are still expected at the times they were told.
 */
import { CLIENTS_PER_CHUNK } from '@holdfast/core/pacing'
import { epochMs, type EpochMs, type WatchName } from '@holdfast/core/units'
import type { Store } from '../store/store.ts'
import { layoutText, learnedText, parseLayout, parseLearned } from './learned-text.ts'
import { changedWatch, learnedOf, newPacedWatch, type DeclaredWatch, type PacedWatch } from './paced-watch.ts'

/** Four megabytes: a store takes them in some ten milliseconds. */
const CHUNKS_AT_ONCE = 16
/** Of a million clients each is looked at once in a minute. */
const LOOKED_AT = 8 * CLIENTS_PER_CHUNK
const CHUNKS_READ_AT_ONCE = 64
/** What was learned changes with every update, and is stored with the clients or at least so often. */
const LEARNED_EVERY_MS = 30_000

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
  const kept = new Map<string, PacedWatch>()
  const storedAt = new Map<string, number>()

  async function begin(declared: DeclaredWatch, now: EpochMs): Promise<PacedWatch> {
    const { name } = declared.watch
    const own = (await store.pacing(name)).find((one) => one.keeper === keeper)
    const layout = own === undefined ? null : parseLayout(own.layout)
    if (own === undefined || layout === null) return newPacedWatch(declared, now)
    // Clients are read as they were laid out; where that has changed since they are carried over.
    const before = { ...declared, watch: { ...declared.watch, parameters: layout.parameters } }
    const restored = newPacedWatch(before, now, { layout, learned: parseLearned(own.learned) })
    await restoreClients(restored)
    if (layoutText(layout) === layoutText({ ...layout, parameters: declared.watch.parameters })) {
      restored.engine.expectAll()
      return restored
    }
    return changedWatch(restored, declared, now)
  }

  async function restoreClients({ engine }: PacedWatch): Promise<void> {
    const of = { watch: engine.watch.name, keeper }
    for (let from = 0; ;) {
      const page = await store.pacingChunks(of, { from, limit: CHUNKS_READ_AT_ONCE })
      // Chunks follow each other; behind a gap nothing is where it was.
      const inOrder = page.filter(({ number }, index) => number === from + index)
      const isRead = engine.table.restore(inOrder.map(({ clients }) => clients))
      if (!isRead || inOrder.length < CHUNKS_READ_AT_ONCE) return
      from += inOrder.length
    }
  }

  async function put(one: PacedWatch, chunks: readonly number[], now: EpochMs): Promise<void> {
    const { engine, layout } = one
    const { name } = engine.watch
    const clients = chunks.map((number) => ({ number, clients: engine.table.chunk(number) }))
    const learned = learnedText(learnedOf(engine))
    try {
      await store.putPacing({ watch: name, keeper, layout: layoutText(layout), learned, at: now }, clients)
      storedAt.set(name, now)
    } catch (error) {
      engine.table.giveBack(chunks)
      throw error
    }
  }

  async function follow(declared: readonly DeclaredWatch[], now: EpochMs): Promise<void> {
    const names = new Set<string>(declared.map(({ watch }) => watch.name))
    for (const name of kept.keys()) {
      if (names.has(name)) continue
      kept.delete(name)
      await store.forgetPacing(name as WatchName)
    }
    for (const one of declared) {
      const before = kept.get(one.watch.name)
      if (before?.declared.version === one.version) continue
      kept.set(one.watch.name, before === undefined ? await begin(one, now) : changedWatch(before, one, now))
    }
  }

  return {
    watch: (name) => kept.get(name) ?? null,
    watches: () => [...kept.values()],
    follow,
    async tick(now) {
      for (const one of kept.values()) {
        one.engine.tick(now)
        one.engine.forget(now, LOOKED_AT)
        const chunks = one.engine.table.takeChanged(CHUNKS_AT_ONCE)
        const isOld = now - (storedAt.get(one.engine.watch.name) ?? 0) >= LEARNED_EVERY_MS
        if (chunks.length > 0 || isOld) await put(one, chunks, now)
      }
    },
    async storeAll(now) {
      for (const one of kept.values())
        for (let isFirst = true; ; isFirst = false) {
          const chunks = one.engine.table.takeChanged(CHUNKS_AT_ONCE)
          if (chunks.length === 0 && !isFirst) break
          await put(one, chunks, epochMs(now))
        }
    },
  }
}
