/** Runs of bytes, one behind the other in pages, so that growing neither copies nor leaves half of it empty. */

export interface ByteArena {
  fits(length: number): boolean
  /** Where they are kept from now on; they must fit. */
  add(bytes: Uint8Array, start: number, end: number): number
  isSame(at: number, bytes: Uint8Array, start: number, length: number): boolean
  /** A view, not a copy. */
  read(at: number, length: number): Uint8Array
  readonly used: () => number
}

const PAGE_BITS = 16
const PAGE = 1 << PAGE_BITS
const FIRST_BYTES = 1_024
/** As many as a whole number of 32 bits tells apart. */
const MAX_PAGES = 1 << 15

export const createByteArena = (): ByteArena => new Pages()

class Pages implements ByteArena {
  readonly #pages: Uint8Array[] = [new Uint8Array(FIRST_BYTES)]
  /** Of the last page. */
  #filled = 0
  #used = 0

  fits(length: number): boolean {
    return length <= PAGE && this.#pages.length < MAX_PAGES
  }

  add(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    if (this.#filled + length > PAGE) {
      this.#pages.push(new Uint8Array(PAGE))
      this.#filled = 0
    }
    const last = this.#pages.length - 1
    const page = this.#widened(last, this.#filled + length)
    page.set(bytes.subarray(start, end), this.#filled)
    const at = last * PAGE + this.#filled
    this.#filled += length
    this.#used += length
    return at
  }

  /** Keys that follow each other mostly differ near their end. */
  isSame(at: number, bytes: Uint8Array, start: number, length: number): boolean {
    const page = this.#pages[at >> PAGE_BITS]
    if (page === undefined) return false
    const shift = (at & (PAGE - 1)) - start
    for (let i = start + length - 1; i >= start; i--) if (bytes[i] !== page[i + shift]) return false
    return true
  }

  read(at: number, length: number): Uint8Array {
    const from = at & (PAGE - 1)
    return this.#pages[at >> PAGE_BITS]?.subarray(from, from + length) ?? new Uint8Array(0)
  }

  used = (): number => this.#used

  /** Most tables are small: only the first page begins small. */
  #widened(number: number, length: number): Uint8Array {
    const page = this.#pages[number] ?? new Uint8Array(0)
    if (length <= page.length) return page
    const wider = new Uint8Array(Math.min(PAGE, Math.max(length, page.length * 2)))
    wider.set(page)
    this.#pages[number] = wider
    return wider
  }
}
