/**
 * What instances write, one file each: DIRECTORY/SERVICE/PART/ID.log. Instances append to the file
 * themselves, so that they go on writing when the server ends. A file over its limit is copied to ID.log.1
 * and cut to nothing: as it is only ever appended to, its writers go on at the new end. What is written
 * between the copy and the cut is lost, which is the price of not asking every program to reopen its log.
 */
import { mkdir, open, readdir, rm, stat, truncate, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstanceId, PartName, ServiceName } from '@holdfast/core/units'

export interface LogLimits {
  /** Of one file; an instance has at most two of them. */
  readonly fileBytes: number
  /** Of all files of instances that are gone; the oldest are removed first. */
  readonly goneBytes: number
  readonly goneFiles: number
}

const LOG_LIMITS: LogLimits = {
  fileBytes: 5 * 1024 * 1024,
  goneBytes: 100 * 1024 * 1024,
  // Instances that write next to nothing would otherwise leave files without end.
  goneFiles: 500,
}

export interface LogOf {
  readonly id: InstanceId
  readonly service: ServiceName
  readonly part: PartName
}

/** A last line that is longer is cut in what an instance says. */
const LAST_LINE_CHARACTERS = 200
const LAST_LINE_BYTES = 4_096

export interface InstanceLogs {
  /** Opens an instance's log for its process to append to. */
  append(instance: LogOf): Promise<FileHandle>
  /** Copies and cuts the log when it is over its limit; true when it was. */
  rotate(instance: LogOf): Promise<boolean>
  /** The last whole lines within so many bytes; null when there is no log of it. */
  tail(id: InstanceId, bytes: number): Promise<string | null>
  lastLine(instance: LogOf): Promise<string>
  /** Of the instances that are not among the known ones, removes the oldest logs beyond the limits. */
  prune(known: ReadonlySet<string>): Promise<void>
}

export function createInstanceLogs(directory: string, limits: LogLimits = LOG_LIMITS): InstanceLogs {
  const pathOf = (log: LogOf): string => join(directory, log.service, log.part, `${log.id}.log`)
  return {
    async append(log) {
      await mkdir(join(directory, log.service, log.part), { recursive: true })
      return open(pathOf(log), 'a', 0o600)
    },
    async rotate(log) {
      const path = pathOf(log)
      if ((await sizeOf(path)) <= limits.fileBytes) return false
      try {
        await writeFile(`${path}.1`, (await readEnd(path, limits.fileBytes)).bytes, { mode: 0o600 })
      } finally {
        // Also when the copy did not succeed: on a full disk this is what makes room.
        await truncate(path)
      }
      return true
    },
    async tail(id, bytes) {
      const files = await listFiles(directory)
      const paths = files.filter((file) => file.id === id).map((file) => file.path)
      if (paths.length === 0) return null
      // ID.log.1 sorts behind ID.log and is older.
      return tailOf(paths.sort().toReversed(), bytes)
    },
    async lastLine(log) {
      const lines = (await tailOf([pathOf(log)], LAST_LINE_BYTES)).trimEnd().split('\n')
      return (lines.at(-1) ?? '').trim().slice(0, LAST_LINE_CHARACTERS)
    },
    async prune(known) {
      const gone = (await listFiles(directory)).filter((file) => !known.has(file.id))
      const sized = await Promise.all(gone.map(({ path }) => sizeAndAge(path)))
      let kept = 0
      let keptBytes = 0
      for (const file of sized.sort((a, b) => b.changedMs - a.changedMs)) {
        kept += 1
        keptBytes += file.size
        if (kept > limits.goneFiles || keptBytes > limits.goneBytes) await rm(file.path, { force: true })
      }
    },
  }
}

interface LogFile {
  readonly path: string
  readonly id: string
}

async function listFiles(directory: string): Promise<readonly LogFile[]> {
  let names: readonly string[]
  try {
    names = await readdir(directory, { recursive: true })
  } catch {
    return []
  }
  return names.flatMap((name) => {
    const id = /([^/]+)\.log(?:\.1)?$/.exec(name)?.[1]
    return id === undefined ? [] : [{ path: join(directory, name), id }]
  })
}

/** Of files from old to new. Cut at a line's start, so that no character is cut in two. */
async function tailOf(paths: readonly string[], bytes: number): Promise<string> {
  const ends: Buffer[] = []
  let wanted = bytes
  let whole = true
  for (const path of paths.toReversed()) {
    const end = await readEnd(path, wanted)
    ends.unshift(end.bytes)
    wanted -= end.bytes.length
    whole = end.whole
    if (wanted <= 0) break
  }
  const text = Buffer.concat(ends)
  const firstLineEnd = text.indexOf('\n')
  return (whole || firstLineEnd === -1 ? text : text.subarray(firstLineEnd + 1)).toString('utf8')
}

async function readEnd(
  path: string,
  bytes: number,
): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch {
    return { bytes: Buffer.alloc(0), whole: true }
  }
  try {
    const { size } = await file.stat()
    const length = Math.min(size, bytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return { bytes: buffer.subarray(0, bytesRead), whole: length === size }
  } finally {
    await file.close()
  }
}

const sizeOf = async (path: string): Promise<number> => (await sizeAndAge(path)).size

interface SizeAndAge {
  readonly path: string
  readonly size: number
  readonly changedMs: number
}

async function sizeAndAge(path: string): Promise<SizeAndAge> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { path, size, changedMs: mtimeMs }
  } catch {
    return { path, size: 0, changedMs: 0 }
  }
}
