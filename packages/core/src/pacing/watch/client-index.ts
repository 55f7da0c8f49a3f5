/**
 * Finds the place of a client by its hash: open addressing with linear probing, in five to eight bytes a client. The hashes
 * themselves stand in the table; here are places, each with a few bits of its hash, so that the table is hardly ever read
 * in vain.
 */

/** Growth by a half keeps it between 0.57 and 0.85 full. */
const MOST_FULL = 0.85
const GROWTH = 1.5
const FIRST_CAPACITY = 1_024
/** Of 32 bits: one more than the place, as 0 is empty; above them bits of the hash. */
const PLACE_BITS = 26
const PLACE_MASK = 2 ** PLACE_BITS - 1

export class ClientIndex {
  #entries = new Uint32Array(FIRST_CAPACITY)
  #count = 0
  readonly #hashOf: (place: number) => number
  readonly #restOf: (place: number) => number

  /** It is ordered by one half of a client's hash; the rest tells those apart for whom that is alike. */
  constructor(hashOf: (place: number) => number, restOf: (place: number) => number) {
    this.#hashOf = hashOf
    this.#restOf = restOf
  }

  find(hash: number, rest: number): number | null {
    const entries = this.#entries
    for (let at = this.#home(hash); ; at = this.#after(at)) {
      const entry = entries[at] ?? 0
      if (entry === 0) return null
      const place = (entry & PLACE_MASK) - 1
      if (entryOf(hash, place) !== entry) continue
      if (this.#hashOf(place) === hash && this.#restOf(place) === rest) return place
    }
  }

  add(hash: number, place: number): void {
    if (this.#count + 1 > this.#entries.length * MOST_FULL) this.#grow()
    this.#put(hash, entryOf(hash, place))
    this.#count += 1
  }

  /** Those behind it move up, so that no search ends at the gap. */
  remove(hash: number, place: number): void {
    const entry = entryOf(hash, place)
    let gap = this.#home(hash)
    while (this.#entries[gap] !== entry) {
      if (this.#entries[gap] === 0) return
      gap = this.#after(gap)
    }
    this.#count -= 1
    for (let at = this.#after(gap); ; at = this.#after(at)) {
      const found = this.#entries[at] ?? 0
      if (found === 0) break
      const home = this.#home(this.#hashOf((found & PLACE_MASK) - 1))
      // Only what would be found at the gap as well may move there.
      if (this.#distance(home, gap) > this.#distance(home, at)) continue
      this.#entries[gap] = found
      gap = at
    }
    this.#entries[gap] = 0
  }

  get bytes(): number {
    return this.#entries.byteLength
  }

  #put(hash: number, entry: number): void {
    let at = this.#home(hash)
    while (this.#entries[at] !== 0) at = this.#after(at)
    this.#entries[at] = entry
  }

  #grow(): void {
    const before = this.#entries
    this.#entries = new Uint32Array(Math.ceil(before.length * GROWTH))
    for (const entry of before) if (entry !== 0) this.#put(this.#hashOf((entry & PLACE_MASK) - 1), entry)
  }

  #home(hash: number): number {
    return Math.floor((hash / 2 ** 32) * this.#entries.length)
  }

  #after(at: number): number {
    return at + 1 === this.#entries.length ? 0 : at + 1
  }

  #distance(from: number, to: number): number {
    return to >= from ? to - from : to + this.#entries.length - from
  }
}

/** The bits of the hash are its lowest: the highest say where it stands. */
const entryOf = (hash: number, place: number): number => ((hash << PLACE_BITS) | (place + 1)) >>> 0
