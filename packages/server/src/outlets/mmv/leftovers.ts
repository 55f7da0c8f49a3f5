/** Files that a server left which was killed: its figures would stand for those of a service that may be gone. */
import { closeSync, lstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { HEADER_BYTES, MAGIC, PROCESS_AT } from './format.ts'
import { FILE_PREFIX } from './names.ts'

/** A server that lives writes every few seconds; a number of a process may have passed on to another program. */
const UNWRITTEN_MS = 60_000

export function removeLeftovers(directory: string, now: number): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(FILE_PREFIX) && !name.startsWith(`.${FILE_PREFIX}`)) continue
    const path = join(directory, name)
    if (isLeftover(path, now)) rmSync(path, { force: true })
  }
}

function isLeftover(path: string, now: number): boolean {
  try {
    const status = lstatSync(path)
    if (!status.isFile()) return false
    const writer = writerOf(path)
    if (writer === null) return false
    return now - status.mtimeMs > UNWRITTEN_MS || writer === process.pid || !isAlive(writer)
  } catch {
    // It has gone in the meantime, or is not for us to read.
    return false
  }
}

/** Null for a file of another kind. */
function writerOf(path: string): number | null {
  const descriptor = openSync(path, 'r')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    const count = readSync(descriptor, header, 0, HEADER_BYTES, 0)
    if (count < HEADER_BYTES || header.toString('latin1', 0, 4) !== `${MAGIC}\0`) return null
    return endianness() === 'LE' ? header.readInt32LE(PROCESS_AT) : header.readInt32BE(PROCESS_AT)
  } finally {
    closeSync(descriptor)
  }
}

function isAlive(writer: number): boolean {
  try {
    process.kill(writer, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
