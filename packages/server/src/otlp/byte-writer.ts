/** Writes Protocol Buffers. What is within another message is written first as itself, then into it with its length. */

const [VARINT, FIXED64, BYTES] = [0, 1, 2] as const

const FIRST_ROOM = 256
const WORD = 4_294_967_296
const NANOS_PER_MS = 1_000_000n

export class ByteWriter {
  #bytes = new Uint8Array(FIRST_ROOM)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** What was written, as bytes that later writing does not change. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  get length(): number {
    return this.#length
  }

  double(field: number, value: number): this {
    this.#tag(field, FIXED64)
    this.#room(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
    return this
  }

  fixed64(field: number, value: number | bigint): this {
    this.#tag(field, FIXED64)
    this.#fixed64(BigInt(value))
    return this
  }

  /** An instant in milliseconds as nanoseconds. */
  nanos(field: number, ms: number): this {
    return this.fixed64(field, BigInt(Math.round(ms)) * NANOS_PER_MS)
  }

  varint(field: number, value: number | bigint): this {
    this.#tag(field, VARINT)
    if (typeof value === 'bigint') this.#bigVarint(value)
    else if (value < 0) this.#bigVarint(BigInt(value))
    else this.#varint(value)
    return this
  }

  zigzag(field: number, value: number): this {
    return this.varint(field, value < 0 ? -2 * value - 1 : 2 * value)
  }

  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value))
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, BYTES)
    this.#varint(value.length)
    this.#room(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
    return this
  }

  message(field: number, write: (inner: ByteWriter) => void): this {
    const inner = new ByteWriter()
    write(inner)
    return this.bytes(field, inner.#bytes.subarray(0, inner.#length))
  }

  packedVarints(field: number, values: Iterable<number | bigint>): this {
    const inner = new ByteWriter()
    for (const value of values) {
      if (typeof value === 'bigint') inner.#bigVarint(value)
      else inner.#varint(value)
    }
    return this.bytes(field, inner.#bytes.subarray(0, inner.#length))
  }

  packedFixed64(field: number, values: Iterable<number | bigint>): this {
    const inner = new ByteWriter()
    for (const value of values) inner.#fixed64(BigInt(value))
    return this.bytes(field, inner.#bytes.subarray(0, inner.#length))
  }

  packedDoubles(field: number, values: Iterable<number>): this {
    return this.bytes(field, new Uint8Array(Float64Array.from(values).buffer))
  }

  #tag(field: number, kind: number): void {
    this.#varint(field * 8 + kind)
  }

  #varint(value: number): void {
    this.#room(10)
    let left = value
    while (left >= 128) {
      this.#bytes[this.#length++] = (left % 128) | 128
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#length++] = left
  }

  #bigVarint(value: bigint): void {
    this.#room(10)
    let left = BigInt.asUintN(64, value)
    while (left >= 128n) {
      this.#bytes[this.#length++] = Number(left & 127n) | 128
      left >>= 7n
    }
    this.#bytes[this.#length++] = Number(left)
  }

  #fixed64(value: bigint): void {
    this.#room(8)
    const unsigned = BigInt.asUintN(64, value)
    this.#view.setUint32(this.#length, Number(unsigned % BigInt(WORD)), true)
    this.#view.setUint32(this.#length + 4, Number(unsigned / BigInt(WORD)), true)
    this.#length += 8
  }

  #room(wanted: number): void {
    if (this.#length + wanted <= this.#bytes.length) return
    const wider = new Uint8Array(Math.max(this.#length + wanted, this.#bytes.length * 2))
    wider.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = wider
    this.#view = new DataView(wider.buffer)
  }
}

const encoder = new TextEncoder()
