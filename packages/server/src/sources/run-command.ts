/**
 * Runs a declared command once: never through a shell, with nothing of the server's environment but PATH and LANG,
 * in a group of its own that is ended whole. What it writes is kept up to a limit; one that writes more is ended.
 */
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import { SourceError, type CommandReads } from './source.ts'

export interface CommandRun {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly output: Buffer
  /** The beginning of what it wrote to stderr. */
  readonly complaint: string
  readonly tookMs: number
}

/** Nobody's output is longer but by mistake: plug-ins write some lines. */
const MAX_OUTPUT_BYTES = 65_536
const MAX_COMPLAINT_BYTES = 1_024

/** For a program that was asked to end; what does not end by then is killed. */
const GRACE_MS = 500
/** What left the group may hold the pipe for ever: it is not waited for. */
const PIPE_MS = 200

const PASSED_ON = ['PATH', 'LANG'] as const

/** Rejects with a SourceError where it could not be run to its end: `timed-out`, `too-large` or `failed`. */
export async function runCommand(run: CommandReads, signal: AbortSignal): Promise<CommandRun> {
  const [program, ...args] = run.command
  if (program === undefined) throw new SourceError('failed', 'The command is empty: write a program.')
  if (signal.aborted) throw timedOut(program)
  const began = performance.now()
  const child = start(program, args, run)
  const output = collect(child.stdout, MAX_OUTPUT_BYTES)
  const complaint = collect(child.stderr, MAX_COMPLAINT_BYTES)
  const ended = new AbortController()
  const stop = AbortSignal.any([signal, output.full])
  const ending = untilStopped(child, stop, ended.signal)
  try {
    const code = await exitOf(child, run)
    const tookMs = performance.now() - began
    endGroup(child, 'SIGKILL')
    await output.finished()
    if (output.full.aborted)
      throw new SourceError(
        'too-large',
        `${program} wrote more than ${MAX_OUTPUT_BYTES} bytes and was ended: let it write less.`,
      )
    if (signal.aborted) throw timedOut(program)
    return { code, output: output.taken(), complaint: complaint.taken().toString('utf8').trim(), tookMs }
  } finally {
    ended.abort()
    await ending
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

function start(
  program: string,
  args: readonly string[],
  run: CommandReads,
): ChildProcessByStdio<null, Readable, Readable> {
  try {
    return spawn(program, args, {
      cwd: run.directory,
      env: { ...environmentOf(process.env), ...run.environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (fault) {
    throw notStarted(run, fault)
  }
}

const notStarted = (run: CommandReads, fault: unknown): SourceError => {
  const why = fault instanceof Error ? fault.message : String(fault)
  return new SourceError(
    'failed',
    `${run.command[0]} could not be started in ${run.directory}: ${why}. Look whether both are there.`,
  )
}

const timedOut = (program: string): SourceError =>
  new SourceError('timed-out', `${program} did not end in time and was ended: give it a longer timeout.`)

function environmentOf(server: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of PASSED_ON) {
    const value = server[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}

function exitOf(child: ChildProcess, run: CommandReads): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (fault) => reject(notStarted(run, fault)))
    child.once('exit', resolve)
  })
}

/** Ends the whole group once it is to stop: asks first, then kills. */
async function untilStopped(child: ChildProcess, stop: AbortSignal, ended: AbortSignal): Promise<void> {
  await aborted(AbortSignal.any([stop, ended]))
  if (ended.aborted) return
  endGroup(child, 'SIGTERM')
  await Promise.race([aborted(ended), later(GRACE_MS)])
  endGroup(child, 'SIGKILL')
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody of the group is left.
  }
}

interface Collected {
  readonly full: AbortSignal
  readonly taken: () => Buffer
  finished(): Promise<void>
}

function collect(stream: NodeJS.ReadableStream, limit: number): Collected {
  const chunks: Buffer[] = []
  let room = limit
  const full = new AbortController()
  const closed = Promise.withResolvers<void>()
  stream.on('data', (chunk: Buffer) => {
    if (chunk.length > room) full.abort()
    if (room > 0) chunks.push(chunk.subarray(0, room))
    room = Math.max(0, room - chunk.length)
  })
  stream.once('close', closed.resolve)
  stream.once('error', () => closed.resolve())
  return {
    full: full.signal,
    taken: () => Buffer.concat(chunks),
    finished: () => Promise.race([closed.promise, later(PIPE_MS)]),
  }
}

const later = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
