/** Reads the kernel's small files below a directory that stands for `/`. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Files {
  /** Null where there is none, or it may not be read. */
  read(path: string): Promise<string | null>
  /** The first of them that there is. */
  readFirst(paths: readonly string[]): Promise<string | null>
  /** The process ids below /proc. */
  pids(): Promise<readonly number[]>
}

export function filesBelow(root: string): Files {
  const read = (path: string): Promise<string | null> =>
    readFile(join(root, path), 'latin1').catch(() => null)
  return {
    read,
    async readFirst(paths) {
      for (const path of paths) {
        const text = await read(path)
        if (text !== null) return text
      }
      return null
    },
    async pids() {
      const names = await readdir(join(root, 'proc')).catch(() => [])
      return names.filter((name) => /^\d+$/.test(name)).map(Number)
    },
  }
}
