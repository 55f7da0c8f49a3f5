/** Tells of the processes in one cgroup of either version. */
import { figureOf } from '../../host-text.ts'
import { SourceError } from '../source.ts'
import type { Telling } from '../telling.ts'
import type { Files } from './files.ts'
import { ioServiceBytesOf, ioStatOf, type GroupDiskFigures } from './group-text.ts'
import { disksOf } from './machine-text.ts'
import { tellPressure } from './tell-machine.ts'

const TOP = 'sys/fs/cgroup'

/** Rejects where there is no such group. */
export async function tellGroup(files: Files, telling: Telling, group: string): Promise<void> {
  if (group.split('/').includes('..'))
    throw new SourceError('failed', `The cgroup ${group} is not below /${TOP}: write its path without "..".`)
  const isVersion2 = (await files.read(`${TOP}/cgroup.controllers`)) !== null
  const isThere = isVersion2
    ? await tellVersion2(files, telling, group)
    : await tellVersion1(files, telling, group)
  if (!isThere)
    throw new SourceError(
      'unreachable',
      `There is no cgroup ${group} below /${TOP}: look how it is called there.`,
    )
}

async function tellVersion2(files: Files, telling: Telling, group: string): Promise<boolean> {
  const stat = await files.read(`${TOP}/${group}/cpu.stat`)
  if (stat === null) return false
  tellSeconds(telling, 'container.cpu.time', figureOf(stat, 'usage_usec'), 1e6)
  tellSeconds(telling, 'container.cpu.throttled.time', figureOf(stat, 'throttled_usec'), 1e6)
  tellMemory(telling, await files.read(`${TOP}/${group}/memory.current`))
  await tellDisks(files, telling, ioStatOf((await files.read(`${TOP}/${group}/io.stat`)) ?? ''))
  await tellPressure(telling, (resource) => files.read(`${TOP}/${group}/${resource}.pressure`))
  return true
}

/** Each controller has a hierarchy of its own, some of them together. */
async function tellVersion1(files: Files, telling: Telling, group: string): Promise<boolean> {
  const below = (controllers: readonly string[], file: string): Promise<string | null> =>
    files.readFirst(controllers.map((controller) => `${TOP}/${controller}/${group}/${file}`))
  const used = await below(['cpuacct', 'cpu,cpuacct', 'cpuacct,cpu'], 'cpuacct.usage')
  const stat = await below(['cpu', 'cpu,cpuacct', 'cpuacct,cpu'], 'cpu.stat')
  const memory = await below(['memory'], 'memory.usage_in_bytes')
  // Where both are there, this one counts the groups within as well.
  const whole = await below(['blkio'], 'blkio.throttle.io_service_bytes_recursive')
  const disks = whole ?? (await below(['blkio'], 'blkio.throttle.io_service_bytes'))
  if (used === null && stat === null && memory === null && disks === null) return false
  tellSeconds(telling, 'container.cpu.time', numberIn(used), 1e9)
  tellSeconds(telling, 'container.cpu.throttled.time', figureOf(stat ?? '', 'throttled_time'), 1e9)
  tellMemory(telling, memory)
  await tellDisks(files, telling, ioServiceBytesOf(disks ?? ''))
  return true
}

function tellSeconds(telling: Telling, name: string, value: number | null, aSecond: number): void {
  if (value !== null) telling.counter(name, value / aSecond, 's')
}

function tellMemory(telling: Telling, text: string | null): void {
  const bytes = numberIn(text)
  if (bytes !== null) telling.gauge('container.memory.usage', bytes, 'By')
}

function numberIn(text: string | null): number | null {
  const number = Number.parseInt(text ?? '', 10)
  return Number.isNaN(number) ? null : number
}

/** A group counts what passes a volume, and again what that made of it on its disk: disks alone are told. */
async function tellDisks(
  files: Files,
  telling: Telling,
  figures: readonly GroupDiskFigures[],
): Promise<void> {
  if (figures.length === 0) return
  const names = new Map(
    disksOf((await files.read('proc/diskstats')) ?? '').map(({ number, name }) => [number, name]),
  )
  for (const { number, readBytes, writtenBytes } of figures) {
    const name = names.get(number)
    if (name === undefined) continue
    telling.counter('container.disk.io', readBytes, 'By', {
      'system.device': name,
      'disk.io.direction': 'read',
    })
    telling.counter('container.disk.io', writtenBytes, 'By', {
      'system.device': name,
      'disk.io.direction': 'write',
    })
  }
}
