/**
 * Finds the place of a client by its hash: open addressing with linear probing, in five to eight bytes a client. The hashes
 * themselves stand in the table; here are places alone.
 */

/** Growth by a half keeps it between 0.57 and 0.85 full. */
const MOST_FULL = 0.85
const GROWTH = 1.5
const FIRST_CAPACITY = 1_024

export class ClientIndex {
  /** One more than the place; 0 is empty. */
  #places = new Uint32Array(FIRST_CAPACITY)
  #count = 0
  readonly #hashOf: (place: number) => number
  readonly #restOf: (place: number) => number

  /** It is ordered by one half of a client's hash; the rest tells those apart for whom that is alike. */
  constructor(hashOf: (place: number) => number, restOf: (place: number) => number) {
    this.#hashOf = hashOf
    this.#restOf = restOf
  }

  find(hash: number, rest: number): number | null {
    const places = this.#places
    for (let at = this.#home(hash); ; at = this.#after(at)) {
      const found = places[at] ?? 0
      if (found === 0) return null
      if (this.#hashOf(found - 1) === hash && this.#restOf(found - 1) === rest) return found - 1
    }
  }

  add(hash: number, place: number): void {
    if (this.#count + 1 > this.#places.length * MOST_FULL) this.#grow()
    this.#put(hash, place)
    this.#count += 1
  }

  /** Those behind it move up, so that no search ends at the gap. */
  remove(hash: number, place: number): void {
    let gap = this.#home(hash)
    while (this.#places[gap] !== place + 1) {
      if (this.#places[gap] === 0) return
      gap = this.#after(gap)
    }
    this.#count -= 1
    for (let at = this.#after(gap); ; at = this.#after(at)) {
      const found = this.#places[at] ?? 0
      if (found === 0) break
      const home = this.#home(this.#hashOf(found - 1))
      // Only what would be found at the gap as well may move there.
      if (this.#distance(home, gap) > this.#distance(home, at)) continue
      this.#places[gap] = found
      gap = at
    }
    this.#places[gap] = 0
  }

  get bytes(): number {
    return this.#places.byteLength
  }

  #put(hash: number, place: number): void {
    let at = this.#home(hash)
    while (this.#places[at] !== 0) at = this.#after(at)
    this.#places[at] = place + 1
  }

  #grow(): void {
    const before = this.#places
    this.#places = new Uint32Array(Math.ceil(before.length * GROWTH))
    for (const found of before) if (found !== 0) this.#put(this.#hashOf(found - 1), found - 1)
  }

  #home(hash: number): number {
    return Math.floor((hash / 2 ** 32) * this.#places.length)
  }

  #after(at: number): number {
    return at + 1 === this.#places.length ? 0 : at + 1
  }

  #distance(from: number, to: number): number {
    return to >= from ? to - from : to + this.#places.length - from
  }
}
