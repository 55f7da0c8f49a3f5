/**
 * One file of memory mapped values. Values are overwritten in place, for whoever has it mapped; a file with other
 * metrics is written beside it and takes its name, since what is mapped must never change its length.
 */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SECOND_GENERATION_AT, VALUE_BYTES } from './format.ts'
import { documentOf, type HealthFigures, type Instances } from './health-figures.ts'
import { layOut, type MmvLayout } from './layout.ts'

export interface MmvFile {
  /** True if the file was written anew. Throws what the file system says. */
  update(figures: HealthFigures): boolean
  /** Leaves alone what another has put in its place. */
  remove(): void
}

interface Place {
  readonly directory: string
  readonly name: string
  readonly now: () => number
}

interface Written {
  readonly descriptor: number
  readonly layout: MmvLayout
  readonly of: string
  readonly section: Section
}

/** Whoever may enter the directory may read; nobody else writes. */
const MODE = 0o644

const NUMBER_BYTES = 8

export function createMmvFile({ directory, name, now }: Place): MmvFile {
  const path = join(directory, name)
  let written: Written | null = null
  let generation = 0n
  let sequence = 0n

  const writeAnew = ({ instances, values }: HealthFigures): void => {
    generation = later(generation, now())
    const layout = layOut(documentOf(instances), { generation, process: process.pid })
    const section = sectionOf(layout)
    sequence += 2n
    section.set(values, sequence)
    layout.bytes.set(section.bytes, layout.valuesAt)
    const before = written
    written = { descriptor: place(path, layout.bytes), layout, of: keyOf(instances), section }
    if (before !== null) retire(before.descriptor)
  }

  /** The sequence number is odd in between, and goes on after a failure. */
  const overwrite = ({ descriptor, layout, section }: Written, values: readonly number[]): void => {
    const at = layout.valuesAt
    section.set(values, sequence + 1n)
    write(descriptor, section.bytes.subarray(0, NUMBER_BYTES), at)
    write(descriptor, section.bytes.subarray(VALUE_BYTES), at + VALUE_BYTES)
    sequence += 2n
    section.number(sequence)
    write(descriptor, section.bytes.subarray(0, NUMBER_BYTES), at)
  }

  return {
    update: (figures) => {
      if (written !== null && written.of === keyOf(figures.instances) && !isGone(written.descriptor)) {
        overwrite(written, figures.values)
        return false
      }
      writeAnew(figures)
      return true
    },
    remove: () => {
      if (written === null) return
      if (!isGone(written.descriptor)) rmSync(path, { force: true })
      retire(written.descriptor)
      written = null
    },
  }
}

const later = (before: bigint, now: number): bigint => {
  const stamp = BigInt(Math.floor(now))
  return stamp > before ? stamp : before + 1n
}

const keyOf = (instances: Instances): string => JSON.stringify(instances)

/** Its name was taken away, or given to another file. */
const isGone = (descriptor: number): boolean => fstatSync(descriptor).nlink === 0

interface Section {
  readonly bytes: Uint8Array<ArrayBuffer>
  number(sequence: bigint): void
  set(values: readonly number[], sequence: bigint): void
}

/** The values' bytes, kept to be filled again with each update. */
function sectionOf({ bytes, valuesAt, valueCount }: MmvLayout): Section {
  const section = bytes.slice(valuesAt, valuesAt + valueCount * VALUE_BYTES)
  const doubles = new Float64Array(section.buffer)
  const numbers = new BigUint64Array(section.buffer, 0, 1)
  const number = (sequence: bigint): void => void (numbers[0] = sequence)
  return {
    bytes: section,
    number,
    set: (values, sequence) => {
      for (let i = 0; i < values.length; i++) doubles[(i * VALUE_BYTES) / NUMBER_BYTES] = values[i] ?? NaN
      number(sequence)
    },
  }
}

/** Under a name that no reader looks at, until it is whole. */
function place(path: string, bytes: Uint8Array): number {
  const unfinished = unfinishedPath(path)
  rmSync(unfinished, { force: true })
  // Fails if somebody has put a link there in the meantime.
  const descriptor = openSync(unfinished, 'wx', MODE)
  try {
    write(descriptor, bytes, 0)
    renameSync(unfinished, path)
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    rmSync(unfinished, { force: true })
    throw error
  }
}

const unfinishedPath = (path: string): string => path.replace(/[^/\\]+$/, (name) => `.${name}`)

/** Whoever still has it mapped sees by the generation that it is no longer the one. */
function retire(descriptor: number): void {
  try {
    write(descriptor, new Uint8Array(NUMBER_BYTES), SECOND_GENERATION_AT)
  } finally {
    closeSync(descriptor)
  }
}

function write(descriptor: number, bytes: Uint8Array, at: number): void {
  const count = writeSync(descriptor, bytes, 0, bytes.length, at)
  if (count < bytes.length) throw new Error(`Of ${bytes.length} bytes only ${count} could be written.`)
}
