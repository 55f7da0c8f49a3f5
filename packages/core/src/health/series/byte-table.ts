/**
 * A table from runs of bytes to small whole numbers, for whoever reads bytes and must not make a text of each to know
 * it again. Its entries are numbered in the order in which they were added, until one is removed: the next that is
 * added takes its number. It is bounded: what finds no room is not kept, and whoever asked goes on without.
 */
import { createByteArena, type ByteArena } from './byte-arena.ts'

export interface ByteTable {
  /** The entry of these bytes; NO_ENTRY where there is none. */
  find(bytes: Uint8Array, start: number, end: number): number
  /** Keeps a number for these bytes, in the place of the one before; NO_ENTRY where there is no room. */
  set(bytes: Uint8Array, start: number, end: number, value: number): number
  valueOf(entry: number): number
  /** How long the key of the entry is, where bytes between `start` and `end` begin with it; else NO_ENTRY. */
  begins(entry: number, bytes: Uint8Array, start: number, end: number): number
  /** The key of an entry, to be read at once. */
  keyOf(entry: number): Uint8Array
  has(entry: number): boolean
  remove(entry: number): void
  entries(): Iterable<number>
  clear(): void
  readonly size: () => number
}

export interface ByteTableOf {
  readonly maxEntries: number
  /** Of all keys together. */
  readonly maxBytes: number
}

export const NO_ENTRY = -1

/** Keys that were chosen to collide are not looked for without end. */
const MAX_PROBES = 64

const FIRST_ENTRIES = 64

/** Of each entry: its hash, where its key is, how long that is, and its number. A removed one has the next such. */
const ROW = 4
const [HASH, AT, LENGTH, VALUE] = [0, 1, 2, 3] as const

/** So much of removed keys is kept until all are moved together. */
const MOST_WASTED = 65_536

export const createByteTable = (of: ByteTableOf): ByteTable => new OpenTable(of)

class OpenTable implements ByteTable {
  readonly #of: ByteTableOf
  #slots = new Int32Array(FIRST_ENTRIES * 2)
  #rows = new Int32Array(FIRST_ENTRIES * ROW)
  #keys: ByteArena = createByteArena()
  /** Entries that were ever numbered, and how many of them are removed. */
  #numbered = 0
  #removed = 0
  /** The entry that was removed last. */
  #free = NO_ENTRY
  #wasted = 0

