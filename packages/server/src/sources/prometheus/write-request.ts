/**
 * Walks through the WriteRequest of remote write 1.0, without an object for each series or sample. What it finds goes
 * to a visitor; it decides nothing. A request that is no such message is found out where it breaks off.
 */
import { textOf } from './series-text.ts'

export interface WriteVisitor {
  /** A series, by the bytes of its labels. What it answers is given back with each of its samples. */
  series(bytes: Uint8Array, start: number, end: number): number
  sample(series: number, value: number, at: number): void
  /** The source says that the series has ended. */
  ended(series: number): void
  /** A histogram of the native kind, which is not read. */
  histogram(): void
  /** `type` is the number of the message's own list. */
  metadata(family: string, type: number): void
}

/** False where it is malformed; what came before that was told. */
export function readWriteRequest(bytes: Uint8Array, visitor: WriteVisitor): boolean {
  try {
    new Walk(bytes, visitor).all()
    return true
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

/** The labels of a series, as they stand in its bytes; null where they are none. */
export function readLabels(bytes: Uint8Array, start: number, end: number): Map<string, string> | null {
  const labels = new Map<string, string>()
  try {
    const wire = new Wire(bytes, start, end)
    while (wire.at < end) {
      wire.expect(LABELS)
      const length = wire.length()
      const labelEnd = wire.at + length
      let [name, value] = ['', '']
      while (wire.at < labelEnd) {
        const tag = wire.varint()
        if (tag === LABEL_NAME) name = wire.text()
        else if (tag === LABEL_VALUE) value = wire.text()
        else wire.skip(tag)
      }
      if (wire.at !== labelEnd || name === '' || labels.has(name)) return null
      if (value !== '') labels.set(name, value)
    }
    return labels
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

class Malformed extends Error {}

/** A field's number and how it is written, as the message has them. */
const tagOf = (field: number, wireType: number): number => field * 8 + wireType
const [VARINT, FIXED_64, BYTES, FIXED_32] = [0, 1, 2, 5] as const

const [TIMESERIES, METADATA] = [tagOf(1, BYTES), tagOf(3, BYTES)]
const [LABELS, SAMPLES, HISTOGRAMS] = [tagOf(1, BYTES), tagOf(2, BYTES), tagOf(4, BYTES)]
const [LABEL_NAME, LABEL_VALUE] = [tagOf(1, BYTES), tagOf(2, BYTES)]
const [SAMPLE_VALUE, SAMPLE_AT] = [tagOf(1, FIXED_64), tagOf(2, VARINT)]
const [METADATA_TYPE, METADATA_FAMILY] = [tagOf(1, VARINT), tagOf(2, BYTES)]

/** The one of all that are no number with which Prometheus ends a series: its upper and its lower half. */
const STALE = [0x7ff00000, 0x00000002] as const

class Wire {
  readonly bytes: Uint8Array
  readonly #view: DataView
  readonly #end: number
  at: number

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = start
    this.#end = end
  }

  /** Exact up to 2^53, which no length and no instant exceeds. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.#end) throw new Malformed()
      const byte = this.bytes[this.at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw new Malformed()
  }

  /** Of what follows, all of which is there. */
  length(): number {
    const length = this.varint()
    if (length > this.#end - this.at) throw new Malformed()
    return length
  }

  text(): string {
    const length = this.length()
    this.at += length
    return textOf(this.bytes, this.at - length, this.at)
  }

  double(): number {
    this.#pass(8)
    return this.#view.getFloat64(this.at - 8, true)
  }

  /** Of the double that was read last. */
  isStale(): boolean {
    const view = this.#view
    return view.getUint32(this.at - 4, true) === STALE[0] && view.getUint32(this.at - 8, true) === STALE[1]
  }

  expect(tag: number): void {
    if (this.varint() !== tag) throw new Malformed()
  }

  skip(tag: number): void {
    const wireType = tag % 8
    if (wireType === VARINT) this.varint()
    else if (wireType === FIXED_64) this.#pass(8)
    else if (wireType === FIXED_32) this.#pass(4)
    else if (wireType === BYTES) this.#pass(this.length())
    else throw new Malformed()
  }

  #pass(count: number): void {
    if (count > this.#end - this.at) throw new Malformed()
    this.at += count
  }
}

class Walk {
  readonly #wire: Wire
  readonly #visitor: WriteVisitor
  readonly #end: number

  constructor(bytes: Uint8Array, visitor: WriteVisitor) {
    this.#wire = new Wire(bytes, 0, bytes.length)
    this.#visitor = visitor
    this.#end = bytes.length
  }

  all(): void {
    const wire = this.#wire
    while (wire.at < this.#end) {
      const tag = wire.varint()
      if (tag === TIMESERIES) this.#series(wire.length())
      else if (tag === METADATA) this.#metadata(wire.length())
      else wire.skip(tag)
    }
  }

  #series(length: number): void {
    const wire = this.#wire
    const end = wire.at + length
    const start = wire.at
    let labelsEnd = start
    while (wire.at < end && wire.varint() === LABELS) {
      wire.skip(LABELS)
      labelsEnd = wire.at
    }
    const series = this.#visitor.series(wire.bytes, start, labelsEnd)
    wire.at = labelsEnd
    while (wire.at < end) {
      const tag = wire.varint()
      if (tag === SAMPLES) this.#sample(series, wire.length())
      // All labels come first: what comes later would be another series.
      else if (tag === LABELS) throw new Malformed()
      else wire.skip(tag)
      if (tag === HISTOGRAMS) this.#visitor.histogram()
    }
    if (wire.at !== end) throw new Malformed()
  }

  #sample(series: number, length: number): void {
    const wire = this.#wire
    const end = wire.at + length
    let value = 0
    let at = 0
    let isStale = false
    while (wire.at < end) {
      const tag = wire.varint()
      if (tag === SAMPLE_VALUE) {
        value = wire.double()
        isStale = Number.isNaN(value) && wire.isStale()
      } else if (tag === SAMPLE_AT) at = wire.varint()
      else wire.skip(tag)
    }
    if (wire.at !== end) throw new Malformed()
    if (isStale) this.#visitor.ended(series)
    else this.#visitor.sample(series, value, at)
  }

  #metadata(length: number): void {
    const wire = this.#wire
    const end = wire.at + length
    let type = 0
    let family = ''
    while (wire.at < end) {
      const tag = wire.varint()
      if (tag === METADATA_TYPE) type = wire.varint()
      else if (tag === METADATA_FAMILY) family = wire.text()
      else wire.skip(tag)
    }
    if (wire.at !== end) throw new Malformed()
    this.#visitor.metadata(family, type)
  }
}
