/**
 * A table from runs of bytes to small whole numbers, for whoever reads bytes and must not make a text of each to know
 * it again. Its entries are numbered in the order in which they were added. It is bounded: what finds no room is not
 * kept, and whoever asked goes on without.
 */
export interface ByteTable {
  /** The entry of these bytes; NO_ENTRY where there is none. */
  find(bytes: Uint8Array, start: number, end: number): number
  /** Keeps a number for these bytes, in the place of the one before; NO_ENTRY where there is no room. */
  set(bytes: Uint8Array, start: number, end: number, value: number): number
  valueOf(entry: number): number
  /** How long the key of the entry is, where bytes between `start` and `end` begin with it; else NO_ENTRY. */
  begins(entry: number, bytes: Uint8Array, start: number, end: number): number
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
const FIRST_BYTES = 4_096

/** Of each entry: its hash, where its key begins and ends, and its number. */
const ROW = 4

export const createByteTable = (of: ByteTableOf): ByteTable => new OpenTable(of)

class OpenTable implements ByteTable {
  readonly #of: ByteTableOf
  #slots = new Int32Array(FIRST_ENTRIES * 2)
  #rows = new Int32Array(FIRST_ENTRIES * ROW)
  #keys = new Uint8Array(FIRST_BYTES)
  #count = 0
  #used = 0

  constructor(of: ByteTableOf) {
    this.#of = of
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    const found = this.#slots[this.#slotOf(hashOf(bytes, start, end), bytes, start, end)] ?? 0
    return found - 1
  }

  set(bytes: Uint8Array, start: number, end: number, value: number): number {
    const hash = hashOf(bytes, start, end)
    let slot = this.#slotOf(hash, bytes, start, end)
    const found = this.#slots[slot] ?? 0
    if (found > 0) {
      this.#rows[(found - 1) * ROW + 3] = value
      return found - 1
    }
    const length = end - start
    if (this.#count >= this.#of.maxEntries || this.#used + length > this.#of.maxBytes) return NO_ENTRY
    if (slot === NO_ENTRY || (this.#count + 1) * 2 > this.#slots.length) {
      if ((this.#count + 1) * 8 < this.#slots.length) return NO_ENTRY
      this.#widen()
      slot = this.#slotOf(hash, bytes, start, end)
      if (slot === NO_ENTRY) return NO_ENTRY
    }
    const entry = this.#count
    this.#append(bytes.subarray(start, end))
    this.#rows.set([hash, this.#used - length, this.#used, value], entry * ROW)
    this.#slots[slot] = entry + 1
    return entry
  }

  valueOf(entry: number): number {
    return this.#rows[entry * ROW + 3] ?? NO_ENTRY
  }

  begins(entry: number, bytes: Uint8Array, start: number, end: number): number {
    if (entry < 0 || entry >= this.#count) return NO_ENTRY
    const from = this.#rows[entry * ROW + 1] ?? 0
    const length = (this.#rows[entry * ROW + 2] ?? 0) - from
    if (length > end - start) return NO_ENTRY
    return this.#isSame(bytes, start, from, length) ? length : NO_ENTRY
  }

  clear(): void {
    this.#slots = new Int32Array(FIRST_ENTRIES * 2)
    this.#rows = new Int32Array(FIRST_ENTRIES * ROW)
    this.#keys = new Uint8Array(FIRST_BYTES)
    this.#count = 0
    this.#used = 0
  }

  size = (): number => this.#count

  /** The slot that holds these bytes, or in which they would be; NO_ENTRY where too many others are in the way. */
  #slotOf(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots
    const rows = this.#rows
    const mask = slots.length - 1
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const slot = (hash + probe) & mask
      const row = ((slots[slot] ?? 0) - 1) * ROW
      if (row < 0) return slot
      const from = rows[row + 1] ?? 0
      const isSameLength = (rows[row + 2] ?? 0) - from === end - start
      if (rows[row] === hash && isSameLength && this.#isSame(bytes, start, from, end - start)) return slot
    }
    return NO_ENTRY
  }

  /** Keys that follow each other mostly differ near their end. */
  #isSame(bytes: Uint8Array, start: number, from: number, length: number): boolean {
    const keys = this.#keys
    const shift = from - start
    for (let i = start + length - 1; i >= start; i--) if (bytes[i] !== keys[i + shift]) return false
    return true
  }

  #append(key: Uint8Array): void {
    const used = this.#used + key.length
    if (used > this.#keys.length) {
      const wider = new Uint8Array(Math.max(used, Math.min(this.#of.maxBytes, Math.ceil(used * 1.5))))
      wider.set(this.#keys)
      this.#keys = wider
    }
    this.#keys.set(key, this.#used)
    this.#used = used
    this.#count += 1
    if (this.#count * ROW <= this.#rows.length) return
    const room = Math.max(this.#count, Math.min(this.#of.maxEntries, Math.ceil(this.#count * 1.5)))
    const rows = new Int32Array(room * ROW)
    rows.set(this.#rows)
    this.#rows = rows
  }

  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = (this.#rows[entry * ROW] ?? 0) & mask
      while ((slots[slot] ?? 0) !== 0) slot = (slot + 1) & mask
      slots[slot] = entry + 1
    }
    this.#slots = slots
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
