/** What series take in memory: those that a target really has, and those that one gone mad makes up. */
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

export function bytesPerSeries(series: number): number {
  const before = usedBytes()
  const { table, reader } = reading(series * 2)
  for (const round of [1, 2, 3]) readBody(reader, table, round, bodyChunks(series, round))
  const bytes = (usedBytes() - before) / series
  // Both are still there.
  readBody(reader, table, 4, bodyChunks(series, 4))
  if (table.size() !== series) throw new Error(`There are ${table.size()} series.`)
  return bytes
}

/** Each round a million series that were never there before. */
export function madSource(rounds: number): MadSource {
  const before = usedBytes()
  const { table, reader } = reading(MAX_SERIES)
  const { user } = process.cpuUsage()
  for (let round = 1; round <= rounds; round++)
    readBody(reader, table, round, bodyChunks(MAD_LABELS, round, `${round}/`))
  const secondsARound = (process.cpuUsage().user - user) / 1e6 / rounds
  const bytes = usedBytes() - before
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

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function usedBytes(): number {
  for (let i = 0; i < 4; i++) collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
