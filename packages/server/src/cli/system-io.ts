/** The one place of the CLI that touches the process: the real arguments, streams, files, clock and network. */
import { readFileSync, statSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { whenSignalled } from './interruption.ts'
import type { FileFacts, Io, Output } from './io.ts'

/** Used where the output has no width of its own, such as a pipe. */
const DEFAULT_COLUMNS = 80

export function systemIo(): Io {
  const interruption = new AbortController()
  let listens = false
  return {
    args: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    system: process.platform,
    nodeVersion: process.versions.node,
    version: ownVersion(),
    get timeZone() {
      return new Intl.DateTimeFormat().resolvedOptions().timeZone
    },
    stdout: output(process.stdout, interruption),
    stderr: output(process.stderr, interruption),
    files: {
      facts,
      readText: (path) => readFile(path, 'utf8'),
      writeText: (path, text) => writeFile(path, text),
      list: async (path) => (await readdir(path)).toSorted(),
    },
    fetch: globalThis.fetch,
    readStdin,
    stdinIsTTY: process.stdin.isTTY,
    now: () => Date.now(),
    sleep,
    untilInterrupted: () => {
      if (!listens) whenSignalled(() => interruption.abort())
      listens = true
      return interruption.signal
    },
    exitWith: (code) => {
      process.exitCode = code
    },
  }
}

/** This file is as deep below the package in src/ as in dist/. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { readonly version: string }
  return version
}

function output(stream: NodeJS.WriteStream, interruption: AbortController): Output {
  let gone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    gone = true
    interruption.abort()
  })
  return {
    write: (text) => {
      if (!gone) stream.write(text)
    },
    get isTTY() {
      return stream.isTTY
    },
    get columns() {
      return stream.isTTY ? stream.columns : DEFAULT_COLUMNS
    },
  }
}

function facts(path: string): FileFacts | null {
  let found
  try {
    found = statSync(path)
  } catch {
    return null
  }
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other'
  return { kind, bytes: found.size, mode: found.mode & 0o777 }
}

async function readStdin(maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new RangeError(`stdin has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
