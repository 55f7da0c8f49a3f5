/**
 * One file that is read on from where it was left. It knows when it was cut and written anew in place, also where it is
 * longer again by then: what stands before its place is no longer what was read there.
 */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

export interface Chunk {
  readonly lines: readonly string[]
  /** Lines that are longer than a line may be; they are passed over. */
  readonly tooLong: number
  readonly bytes: number
}

/** How far a file was read. */
export interface FilePlace {
  readonly identity: string
  readonly place: number
  /** What stands right before it, in base64: it tells whether it is still the same file. */
  readonly before: string
  readonly isSkipping: boolean
}

export interface FollowedFile extends AsyncDisposable {
  /** The same for one file whatever it is called. */
  readonly identity: string
  readonly place: () => FilePlace
  /** What is new, at most a chunk of it; null where there is no more for now. A line that is not ended is left for later. */
  next(): Promise<Chunk | null>
}

/** A longer line is no line of an access log. */
const MAX_LINE_BYTES = 16_384
const CHUNK_BYTES = 262_144

/** Enough of what was read last to know it again: a line's time is in it, or its end. */
const REMEMBERED_BYTES = 64

const NEWLINE = 10

export interface FollowFrom {
  readonly path: string
  /** A place counts where it is of this file; else the file is another one and is read from its beginning. */
  readonly from: 'beginning' | 'end' | FilePlace
}

/** Null where there is no such file. Rejects where it may not be read or is none. */
export async function followFile({ path, from }: FollowFrom): Promise<FollowedFile | null> {
  // Not to wait for whoever writes, should it be a pipe.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(nullWhereMissing)
  if (handle === null) return null
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw new Error('it is no file')
    const file = new Followed(handle, identityOf(stat))
    if (from === 'end') await file.goToEnd(stat.size)
    else if (from !== 'beginning' && from.identity === file.identity) file.goTo(from)
    return file
  } catch (fault) {
    await handle.close()
    throw fault
  }
}

export const identityOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }): string =>
  `${dev}/${ino}`

function nullWhereMissing(fault: unknown): null {
  if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return null
  throw fault
}

class Followed implements FollowedFile {
  readonly identity: string
  readonly #handle: FileHandle
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  #place = 0
  /** What stands right before the place. */
  #before: Buffer = Buffer.alloc(0)
  /** In the middle of a line that is not read. */
  #isSkipping = false

  constructor(handle: FileHandle, identity: string) {
    this.#handle = handle
    this.identity = identity
  }

  async goToEnd(size: number): Promise<void> {
    const from = Math.max(0, size - REMEMBERED_BYTES)
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, size - from, from)
    this.#place = from + bytesRead
    this.#before = Buffer.from(this.#buffer.subarray(0, bytesRead))
    this.#isSkipping = bytesRead > 0 && this.#before.at(-1) !== NEWLINE
  }

  /** Whether what stands before it is what was read there, is looked at before anything is read. */
  goTo({ place, before, isSkipping }: FilePlace): void {
    this.#place = place
    this.#before = Buffer.from(before, 'base64')
    this.#isSkipping = isSkipping
  }

  place = (): FilePlace => ({
    identity: this.identity,
    place: this.#place,
    before: this.#before.toString('base64'),
    isSkipping: this.#isSkipping,
  })

  async next(): Promise<Chunk | null> {
    if (await this.#wasCut()) this.#beginAnew()
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, CHUNK_BYTES, this.#place)
    const read = this.#buffer.subarray(0, bytesRead)
    const begin = this.#isSkipping ? read.indexOf(NEWLINE) + 1 : 0
    if (this.#isSkipping && begin === 0) {
      this.#moveOn(read)
      return bytesRead === 0 ? null : { lines: [], tooLong: 0, bytes: bytesRead }
    }
    this.#isSkipping = false
    const end = read.lastIndexOf(NEWLINE) + 1
    const isRestTooLong = bytesRead - Math.max(begin, end) > MAX_LINE_BYTES
    if (isRestTooLong) this.#isSkipping = true
    const consumed = isRestTooLong ? bytesRead : Math.max(begin, end)
    if (consumed === 0) return null
    const { lines, tooLong } = linesIn(read.subarray(begin, end))
    this.#moveOn(read.subarray(0, consumed))
    return { lines, tooLong: tooLong + (isRestTooLong ? 1 : 0), bytes: consumed }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  async #wasCut(): Promise<boolean> {
    const length = this.#before.length
    if (length === 0) return false
    const there = Buffer.alloc(length)
    const { bytesRead } = await this.#handle.read(there, 0, length, this.#place - length)
    return bytesRead < length || !there.equals(this.#before)
  }

  #beginAnew(): void {
    this.#place = 0
    this.#before = Buffer.alloc(0)
    this.#isSkipping = false
  }

  #moveOn(read: Buffer): void {
    this.#place += read.length
    this.#before =
      read.length < REMEMBERED_BYTES
        ? Buffer.concat([this.#before, read]).subarray(-REMEMBERED_BYTES)
        : Buffer.from(read.subarray(-REMEMBERED_BYTES))
  }
}

function linesIn(text: Buffer): { readonly lines: readonly string[]; readonly tooLong: number } {
  const lines: string[] = []
  let tooLong = 0
  for (const line of text.toString('utf8').split('\n')) {
    if (line.length > MAX_LINE_BYTES) tooLong += 1
    else if (line !== '' && line !== '\r') lines.push(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
  return { lines, tooLong }
}
