/** What series take in memory: those that a target really has, and those that one gone mad makes up. */
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSeriesTable, type SeriesTable } from '@holdfast/core/health'
import { createTextReader, type TextReader } from '../../packages/server/src/sources/prometheus/index.ts'
import { epochMs } from '@holdfast/core/units'
import { bodyChunks } from './bodies.ts'

const AT = 1_800_000_000_000

export interface MadSource {
  readonly bytes: number
  readonly series: number
  readonly refused: number
  readonly secondsARound: number
}

export const MAD_LABELS = 1_000_000
export const MAX_SERIES = 10_000

export async function bytesPerSeries(series: number): Promise<number> {
  const before = await usedBytes()
  const { table, reader } = reading(series * 2)
  for (const round of [1, 2, 3]) readBody(reader, table, round, bodyChunks(series, round))
  const bytes = ((await usedBytes()) - before) / series
  // Both are still there.
  readBody(reader, table, 4, bodyChunks(series, 4))
  if (table.size() !== series) throw new Error(`There are ${table.size()} series.`)
  return bytes
}

/** Each round a million series that were never there before. */
export async function madSource(rounds: number): Promise<MadSource> {
  const before = await usedBytes()
  const { table, reader } = reading(MAX_SERIES)
  const { user } = process.cpuUsage()
  for (let round = 1; round <= rounds; round++)
    readBody(reader, table, round, bodyChunks(MAD_LABELS, round, `${round}/`))
  const secondsARound = (process.cpuUsage().user - user) / 1e6 / rounds
  const bytes = (await usedBytes()) - before
  readBody(reader, table, rounds + 1, [])
  return { bytes, series: table.size(), refused: table.faults()['too-many-series'] ?? 0, secondsARound }
}

function reading(maxSeries: number): { readonly table: SeriesTable; readonly reader: TextReader } {
  const table = createSeriesTable({ source: 'bench', maxSeries, latestMs: 60_000 })
  // Those that no rule asks for, which are most.
  table.want(() => false)
  const about = { part: null, instance: null }
  return {
    table,
    reader: createTextReader({ sink: table, about, maxKnown: 200_000, maxKnownBytes: 33_554_432 }),
  }
}

function readBody(reader: TextReader, table: SeriesTable, round: number, chunks: Iterable<Uint8Array>): void {
  const at = AT + round * 15_000
  reader.begin(at, 'prometheus')
  for (const chunk of chunks) reader.write(chunk)
  reader.end()
  table.drain(epochMs(at))
}

const [LEAST_LOOKS, MOST_LOOKS, SETTLES_MS, SETTLED_BYTES] = [3, 40, 50, 10_000] as const

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Once nothing more is given back: what holds bytes outside the heap is let go some time after it was collected. */
export async function usedBytes(): Promise<number> {
  let before = Infinity
  for (let i = 0; i < MOST_LOOKS; i++) {
    collect()
    await sleep(SETTLES_MS)
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    const now = heapUsed + arrayBuffers
    if (i >= LEAST_LOOKS && before - now < SETTLED_BYTES) return now
    before = now
  }
  throw new Error('Memory is given back without end.')
}
