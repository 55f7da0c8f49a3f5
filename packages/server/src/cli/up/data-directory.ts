/**
 * The directory that holds all that outlives the process: store, keys, logs. One server at a time works in
 * it; a lock file names that server, and counts only as long as it lives.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError, problem } from '../../errors/index.ts'
import { identify, isAlive, type ProcessIdentity } from '../../platforms/process/process-identity.ts'

export interface DataDirectory extends AsyncDisposable {
  readonly path: string
  /** Random, made once; marks the processes that belong to this directory. */
  readonly installation: string
}

const LOCK_FILE = 'server.lock'
const INSTALLATION_FILE = 'installation'
const ONLY_THE_USER_ENTERS = 0o700

/** A lock that a dead server left is removed and taken; more tries than this mean that others race for it. */
const TRIES = 3

/** Rejects with a ProblemError of code `already-running` while another server holds the directory. */
export async function takeDataDirectory(path: string): Promise<DataDirectory> {
  await mkdir(path, { recursive: true, mode: ONLY_THE_USER_ENTERS })
  const lock = join(path, LOCK_FILE)
  await takeLock(lock)
  return {
    path,
    installation: await readOrMake(join(path, INSTALLATION_FILE)),
    [Symbol.asyncDispose]: () => rm(lock, { force: true }),
  }
}

async function takeLock(lock: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await createLock(lock)) return
    const holder = await readHolder(lock)
    if (holder !== null && (await isAlive(holder)))
      throw new ProblemError(problem('already-running', `Process ${holder.pid} holds ${lock}.`))
    await rm(lock, { force: true })
  }
  throw new ProblemError(problem('already-running', `Several servers want ${lock} at once.`))
}

async function createLock(lock: string): Promise<boolean> {
  const self = await identify(process.pid)
  try {
    const file = await open(lock, 'wx', 0o600)
    await file.writeFile(JSON.stringify(self))
    await file.close()
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Null when the lock is gone, or was left half written by a server that was killed. */
async function readHolder(lock: string): Promise<ProcessIdentity | null> {
  try {
    const holder: unknown = JSON.parse(await readFile(lock, 'utf8'))
    return typeof holder === 'object' && holder !== null && 'pid' in holder
      ? (holder as ProcessIdentity)
      : null
  } catch {
    return null
  }
}

async function readOrMake(path: string): Promise<string> {
  try {
    await writeFile(path, randomUUID(), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  }
  return (await readFile(path, 'utf8')).trim()
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
