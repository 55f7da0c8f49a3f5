/**
 * A tally as the bytes in which it is kept. There are many short times with few operations in them, so of a distribution
 * only the buckets that hold anything are written, most of them in one byte; names are written as numbers.
 */
import { LEAST_INDEX, type Distribution } from '../stats/index.ts'
import { NumberWriter } from './number-bytes.ts'
import { INPUT_FIGURES, type InputTally } from './rules/index.ts'
import { COUNTS, type Tally } from './tally.ts'

/** Names of levels and inputs, and of who told, each by its number. They come from manifests, so there are few. */
export class NumberedNames {
  readonly #names: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #lists: (readonly string[])[] = []
  readonly #listNumbers = new Map<string, number>()

  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  nameAt(number: number): string {
    return this.#names[number] ?? ''
  }

  numberOfList(list: readonly string[]): number {
    const key = `${list.length} ${list.join(' ')}`
    const known = this.#listNumbers.get(key)
    if (known !== undefined) return known
    this.#listNumbers.set(key, this.#lists.length)
    return this.#lists.push(list) - 1
  }

  listAt(number: number): readonly string[] {
    return this.#lists[number] ?? []
  }
}

// One for all, as nothing is written while something else is.
const writer = new NumberWriter()

/** A view of the bytes, good until the next tally is written. */
export function tallyBytes(tally: Tally, names: NumberedNames): Uint8Array {
  writer.begin()
  writer.numbers(COUNTS.map((count) => tally[count]))
  writer.whole(names.numberOfList(tally.sources))
  writeDistribution(tally.response)
  writeDistribution(tally.service)
  const levels = Object.entries(tally.levels)
  writer.whole(levels.length)
  for (const [name, { met, missed }] of levels) {
    writer.whole(names.numberOf(name))
    writer.numbers([met, missed])
  }
  const inputs = Object.entries(tally.inputs)
  writer.whole(inputs.length)
  for (const [name, input] of inputs) writeInput(names.numberOf(name), input, names)
  return writer.written()
}

function writeInput(name: number, input: InputTally, names: NumberedNames): void {
  writer.whole(name)
  // Only gauges have a least and a greatest value.
  const hasRange = input.least !== Infinity || input.greatest !== -Infinity
  writer.numbers([...INPUT_FIGURES.map((figure) => input[figure]), hasRange ? 1 : 0])
  if (hasRange) writer.numbers([input.least, input.greatest])
  writeDistribution(input.distribution)
  writer.whole(names.numberOfList(input.sources))
}

function writeDistribution({ count, zeroCount, sum, min, max, offset, buckets }: Distribution): void {
  if (count === 0) return writer.byte(0)
  let held = 0
  for (let i = 0; i < buckets.length; i++) if ((buckets[i] ?? 0) > 0) held += 1
  const first = held === 0 ? 0 : buckets.findIndex((inside) => inside > 0)
  writer.numbers([count, zeroCount, sum, min, max, held, held === 0 ? 0 : offset + first - LEAST_INDEX])
  writer.counts(buckets, first, held)
}
