/**
 * The clients of one watch in typed arrays: 48 bytes and four for each parameter, and five to eight for finding them. Grows by
 * chunks, so that nothing is copied and what has changed can be stored chunk by chunk. It knows nothing of what records mean.
 */
import { ClientIndex } from './client-index.ts'
import { readRecord, RECORD_BYTES, writeRecord, type ClientRecord } from './client-record.ts'
import type { IdHash } from './id-hash.ts'
import { BYTES_PER_VALUE, type PackedAt } from './packed-values.ts'

export const CLIENTS_PER_CHUNK = 4_096
const HASH_BYTES = 8
/** Where a place was given up its hash is no client's. */
const NOBODY = 0

interface Chunk {
  readonly view: DataView
  changed: boolean
}

export class ClientTable {
  readonly #stride: number
  readonly #chunks: Chunk[] = []
  readonly #free: number[] = []
  readonly #index: ClientIndex
  #places = 0
  #nextTaken = 0

  constructor(parameters: number) {
    this.#stride = HASH_BYTES + RECORD_BYTES + parameters * BYTES_PER_VALUE
    this.#index = new ClientIndex(
      (place) => this.#low(place),
      (place) => this.#high(place),
    )
  }

  get size(): number {
    return this.#places - this.#free.length
  }

  /** Places that were ever taken: those of clients and those that are free again. */
  get places(): number {
    return this.#places
  }

  get bytes(): number {
    return this.#chunks.length * CLIENTS_PER_CHUNK * this.#stride + this.#index.bytes
  }

  find(id: IdHash): number | null {
    return this.#index.find(someone(id.low), id.high)
  }

  /** Takes a place for a client that has none; its record is to be written before anything else is asked. */
  add(id: IdHash): number {
    const place = this.#free.pop() ?? this.#take()
    const { view, offset } = this.#at(place)
    view.setUint32(offset, someone(id.low), true)
    view.setUint32(offset + 4, id.high, true)
    this.#index.add(someone(id.low), place)
    return place
  }

  remove(place: number): void {
    this.#index.remove(this.#low(place), place)
    const { view, offset } = this.#at(place)
    view.setUint32(offset, NOBODY, true)
    this.#mark(place)
    this.#free.push(place)
  }

  /** Null for a place that is free. */
  read(place: number): ClientRecord | null {
    const { view, offset } = this.#at(place)
    if (view.getUint32(offset, true) === NOBODY) return null
    return readRecord({ view, offset: offset + HASH_BYTES })
  }

  write(place: number, record: ClientRecord): void {
    const { view, offset } = this.#at(place)
    writeRecord(record, { view, offset: offset + HASH_BYTES })
    this.#mark(place)
  }

  /** Where the values of a client are. */
  valuesAt(place: number): PackedAt {
    const { view, offset } = this.#at(place)
    return { view, offset: offset + HASH_BYTES + RECORD_BYTES }
  }

  /** Numbers of chunks that have changed since they were last taken, in turn; they count as taken. */
  takeChanged(most: number): readonly number[] {
    const taken: number[] = []
    const from = this.#nextTaken
    for (let i = 0; i < this.#chunks.length && taken.length < most; i += 1) {
      const number = (from + i) % this.#chunks.length
      const chunk = this.#chunks[number]
      if (chunk?.changed !== true) continue
      chunk.changed = false
      taken.push(number)
      this.#nextTaken = number + 1
    }
    return taken
  }

  /** What was taken could not be stored: it is to be taken again. */
  giveBack(numbers: readonly number[]): void {
    for (const number of numbers) {
      const chunk = this.#chunks[number]
      if (chunk !== undefined) chunk.changed = true
    }
  }

  chunk(number: number): Uint8Array {
    const view = this.#chunks[number]?.view
    if (view === undefined) throw new RangeError(`There is no chunk ${number}.`)
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  }

  /** Takes over chunks as they were stored, in order; false where they are of another length. */
  restore(chunks: readonly Uint8Array[]): boolean {
    const length = CLIENTS_PER_CHUNK * this.#stride
    if (chunks.some((chunk) => chunk.byteLength !== length)) return false
    for (const bytes of chunks) {
      this.#chunks.push({ view: new DataView(bytes.slice().buffer), changed: false })
      for (let i = 0; i < CLIENTS_PER_CHUNK; i += 1) {
        const place = this.#places
        this.#places += 1
        if (this.#low(place) === NOBODY) this.#free.push(place)
        else this.#index.add(this.#low(place), place)
      }
    }
    return true
  }

  /** Takes over another table's clients; of each parameter here `from` says which one it was there, null for none. */
  adopt(other: ClientTable, from: readonly (number | null)[]): void {
    for (let place = 0; place < other.places; place += 1) {
      const record = other.read(place)
      if (record === null) continue
      const into = this.add({ low: other.#low(place), high: other.#high(place) })
      const [old, own] = [other.valuesAt(place), this.valuesAt(into)]
      let present = 0
      for (const [index, before] of from.entries()) {
        if (before === null || (record.present & (1 << before)) === 0) continue
        present |= 1 << index
        const word = old.view.getUint32(old.offset + before * BYTES_PER_VALUE, true)
        own.view.setUint32(own.offset + index * BYTES_PER_VALUE, word, true)
      }
      this.write(into, { ...record, present })
    }
  }

  #take(): number {
    const place = this.#places
    if (place === this.#chunks.length * CLIENTS_PER_CHUNK)
      this.#chunks.push({
        view: new DataView(new ArrayBuffer(CLIENTS_PER_CHUNK * this.#stride)),
        changed: true,
      })
    this.#places += 1
    return place
  }

  #at(place: number): PackedAt {
    const chunk = this.#chunks[Math.floor(place / CLIENTS_PER_CHUNK)]
    if (chunk === undefined) throw new RangeError(`There is no place ${place}.`)
    return { view: chunk.view, offset: (place % CLIENTS_PER_CHUNK) * this.#stride }
  }

  #mark(place: number): void {
    const chunk = this.#chunks[Math.floor(place / CLIENTS_PER_CHUNK)]
    if (chunk !== undefined) chunk.changed = true
  }

  // These two are asked several times for each search: nothing is allocated.
  #low(place: number): number {
    const chunk = this.#chunks[Math.floor(place / CLIENTS_PER_CHUNK)]
    return chunk === undefined
      ? NOBODY
      : chunk.view.getUint32((place % CLIENTS_PER_CHUNK) * this.#stride, true)
  }

  #high(place: number): number {
    const chunk = this.#chunks[Math.floor(place / CLIENTS_PER_CHUNK)]
    return chunk === undefined
      ? NOBODY
      : chunk.view.getUint32((place % CLIENTS_PER_CHUNK) * this.#stride + 4, true)
  }
}

const someone = (low: number): number => (low === NOBODY ? 1 : low)
