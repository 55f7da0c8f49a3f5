/**
 * Tells processes apart beyond their pid, which the kernel gives out again: by when they started, and by
 * the marks in the environment that everything we start carries and passes on to what it starts itself.
 *
 * Linux says all this in /proc. Elsewhere (macOS) `ps` says when a process started, but nobody tells the
 * environment of a process: there only a pid that was recorded is found again.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

export interface ProcessIdentity {
  readonly pid: number
  /** Opaque; equal only for the same process of the same boot. */
  readonly started: string
}

/** A process that carries the mark of an installation. */
export interface MarkedProcess {
  readonly pid: number
  readonly group: number
  readonly started: string
  readonly run: string
}

export const INSTALLATION_MARK = 'HOLDFAST_INSTALLATION'
/** Names one start of one instance; recorded before the process exists, so that it explains it later. */
export const RUN_MARK = 'HOLDFAST_RUN'

interface ProcessStat {
  readonly state: string
  readonly group: number
  readonly started: string
}

const hasProc = existsSync('/proc/self/stat')

/** Files of /proc that are read at once: enough to be quick, few enough to leave descriptors to others. */
const READ_AT_ONCE = 64

/** Null when there is no such process any more; one that only waits to be reaped is no more. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  if (!hasProc) return identifyByPs(pid)
  const stat = livingStat(readNowOrNull(`/proc/${pid}/stat`))
  return stat === null ? null : { pid, started: stat.started }
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.started === identity.started
}

/** All living processes that this installation started, directly or by what it started. */
export async function findMarked(installation: string): Promise<readonly MarkedProcess[]> {
  return collect(async (pid) => {
    const environment = await readOrNull(`/proc/${pid}/environ`)
    if (environment === null || !environment.includes(`${INSTALLATION_MARK}=${installation}\0`)) return null
    const stat = await readStat(pid)
    if (stat === null) return null
    const run = environment.split('\0').find((entry) => entry.startsWith(`${RUN_MARK}=`))
    return { pid, group: stat.group, started: stat.started, run: run?.slice(RUN_MARK.length + 1) ?? '' }
  })
}

/** Whether a process of the group still runs. */
export async function groupLives(group: number): Promise<boolean> {
  if (!signal(-group, 0)) return false
  if (!hasProc) return true
  // The kernel also counts members that have ended and were not reaped; those cannot end any more.
  const members = await collect(async (pid) => ((await readStat(pid))?.group === group ? pid : null))
  return members.length > 0
}

/** False when there was nobody to signal. A negative pid names a group. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

async function collect<T>(read: (pid: number) => Promise<T | null>): Promise<readonly T[]> {
  if (!hasProc) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found: T[] = []
  for (let at = 0; at < pids.length; at += READ_AT_ONCE) {
    const results = await Promise.all(pids.slice(at, at + READ_AT_ONCE).map(read))
    found.push(...results.filter((result) => result !== null))
  }
  return found
}

async function readStat(pid: number): Promise<ProcessStat | null> {
  return livingStat(await readOrNull(`/proc/${pid}/stat`))
}

function livingStat(text: string | null): ProcessStat | null {
  const stat = text === null ? null : parseStat(text)
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null
  return { ...stat, started: `${bootId()}/${stat.started}` }
}

/** Reads /proc/PID/stat: the name in parentheses may itself hold spaces and parentheses. */
export function parseStat(text: string): ProcessStat | null {
  const [state, , group, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  // Field 22 of the line, counted from 1; fields 1 to 5 are cut off here.
  const started = rest[22 - 6]
  if (state === undefined || group === undefined || started === undefined) return null
  return { state, group: Number(group), started }
}

let knownBootId: string | null = null

/** Start times count from boot: without it, a process could be taken for one from before a restart of the machine. */
function bootId(): string {
  knownBootId ??= readNowOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  return knownBootId
}

async function identifyByPs(pid: number): Promise<ProcessIdentity | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    const [state = '', ...started] = stdout.trim().split(/\s+/)
    return started.length === 0 || state.startsWith('Z') ? null : { pid, started: started.join(' ') }
  } catch {
    return null
  }
}

/** Processes end while they are read, and those of other users may not be read: neither is ours to see. */
async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1')
  } catch {
    return null
  }
}

/** For one small file of the kernel's own memory, where the way through a thread would cost far more than the reading. */
export function readNowOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}
