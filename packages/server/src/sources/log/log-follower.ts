/**
 * Follows a log by its name through rotation. What was renamed is read on for a while, since whoever writes it learns of
 * it late; what has the name now is read from its beginning. At first it is followed from its end: what was there before
 * is not told of again.
 */
import { stat } from 'node:fs/promises'
import { SourceError } from '../source.ts'
import {
  followFile,
  identityOf,
  type Chunk,
  type FilePlace,
  type FollowedFile,
  type FollowFrom,
} from './followed-file.ts'

export interface LogFollower extends AsyncDisposable {
  /** Reads what is new; false where more is left than is read at once. Rejects where there is nothing to read from. */
  read(at: number, signal: AbortSignal, take: (chunk: Chunk) => void): Promise<boolean>
  /** How far what has the name now was taken; null before anything was. */
  readonly place: () => FilePlace | null
}

/** In one round; what is left is read in the next one. */
const MAX_ROUND_BYTES = 16 * 1024 * 1024

/** What was renamed is read on until nothing came for so long; nginx is told to open its logs anew within seconds. */
const LEAVING_MS = 60_000
const MAX_LEAVING = 4

interface Leaving {
  readonly file: FollowedFile
  readonly silentSince: number
}

/** `before`: how far it was read in another run; what was written since then is read as well. */
export const createLogFollower = (path: string, before: FilePlace | null = null): LogFollower =>
  new Follower(path, before)

class Follower implements LogFollower {
  readonly #path: string
  #current: FollowedFile | null = null
  #leaving: readonly Leaving[] = []
  /** Where the first file is read from. */
  #first: FollowFrom['from'] | null
  #taken: FilePlace | null = null

  constructor(path: string, before: FilePlace | null) {
    this.#path = path
    this.#first = before ?? 'end'
  }

  place = (): FilePlace | null => this.#taken

  async read(at: number, signal: AbortSignal, take: (chunk: Chunk) => void): Promise<boolean> {
    const why = await this.#lookAtName(at).then(
      () => null,
      (fault: unknown) =>
        `${this.#path} may not be read: ${fault instanceof Error ? fault.message : String(fault)}.`,
    )
    if (this.#first === 'end') this.#first = null
    const files = this.#files()
    const moved = new Set<FollowedFile>()
    let left = MAX_ROUND_BYTES
    for (const file of files) {
      while (left > 0 && !signal.aborted) {
        const chunk = await file.next()
        if (chunk === null) break
        left -= chunk.bytes
        moved.add(file)
        take(chunk)
        if (file === this.#current) this.#taken = file.place()
      }
    }
    const isWhole = left > 0 && !signal.aborted
    await this.#letGo(at, (file) => !isWhole || moved.has(file))
    if (why !== null) throw new SourceError('unreachable', why)
    if (files.length === 0)
      throw new SourceError(
        'unreachable',
        `${this.#path} is not there yet: once it is, it is read from its beginning.`,
      )
    return isWhole
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const files = this.#files()
    this.#leaving = []
    this.#current = null
    await Promise.all(files.map((file) => file[Symbol.asyncDispose]()))
  }

  async #lookAtName(at: number): Promise<void> {
    const named = await stat(this.#path).then(identityOf, () => null)
    if (named !== null && named === this.#current?.identity) return
    // What has its name back is no other file.
    const back = this.#leaving.find(({ file }) => file.identity === named)
    const next = back?.file ?? (await followFile({ path: this.#path, from: this.#first ?? 'beginning' }))
    this.#leaving = this.#leaving.filter((one) => one !== back)
    if (this.#current !== null) this.#leaving = [...this.#leaving, { file: this.#current, silentSince: at }]
    this.#current = next
    if (next === null) return
    this.#first = null
    this.#taken = next.place()
  }

  #files(): readonly FollowedFile[] {
    const leaving = this.#leaving.map(({ file }) => file)
    return this.#current === null ? leaving : [...leaving, this.#current]
  }

  async #letGo(at: number, mayHaveMore: (file: FollowedFile) => boolean): Promise<void> {
    const before = this.#leaving
    this.#leaving = before
      .map((one) => (mayHaveMore(one.file) ? { ...one, silentSince: at } : one))
      .filter(({ silentSince }) => at - silentSince < LEAVING_MS)
      .slice(-MAX_LEAVING)
    const kept = new Set(this.#files())
    for (const { file } of before) if (!kept.has(file)) await file[Symbol.asyncDispose]()
  }
}
