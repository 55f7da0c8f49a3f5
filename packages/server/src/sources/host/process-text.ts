/** Reads what Linux says of one process in /proc/PID. Pure; null wherever a text does not say it. */
import { MS_PER_TICK } from '../../host-text.ts'

export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  readonly session: number
  /** When it started, in ticks since boot: tells it from another one that got its pid later. */
  readonly started: string
  /** On processors: its own, and that of children which ended and which it waited for. */
  readonly processorMs: number
}

export function processStatOf(text: string): ProcessStat | null {
  const end = text.lastIndexOf(')')
  const pid = Number.parseInt(text, 10)
  // Counted from 1, state is field 3; the name before it may hold spaces and parentheses.
  const fields = text.slice(end + 2).split(' ')
  const at = (field: number): number => Number(fields[field - 3])
  const ticks = at(14) + at(15) + at(16) + at(17)
  const started = fields[22 - 3]
  if (end === -1 || started === undefined || Number.isNaN(pid + at(4) + at(6) + ticks)) return null
  return { pid, parent: at(4), session: at(6), started, processorMs: ticks * MS_PER_TICK }
}

/** What of its memory is in the machine's, from /proc/PID/status; a process of the kernel has none. */
export function residentBytesOf(status: string): number | null {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)
  return found === null ? null : Number(found[1]) * 1_024
}

export interface ProcessIo {
  readonly readBytes: number
  readonly writtenBytes: number
}

/** From and to disks, from /proc/PID/io, which only its own user and root may read. */
export function processIoOf(io: string): ProcessIo | null {
  const read = /^read_bytes: (\d+)$/m.exec(io)
  const written = /^write_bytes: (\d+)$/m.exec(io)
  if (read === null || written === null) return null
  return { readBytes: Number(read[1]), writtenBytes: Number(written[1]) }
}
