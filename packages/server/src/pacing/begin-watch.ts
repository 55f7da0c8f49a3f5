/**
 * Begins to keep a watch: with the clients and what was learned as they were stored, or with what other servers learned. It
 * reads the store and writes nothing.
 */
import { mergeSnapshots } from '@holdfast/core/pacing'
import type { EpochMs } from '@holdfast/core/units'
import type { KeptPacing, Store } from '../store/store.ts'
import { Exchange, type Told } from './exchange.ts'
import { keptText, layoutText, parseKept, parseLayout, type Kept } from './learned-text.ts'
import { changedWatch, learnedOf, newPacedWatch, type DeclaredWatch, type PacedWatch } from './paced-watch.ts'

const CHUNKS_READ_AT_ONCE = 64

/** A watch at work, and how far it is stored. */
export interface AtWork {
  readonly paced: PacedWatch
  readonly exchange: Exchange
  /** What was learned, as it was written down last. */
  text: string
  exchangedAt: number
}

type Reads = Pick<Store, 'pacing' | 'pacingChunks'>

/** What the other servers tell of a watch. */
export const toldToUs = (rows: readonly KeptPacing[], keeper: string): readonly Told[] =>
  rows.flatMap((row) => {
    if (row.keeper === keeper || parseLayout(row.layout) === null) return []
    return [{ keeper: row.keeper, ...parseKept(row.learned).told, at: row.at }]
  })

export async function beginWatch(
  store: Reads,
  keeper: string,
  declared: DeclaredWatch,
  now: EpochMs,
): Promise<AtWork> {
  const rows = await store.pacing(declared.watch.name)
  const others = toldToUs(rows, keeper)
  const own = rows.find((one) => one.keeper === keeper)
  const layout = own === undefined ? null : parseLayout(own.layout)
  if (own === undefined || layout === null) {
    const [first, ...rest] = others.map(({ group }) => group)
    const group = first === undefined ? undefined : rest.reduce(mergeSnapshots, first)
    return atWork(newPacedWatch(declared, now, { group }), now, null, others)
  }
  // Clients are read as they were laid out; where that has changed since they are carried over.
  const before = { ...declared, watch: { ...declared.watch, parameters: layout.parameters } }
  const kept = parseKept(own.learned)
  const restored = newPacedWatch(before, now, { layout, learned: kept.learned })
  await restoreClients(store, keeper, restored)
  if (layoutText(layout) !== layoutText({ ...layout, parameters: declared.watch.parameters }))
    return atWork(changedWatch(restored, declared, now), now, kept, others)
  restored.engine.expectAll()
  return atWork(restored, now, kept, others)
}

/** The same clients, under what was declared anew. */
export async function goOn(
  store: Reads,
  keeper: string,
  { paced, text }: AtWork,
  declared: DeclaredWatch,
  now: EpochMs,
): Promise<AtWork> {
  const others = toldToUs(await store.pacing(declared.watch.name), keeper)
  return atWork(changedWatch(paced, declared, now), now, parseKept(text), others)
}

function atWork(paced: PacedWatch, now: EpochMs, kept: Kept | null, others: readonly Told[]): AtWork {
  const told = kept === null ? {} : { told: kept.told.group }
  const exchange = new Exchange(paced.engine, now, { ...told, others })
  const text = keptText({ learned: learnedOf(paced.engine), told: exchange.told })
  return { paced, exchange, text, exchangedAt: Number.NEGATIVE_INFINITY }
}

async function restoreClients(store: Reads, keeper: string, { engine }: PacedWatch): Promise<void> {
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
