/** Tells of instances by their processes: each one's own and all that it started. */
import type { SeriesSink } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'
import type { SourceInstance } from '../source.ts'
import { tellingOf } from '../telling.ts'
import type { Files } from './files.ts'
import type { Growth } from './growth.ts'
import { processIoOf, processStatOf, residentBytesOf, type ProcessStat } from './process-text.ts'
import { membersOf } from './process-tree.ts'

export interface InstancesOf {
  readonly files: Files
  readonly growth: Growth
  readonly sink: SeriesSink
  readonly at: EpochMs
}

/** Enough to be quick, few enough to leave descriptors to others. */
const READ_AT_ONCE = 64

export async function tellInstances(instances: readonly SourceInstance[], of: InstancesOf): Promise<void> {
  const withProcess = instances.flatMap((one) => (one.pid === null ? [] : [{ ...one, pid: one.pid }]))
  if (withProcess.length > 0) {
    const read = (pid: number): Promise<string | null> => of.files.read(`proc/${pid}/stat`)
    const stats = await inLanes(await of.files.pids(), async (pid) => processStatOf((await read(pid)) ?? ''))
    const processes = stats.filter((stat) => stat !== null)
    for (const instance of withProcess) await tellOne(instance, membersOf(instance.pid, processes), of)
  }
  const ids = new Set(withProcess.map(({ id }) => id as string))
  of.growth.keep((key) => ids.has(key.split(' ')[0] ?? ''))
}

async function tellOne(
  { id, part, pid }: SourceInstance,
  members: readonly ProcessStat[],
  { files, growth, sink, at }: InstancesOf,
): Promise<void> {
  const lead = members.find((one) => one.pid === pid)
  if (lead === undefined) return
  const telling = tellingOf({ sink, about: { part, instance: id }, at })
  const grown = (what: string, total: number): number =>
    growth.grown(`${id} ${what}`, `${pid}/${lead.started}`, total)
  const processorMs = sumOf(members, ({ processorMs }) => processorMs)
  telling.counter('process.cpu.time', grown('cpu', processorMs) / 1e3, 's')
  const resident = await inLanes(members, async (one) =>
    residentBytesOf((await files.read(`proc/${one.pid}/status`)) ?? ''),
  )
  telling.gauge(
    'process.memory.usage',
    sumOf(resident, (bytes) => bytes ?? 0),
    'By',
  )
  const io = await inLanes(members, async (one) =>
    processIoOf((await files.read(`proc/${one.pid}/io`)) ?? ''),
  )
  // Of another user's processes nothing is known.
  if (io.every((one) => one === null)) return
  const read = grown(
    'read',
    sumOf(io, (one) => one?.readBytes ?? 0),
  )
  const written = grown(
    'write',
    sumOf(io, (one) => one?.writtenBytes ?? 0),
  )
  telling.counter('process.disk.io', read, 'By', { 'disk.io.direction': 'read' })
  telling.counter('process.disk.io', written, 'By', { 'disk.io.direction': 'write' })
}

const sumOf = <T>(all: readonly T[], valueOf: (one: T) => number): number =>
  all.reduce((sum, one) => sum + valueOf(one), 0)

async function inLanes<T, R>(all: readonly T[], read: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += READ_AT_ONCE)
    results.push(...(await Promise.all(all.slice(at, at + READ_AT_ONCE).map(read))))
  return results
}
