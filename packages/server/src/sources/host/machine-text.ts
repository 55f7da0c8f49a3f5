/** Reads what Linux says of the machine in /proc: memory, disks, network, load and pressure. Pure; what is not said is left out. */

export interface Memory {
  readonly usedBytes: number
  readonly totalBytes: number
}

export interface DiskFigures {
  /** As the kernel numbers it, `8:0`. */
  readonly number: string
  readonly name: string
  readonly readBytes: number
  readonly writtenBytes: number
  /** In which at least one request was under way. */
  readonly busyMs: number
}

export interface NetworkFigures {
  readonly name: string
  readonly receivedBytes: number
  readonly sentBytes: number
}

/** How long work was held up for want of a resource: some of it, or all at once. */
export interface Pressure {
  readonly kind: 'some' | 'full'
  readonly stalledMs: number
}

/** What can be had without swapping is not used, whatever it holds at present. */
export function memoryOf(meminfo: string): Memory | null {
  const bytes = (name: string): number | null => {
    const found = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)
    return found === null ? null : Number(found[1]) * 1_024
  }
  const totalBytes = bytes('MemTotal')
  // Kernels before 3.14 do not say what is available.
  const available = bytes('MemAvailable') ?? sumOrNull([bytes('MemFree'), bytes('Buffers'), bytes('Cached')])
  if (totalBytes === null || totalBytes === 0 || available === null) return null
  return { totalBytes, usedBytes: Math.max(0, totalBytes - available) }
}

const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0)

export const processorsOf = (procStat: string): number => procStat.match(/^cpu\d+ /gm)?.length ?? 0

/** The first of the three: over the last minute. */
export function loadOf(loadavg: string): number | null {
  const load = Number.parseFloat(loadavg)
  return Number.isFinite(load) ? load : null
}

/** The kernel counts in these, whatever the disk does. */
const SECTOR_BYTES = 512

/** In memory, on top of disks that are counted themselves, or put in by hand. */
const NO_DISK = /^(loop|ram|zram|dm-|md|sr|fd)\d/

/** Disks alone: their partitions are part of them. */
export function disksOf(diskstats: string): readonly DiskFigures[] {
  const all = diskstats.split('\n').flatMap((line): readonly DiskFigures[] => {
    const [major, minor, name, , , read, , , , written, , , busy] = line.trim().split(/\s+/)
    const [readBytes, writtenBytes, busyMs] = [
      Number(read) * SECTOR_BYTES,
      Number(written) * SECTOR_BYTES,
      Number(busy),
    ]
    if (name === undefined || Number.isNaN(readBytes + writtenBytes + busyMs)) return []
    return [{ number: `${major}:${minor}`, name, readBytes, writtenBytes, busyMs }]
  })
  const names = new Set(all.map(({ name }) => name))
  return all.filter(({ name }) => !NO_DISK.test(name) && !isPartition(name, names))
}

/** `sda1` beside `sda`, `nvme0n1p2` beside `nvme0n1`; without the disk a partition stands for it. */
function isPartition(name: string, names: ReadonlySet<string>): boolean {
  const [, disk = ''] = /^(.+\d)p\d+$/.exec(name) ?? /^(.*\D)\d+$/.exec(name) ?? []
  return names.has(disk)
}

/** The machine talking to itself, and one end of what its containers say, which goes through others as well. */
const NO_NETWORK = /^(lo$|veth)/

export function networksOf(netDev: string): readonly NetworkFigures[] {
  return netDev.split('\n').flatMap((line): readonly NetworkFigures[] => {
    const [, name = '', figures = ''] = /^\s*(\S+):(.*)$/.exec(line) ?? []
    const [received, , , , , , , , sent] = figures.trim().split(/\s+/).map(Number)
    if (name === '' || NO_NETWORK.test(name) || received === undefined || sent === undefined) return []
    return Number.isNaN(received + sent) ? [] : [{ name, receivedBytes: received, sentBytes: sent }]
  })
}

/** From /proc/pressure/RESOURCE or a group's RESOURCE.pressure. */
export const pressuresOf = (text: string): readonly Pressure[] =>
  [...text.matchAll(/^(some|full) .*total=(\d+)$/gm)].map(([, kind, total]) => ({
    kind: kind === 'full' ? 'full' : 'some',
    stalledMs: Number(total) / 1e3,
  }))
