/**
 * One data point at a time, read into a place that is used again for the next one: on the way of every point no object is
 * made. The three kinds number their fields differently, which is all that their layouts say.
 */
import type { ByteReader } from '../../otlp/index.ts'
import { MAX_BOUNDS, MAX_BUCKETS } from './limits.ts'
import { NumberList } from './number-list.ts'

/** Nobody measured anything at this time: the series ends. */
const NO_RECORDED_VALUE = 1

const [START, TIME] = [0x11, 0x19] as const

export class DataPoint {
  /** Milliseconds; 0 where it is not said. */
  start = 0
  time = 0
  flags = 0
  value = NaN
  count = 0
  sum = NaN
  min = NaN
  max = NaN
  scale = 0
  zeroCount = 0
  offset = 0
  readonly counts: NumberList = new NumberList(MAX_BUCKETS)
  readonly bounds: NumberList = new NumberList(MAX_BOUNDS)
  /** Below zero, which nothing of ours can hold. */
  hasNegative = false
  /** Where its attributes are, tags included, if `isScattered` is not so. */
  attributesStart = 0
  attributesEnd = 0
  isScattered = false

  get hasNoValue(): boolean {
    return (this.flags & NO_RECORDED_VALUE) !== 0
  }

  /** Of a sum or gauge. */
  readNumber(reader: ByteReader): void {
    this.#begin()
    while (!reader.isAtEnd) {
      const at = reader.at
      const tag = reader.tag()
      switch (tag) {
        case 0x3a:
          this.#attribute(reader, at)
          break
        case START:
          this.start = reader.nanosAsMs()
          break
        case TIME:
          this.time = reader.nanosAsMs()
          break
        case 0x21:
          this.value = reader.double()
          break
        case 0x31:
          this.value = reader.signedFixed64()
          break
        case 0x40:
          this.flags = reader.varint()
          break
        default:
          reader.skip(tag)
      }
    }
  }

  readHistogram(reader: ByteReader): void {
    this.#begin()
    this.#clear()
    while (!reader.isAtEnd) {
      const at = reader.at
      const tag = reader.tag()
      if (tag === 0x4a) this.#attribute(reader, at)
      else if (!this.#readTotal(reader, tag)) this.#readBucket(reader, tag)
    }
  }

  readExponential(reader: ByteReader): void {
    this.#begin()
    this.#clear()
    while (!reader.isAtEnd) {
      const at = reader.at
      const tag = reader.tag()
      if (tag === 0x0a) this.#attribute(reader, at)
      else if (!this.#readTotal(reader, tag)) this.#readExponentialField(reader, tag)
    }
  }

  /** What both kinds of histograms number alike. */
  #readTotal(reader: ByteReader, tag: number): boolean {
    switch (tag) {
      case START:
        this.start = reader.nanosAsMs()
        return true
      case TIME:
        this.time = reader.nanosAsMs()
        return true
      case 0x21:
        this.count = reader.fixed64()
        return true
      case 0x29:
        this.sum = reader.double()
        return true
      case 0x50:
        this.flags = reader.varint()
        return true
      default:
        return false
    }
  }

  #readBucket(reader: ByteReader, tag: number): void {
    if (tag === 0x32 || tag === 0x31) this.counts.addFixed64(reader, tag === 0x32)
    else if (tag === 0x3a || tag === 0x39) this.bounds.addDoubles(reader, tag === 0x3a)
    else reader.skip(tag)
  }

  #readExponentialField(reader: ByteReader, tag: number): void {
    switch (tag) {
      case 0x30:
        this.scale = reader.zigzag()
        return
      case 0x39:
        this.zeroCount = reader.fixed64()
        return
      case 0x42:
        this.#readBuckets(reader)
        return
      case 0x4a:
        this.#readNegative(reader)
        return
      case 0x61:
        this.min = reader.double()
        return
      case 0x69:
        this.max = reader.double()
        return
      default:
        reader.skip(tag)
    }
  }

  #readBuckets(reader: ByteReader): void {
    const outer = reader.enter()
    while (!reader.isAtEnd) {
      const tag = reader.tag()
      if (tag === 0x08) this.offset = reader.zigzag()
      else if (tag === 0x12 || tag === 0x10) this.counts.addVarints(reader, tag === 0x12)
      else reader.skip(tag)
    }
    reader.leave(outer)
  }

  #readNegative(reader: ByteReader): void {
    const positive = { offset: this.offset, length: this.counts.length }
    this.#readBuckets(reader)
    const { counts } = this
    for (let i = positive.length; i < counts.length; i++)
      if ((counts.values[i] ?? 0) > 0) this.hasNegative = true
    counts.length = positive.length
    this.offset = positive.offset
  }

  #attribute(reader: ByteReader, at: number): void {
    if (this.attributesEnd === 0) this.attributesStart = at
    else if (this.attributesEnd !== at) this.isScattered = true
    reader.at = reader.length()
    this.attributesEnd = reader.at
  }

  #begin(): void {
    this.start = 0
    this.time = 0
    this.flags = 0
    this.value = NaN
    this.attributesStart = 0
    this.attributesEnd = 0
    this.isScattered = false
  }

  #clear(): void {
    this.count = 0
    this.sum = NaN
    this.min = NaN
    this.max = NaN
    this.scale = 0
    this.zeroCount = 0
    this.offset = 0
    this.hasNegative = false
    this.counts.clear()
    this.bounds.clear()
  }
}