  constructor(of: ByteTableOf) {
    this.#of = of
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    const slot = this.#slotOf(hashOf(bytes, start, end), bytes, start, end)
    return slot === NO_ENTRY ? NO_ENTRY : (this.#slots[slot] ?? 0) - 1
  }

  set(bytes: Uint8Array, start: number, end: number, value: number): number {
    const hash = hashOf(bytes, start, end)
    let slot = this.#slotOf(hash, bytes, start, end)
    const found = slot === NO_ENTRY ? NO_ENTRY : (this.#slots[slot] ?? 0) - 1
    if (found !== NO_ENTRY) {
      this.#rows[found * ROW + VALUE] = value
      return found
    }
    if (!this.#hasRoomFor(end - start)) return NO_ENTRY
    if (slot === NO_ENTRY || (this.size() + 1) * 2 > this.#slots.length) {
      // It is not for want of room that they are in the way of each other.
      if ((this.size() + 1) * 8 < this.#slots.length) return NO_ENTRY
      this.#widen()
      slot = this.#slotOf(hash, bytes, start, end)
      if (slot === NO_ENTRY) return NO_ENTRY
    }
    const entry = this.#nextEntry()
    const row = entry * ROW
    this.#rows[row + HASH] = hash
    this.#rows[row + AT] = this.#keys.add(bytes, start, end)
    this.#rows[row + LENGTH] = end - start
    this.#rows[row + VALUE] = value
    this.#slots[slot] = entry + 1
    return entry
  }

  valueOf(entry: number): number {
    return this.#rows[entry * ROW + VALUE] ?? NO_ENTRY
  }

  begins(entry: number, bytes: Uint8Array, start: number, end: number): number {
    if (entry < 0 || entry >= this.#numbered) return NO_ENTRY
    const length = this.#rows[entry * ROW + LENGTH] ?? 0
    if (length > end - start || length < 0) return NO_ENTRY
    return this.#keys.isSame(this.#rows[entry * ROW + AT] ?? 0, bytes, start, length) ? length : NO_ENTRY
  }

  keyOf(entry: number): Uint8Array {
    return this.#keys.read(this.#rows[entry * ROW + AT] ?? 0, this.#rows[entry * ROW + LENGTH] ?? 0)
  }

  has(entry: number): boolean {
    return entry >= 0 && entry < this.#numbered && (this.#rows[entry * ROW + LENGTH] ?? NO_ENTRY) >= 0
  }

  remove(entry: number): void {
    if (!this.has(entry)) return
    const row = entry * ROW
    const length = this.#rows[row + LENGTH] ?? 0
    this.#vacate(entry)
    this.#rows[row + LENGTH] = NO_ENTRY
    this.#rows[row + VALUE] = this.#free
    this.#free = entry
    this.#removed += 1
    this.#wasted += length
    if (this.#wasted > MOST_WASTED && this.#wasted * 2 > this.#keys.used()) this.#gather()
  }

  *entries(): Iterable<number> {
    for (let entry = 0; entry < this.#numbered; entry++)
      if ((this.#rows[entry * ROW + LENGTH] ?? NO_ENTRY) >= 0) yield entry
  }

  clear(): void {
    this.#slots = new Int32Array(FIRST_ENTRIES * 2)
    this.#rows = new Int32Array(FIRST_ENTRIES * ROW)
    this.#keys = createByteArena()
    this.#numbered = 0
    this.#removed = 0
    this.#free = NO_ENTRY
    this.#wasted = 0
  }

  size = (): number => this.#numbered - this.#removed

  /** The slot that holds these bytes, or in which they would be; NO_ENTRY where too many others are in the way. */
  #slotOf(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots
    const rows = this.#rows
    const mask = slots.length - 1
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const slot = (hash + probe) & mask
      const row = ((slots[slot] ?? 0) - 1) * ROW
      if (row < 0) return slot
      const mayBe = rows[row + HASH] === hash && rows[row + LENGTH] === end - start
      if (mayBe && this.#keys.isSame(rows[row + AT] ?? 0, bytes, start, end - start)) return slot
    }
    return NO_ENTRY
  }

  #hasRoomFor(length: number): boolean {
    const used = this.#keys.used() - this.#wasted + length
    return this.size() < this.#of.maxEntries && used <= this.#of.maxBytes && this.#keys.fits(length)
  }

  #nextEntry(): number {
    const freed = this.#free
    if (freed !== NO_ENTRY) {
      this.#free = this.valueOf(freed)
      this.#removed -= 1
      return freed
    }
    this.#numbered += 1
    if (this.#numbered * ROW > this.#rows.length) {
      const rows = new Int32Array(Math.ceil(this.#numbered * 1.25) * ROW)
      rows.set(this.#rows)
      this.#rows = rows
    }
    return this.#numbered - 1
  }

  /** Empties the slot of an entry, and moves up those behind it that would not be found any more. */
  #vacate(entry: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    const homeOf = (slot: number): number => (this.#rows[((slots[slot] ?? 0) - 1) * ROW + HASH] ?? 0) & mask
    let hole = (this.#rows[entry * ROW + HASH] ?? 0) & mask
    while (slots[hole] !== entry + 1) hole = (hole + 1) & mask
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const isBehindHole = ((slot - homeOf(slot)) & mask) >= ((slot - hole) & mask)
      if (!isBehindHole) continue
      slots[hole] = slots[slot] ?? 0
      hole = slot
    }
    slots[hole] = 0
  }

  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let entry = 0; entry < this.#numbered; entry++) {
      if ((this.#rows[entry * ROW + LENGTH] ?? 0) < 0) continue
      let slot = (this.#rows[entry * ROW + HASH] ?? 0) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry + 1
    }
    this.#slots = slots
  }

  #gather(): void {
    const keys = createByteArena()
    for (let entry = 0; entry < this.#numbered; entry++) {
      if ((this.#rows[entry * ROW + LENGTH] ?? 0) < 0) continue
      const key = this.keyOf(entry)
      this.#rows[entry * ROW + AT] = keys.add(key, 0, key.length)
    }
    this.#keys = keys
    this.#wasted = 0
  }
}

/** Four bytes at a time; the last step mixes high bits into those that choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x9e3779b9 ^ (end - start)
  let i = start
  for (; i + 4 <= end; i += 4) {
    const word =
      (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, 0x5bd1e995)
    hash ^= hash >>> 15
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
