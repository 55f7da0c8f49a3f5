/** Numbers of one data point, in a place that is used again for the next. */
import type { ByteReader } from '../../otlp/index.ts'

export class NumberList {
  readonly values: Float64Array
  length = 0
  /** There were more than there is room for. */
  isOver = false

  constructor(room: number) {
    this.values = new Float64Array(room)
  }

  clear(): void {
    this.length = 0
    this.isOver = false
  }

  add(value: number): void {
    if (this.length >= this.values.length) this.isOver = true
    else this.values[this.length++] = value
  }

  /** Numbers are written together, or, by few, one by one. */
  addFixed64(reader: ByteReader, isPacked: boolean): void {
    if (!isPacked) return this.add(reader.fixed64())
    const outer = reader.enter()
    while (!reader.isAtEnd) this.add(reader.fixed64())
    reader.leave(outer)
  }

  addDoubles(reader: ByteReader, isPacked: boolean): void {
    if (!isPacked) return this.add(reader.double())
    const outer = reader.enter()
    while (!reader.isAtEnd) this.add(reader.double())
    reader.leave(outer)
  }

  addVarints(reader: ByteReader, isPacked: boolean): void {
    if (!isPacked) return this.add(reader.varint())
    const outer = reader.enter()
    while (!reader.isAtEnd) this.add(reader.varint())
    reader.leave(outer)
  }
}
