/** The world outside a command, made of values: files in a record, a server that is a function, a clock that stands. */
import { dirname, join } from 'node:path/posix'
import type { ExitCode, FileFacts, Io } from '../../src/cli/io.ts'

export interface FakeFile {
  readonly text: string
  readonly mode?: number
}

export interface FakeWorld {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** By absolute path. */
  readonly files?: Readonly<Record<string, FakeFile | string>>
  readonly stdin?: string
  readonly isTTY?: boolean
  readonly nodeVersion?: string
  /** Without one nothing listens. */
  readonly server?: (request: Request) => Response | Promise<Response>
  /** Called before each sleep; Ctrl-C is pressed when it gives false. */
  readonly onSleep?: () => boolean
}

export interface FakeRun {
  readonly io: Io
  readonly result: () => { readonly stdout: string; readonly stderr: string; readonly exitCode: ExitCode }
  /** Files that the command wrote, by absolute path. */
  readonly written: ReadonlyMap<string, string>
}

export const NOW: string = '2026-11-27T10:40:00.000Z'

export const HOME: string = '/home/ada'
const CWD = '/home/ada/shop'

export function fakeIo(world: FakeWorld): FakeRun {
  let stdout = ''
  let stderr = ''
  let exitCode: ExitCode = 0
  const written = new Map<string, string>()
  const interruption = new AbortController()
  const io: Io = {
    args: world.args,
    env: world.env ?? {},
    cwd: CWD,
    home: HOME,
    system: 'linux',
    nodeVersion: world.nodeVersion ?? '24.21.0',
    version: '0.1.0',
    timeZone: 'Europe/Vienna',
    stdout: { write: (text) => void (stdout += text), isTTY: world.isTTY ?? false, columns: 100 },
    stderr: { write: (text) => void (stderr += text), isTTY: world.isTTY ?? false, columns: 100 },
    files: fakeFiles(world.files ?? {}, written),
    fetch: fakeFetch(world.server),
    readStdin: () => Promise.resolve(world.stdin ?? ''),
    stdinIsTTY: false,
    now: () => Date.parse(NOW),
    sleep: () => {
      if (world.onSleep?.() !== true) interruption.abort()
      return Promise.resolve()
    },
    untilInterrupted: () => interruption.signal,
    exitWith: (code) => {
      exitCode = code
    },
  }
  return { io, result: () => ({ stdout, stderr, exitCode }), written }
}

function fakeFiles(
  files: Readonly<Record<string, FakeFile | string>>,
  written: Map<string, string>,
): Io['files'] {
  const read = (path: string): FakeFile | undefined => {
    const found = files[path]
    return typeof found === 'string' ? { text: found } : found
  }
  const isDirectory = (path: string): boolean =>
    Object.keys(files).some((name) => name.startsWith(`${path}/`))
  return {
    facts: (path): FileFacts | null => {
      const file = read(path)
      if (file !== undefined)
        return { kind: 'file', bytes: Buffer.byteLength(file.text), mode: file.mode ?? 0o644 }
      return isDirectory(path) ? { kind: 'directory', bytes: 0, mode: 0o755 } : null
    },
    readText: (path) => {
      const file = read(path)
      return file === undefined ? Promise.reject(new Error(`ENOENT: ${path}`)) : Promise.resolve(file.text)
    },
    writeText: (path, text) => {
      if (!isDirectory(dirname(path))) return Promise.reject(new Error(`ENOENT: ${path}`))
      written.set(path, text)
      return Promise.resolve()
    },
    list: (path) => {
      const below = Object.keys(files).filter((name) => name.startsWith(`${path}/`))
      const names = below.map((name) => name.slice(path.length + 1).split('/')[0] ?? '')
      return Promise.resolve([...new Set(names)].toSorted())
    },
  }
}

function fakeFetch(server: FakeWorld['server']): Io['fetch'] {
  return async (input, init) => {
    if (server !== undefined) return server(new Request(input, init))
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    })
  }
}

/** The path of a file in the working directory. */
export function here(name: string): string {
  return join(CWD, name)
}
