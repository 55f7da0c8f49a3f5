/**
 * Reads Protocol Buffers where they lie, without an object for what it reads: it stands at a place, says what is there,
 * and moves on. Everything is checked against the end of the message that is read, so that no bytes whatsoever make it
 * read elsewhere or go on without end; what cannot be is a MalformedOtlp.
 */

/** The bytes are not what they should be; says where, for whoever sent them. */
export class MalformedOtlp extends Error {
  constructor(says: string) {
    super(says)
    this.name = 'MalformedOtlp'
  }
}

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5] as const

/** Of the 64 bits of a varint that may be used. */
const LOW_BITS = 28
const WORD = 4_294_967_296
const NANOS_PER_MS = 1e6
const LARGEST_TAG = 0xffffffff

export class ByteReader {
  readonly bytes: Uint8Array
  readonly #view: DataView
  /** Where it stands. */
  at = 0
  /** Where the message ends that is read. */
  end: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.end = bytes.length
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  /** Field number times eight and how it is written. */
  tag(): number {
    const byte = this.bytes[this.at] ?? 0
    if (byte < 128 && this.at < this.end) {
      this.at += 1
      return byte
    }
    const tag = this.varint()
    if (tag > LARGEST_TAG) this.#refuse('a field number that cannot be')
    return tag
  }

  /** Above 2^53 it is not exact. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) this.#refuse('the end within a number')
      const byte = this.bytes[this.at++] ?? 0
      value = shift < LOW_BITS ? value | ((byte & 127) << shift) : value + (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    return this.#refuse('a number without an end')
  }

  /** As int32 and int64 are written: what is negative takes all ten bytes. */
  signed(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.at >= this.end) this.#refuse('the end within a number')
      const byte = this.bytes[this.at++] ?? 0
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, value)
    }
    return this.#refuse('a number without an end')
  }

  /** As sint32 is written. */
  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  double(): number {
    return this.#view.getFloat64(this.#fixed(8), true)
  }

  fixed64(): number {
    const at = this.#fixed(8)
    return this.#view.getUint32(at + 4, true) * WORD + this.#view.getUint32(at, true)
  }

  signedFixed64(): number {
    const at = this.#fixed(8)
    return this.#view.getInt32(at + 4, true) * WORD + this.#view.getUint32(at, true)
  }

  /**
   * Nanoseconds since 1970 as whole milliseconds, to the digit: as one number they would be rounded to the quarter of a
   * microsecond, and then down to the millisecond before.
   */
  nanosAsMs(): number {
    const at = this.#fixed(8)
    const high = this.#view.getUint32(at + 4, true)
    const left = high * (WORD % NANOS_PER_MS) + this.#view.getUint32(at, true)
    return high * Math.floor(WORD / NANOS_PER_MS) + Math.floor(left / NANOS_PER_MS)
  }

  /** Between two instants by where they stand in the bytes: as instants they would have lost some digits. */
  msBetween(startAt: number, endAt: number): number {
    const high = this.#view.getUint32(endAt + 4, true) - this.#view.getUint32(startAt + 4, true)
    const low = this.#view.getUint32(endAt, true) - this.#view.getUint32(startAt, true)
    return (high * WORD + low) / NANOS_PER_MS
  }

  /** Enters what is written with its length, and returns where that ends. */
  length(): number {
    const byte = this.bytes[this.at] ?? 0
    let length = byte
    if (byte < 128 && this.at < this.end) this.at += 1
    else length = this.varint()
    const end = this.at + length
    if (end > this.end) this.#refuse('a field that is longer than what holds it')
    return end
  }

  /** Enters a message within the one that is read; `leave` with what this returned goes on behind it. */
  enter(): number {
    const end = this.length()
    const outer = this.end
    this.end = end
    return outer
  }

  leave(outer: number): void {
    this.at = this.end
    this.end = outer
  }

  text(): string {
    const end = this.length()
    const text = textOf(this.bytes, this.at, end)
    this.at = end
    return text
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint()
        return
      case FIXED64:
        this.#fixed(8)
        return
      case BYTES:
        this.at = this.length()
        return
      case FIXED32:
        this.#fixed(4)
        return
      default:
        this.#refuse('a field of a kind that there is not')
    }
  }

  #fixed(size: number): number {
    const at = this.at
    if (at + size > this.end) this.#refuse('the end within a number')
    this.at = at + size
    return at
  }

  #refuse(what: string): never {
    throw new MalformedOtlp(`The message cannot be read as OTLP: ${what}, at byte ${this.at}.`)
  }
}

const decoder = new TextDecoder()

const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  decoder.decode(bytes.subarray(start, end))
