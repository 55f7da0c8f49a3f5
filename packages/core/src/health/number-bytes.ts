/**
 * Numbers as bytes, as cells are kept: most are zero or small and whole, and take no byte or one or two. Nothing is lost:
 * what is no such number is kept in eight bytes. Both sides hold the place at which they are, so that nothing is made for
 * each number.
 */

/** Four of these to a byte, which comes before the numbers that it tells of. */
const [ZERO, WHOLE, ANY] = [0, 1, 2] as const
const CODE_BITS = 2
const CODES_AT_ONCE = 4

/** In so many groups of seven bits it can be worked with in 32. */
const MAX_WHOLE = 2 ** 28

/**
 * How often something was counted, by place: most in a byte for one place or for two.
 * 1aaabbbb: 1 to 8 times at the next place, 1 to 16 times at the one behind it.
 * 01oocccc: 1 to 4 places on, 1 to 16 times.
 * 00oooooo: once, 5 to 63 places on; what is less means one of these:
 */
const [WRITTEN_OUT, WRITTEN_OUT_ANY, MANY] = [0, 1, 2] as const
const TWO = 0x80
const [FEW_OF_TWO, FEW] = [8, 16] as const
const NEAR_BY = 0x40
const NEAR = 4
const FAR = 63
const FEW_BITS = 4
/** Two bytes for the next place. */
const MOST_OF_MANY = FEW + 256

/**
 * What a byte says, so that reading need not branch, which processors guess wrong: places on, count, whether there is a
 * second place, its count. Zero of what takes more bytes.
 */
const SAYS = Int32Array.from({ length: 256 }, (_, byte) => {
  const few = (byte & (FEW - 1)) + 1
  if (byte >= TWO) return 1 | ((((byte >> FEW_BITS) & (FEW_OF_TWO - 1)) + 1) << 8) | (1 << 16) | (few << 17)
  if (byte >= NEAR_BY) return (((byte >> FEW_BITS) & (NEAR - 1)) + 1) | (few << 8)
  return byte > MANY ? byte | (1 << 8) : 0
})

export class NumberWriter {
  #bytes = new Uint8Array(1_024)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  begin(): void {
    this.#length = 0
  }

  /** A view, good until more is written. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = value
  }

  /** A whole number from zero to 2^28. */
  whole(value: number): void {
    this.#room(4)
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
    this.#bytes[this.#length++] = rest
  }

  any(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.#length, value)
    this.#length += 8
  }

  /** Any numbers, those that are mostly zero next to each other. */
  numbers(values: readonly number[]): void {
    for (let first = 0; first < values.length; first += CODES_AT_ONCE) {
      const place = this.#length
      this.byte(0)
      let codes = 0
      for (let i = 0; i < CODES_AT_ONCE; i++) {
        const value = values[first + i] ?? 0
        const code = codeOf(value)
        codes |= code << (i * CODE_BITS)
        if (code === WHOLE) this.whole(value)
        else if (code === ANY) this.any(value)
      }
      this.#bytes[place] = codes
    }
  }

  /** What is above zero among the values, so many of them, from the first one on. */
  counts(values: readonly number[], first: number, many: number): void {
    let before = first - 1
    for (let [i, left] = [first, many]; left > 0; i++) {
      const count = values[i] ?? 0
      if (!(count > 0)) continue
      const next = values[i + 1] ?? 0
      left -= 1
      if (i - before === 1 && isAmong(count, FEW_OF_TWO) && isAmong(next, FEW)) {
        this.byte(TWO | ((count - 1) << FEW_BITS) | (next - 1))
        left -= 1
        i += 1
      } else this.#count(i - before, count)
      before = i
    }
  }

  #count(on: number, count: number): void {
    if (on <= NEAR && isAmong(count, FEW)) return this.byte(NEAR_BY | ((on - 1) << FEW_BITS) | (count - 1))
    if (count === 1 && on <= FAR) return this.byte(on)
    if (on === 1 && isAmong(count, MOST_OF_MANY)) {
      this.byte(MANY)
      return this.byte(count - FEW - 1)
    }
    this.byte(isSmall(count) ? WRITTEN_OUT : WRITTEN_OUT_ANY)
    this.whole(on)
    if (isSmall(count)) this.whole(count)
    else this.any(count)
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const wider = new Uint8Array(this.#bytes.length * 2)
    wider.set(this.#bytes)
    this.#bytes = wider
    this.#view = new DataView(wider.buffer)
  }
}

/** Whether it is a whole number that `whole` takes. */
const isSmall = (value: number): boolean => value >= 0 && value < MAX_WHOLE && (value | 0) === value

/** Whether it is one of 1, 2 … to the last. */
const isAmong = (value: number, last: number): boolean => value >= 1 && value <= last && (value | 0) === value

function codeOf(value: number): number {
  if (Object.is(value, 0)) return ZERO
  return isSmall(value) && value > 0 ? WHOLE : ANY
}

export class NumberReader {
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0

  goTo(view: DataView, at: number): void {
    this.#view = view
    this.#at = at
  }

  byte(): number {
    return this.#view.getUint8(this.#at++)
  }

  whole(): number {
    let byte = this.#view.getUint8(this.#at++)
    let value = byte & 0x7f
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = this.#view.getUint8(this.#at++)
      value |= (byte & 0x7f) << shift
    }
    return value
  }

  any(): number {
    const value = this.#view.getFloat64(this.#at)
    this.#at += 8
    return value
  }

  /** Those that were written together, to these places, of which the first is a multiple of four; up to three more change. */
  numbers(into: Float64Array, from: number, to: number): void {
    for (let first = from; first < to; first += CODES_AT_ONCE) {
      let codes = this.#view.getUint8(this.#at++)
      for (let i = first; i < first + CODES_AT_ONCE; i++) {
        const code = codes & 3
        into[i] = code === ZERO ? 0 : code === WHOLE ? this.whole() : this.any()
        codes >>= CODE_BITS
      }
    }
  }

  /** Adds so many to what is there. */
  addNumbers(into: Float64Array, many: number): void {
    for (let first = 0; first < many; first += CODES_AT_ONCE) {
      let codes = this.#view.getUint8(this.#at++)
      for (let i = first; codes > 0; i++) {
        const code = codes & 3
        if (code !== ZERO) into[i] = (into[i] ?? 0) + (code === WHOLE ? this.whole() : this.any())
        codes >>= CODE_BITS
      }
    }
  }

  /** Adds what was counted at so many places, the first of which is told; gives the last. */
  addCounts(into: Float64Array, first: number, many: number): number {
    const view = this.#view
    let at = this.#at
    let place = first - 1
    let left = many
    while (left > 0) {
      const byte = view.getUint8(at++)
      const says = SAYS[byte] ?? 0
      if (says > 0) {
        const second = (says >> 16) & 1
        place += says & 0xff
        into[place] = (into[place] ?? 0) + ((says >> 8) & 0xff)
        place += second
        into[place] = (into[place] ?? 0) + (says >> 17)
        left -= 1 + second
        continue
      }
      this.#at = at
      place += byte === MANY ? 1 : this.whole()
      const count = byte === MANY ? this.byte() + FEW + 1 : byte === WRITTEN_OUT ? this.whole() : this.any()
      at = this.#at
      into[place] = (into[place] ?? 0) + count
      left -= 1
    }
    this.#at = at
    return place
  }
}
