/**
 * All that is known of one client between two updates, and how it lies in 40 bytes: in the table of a server, or in a token
 * that the client carries. What adds up in small steps is kept as floats, what is only compared is rounded.
 */
import type { ClientModel } from '../model/index.ts'
import type { PackedAt } from './packed-values.ts'

export interface ClientRecord {
  readonly model: ClientModel
  /** When it was told to report, after its last update. */
  readonly intervalMs: number
  /** Which parameters it reported; the values stand behind the record. */
  readonly present: number
  /** 0 for none; else one more than its place among the watch's classes. */
  readonly classPlace: number
  /** Updates in a row that came too soon. */
  readonly tooSoon: number
  /** The kind and rate as which it counts among those of its features; null while it does not. */
  readonly countedAs: number | null
  /** Its rate at a price of one, for the budget of all. */
  readonly size: number
  readonly flags: number
}

export const RECORD_BYTES = 40

const BEHAVIOUR_STEPS = 1_000
const DRIFT_STEPS = 4_000
const MOST_SHORT = 32_767
const MOST_WORD = 65_535
const MOST_BYTE = 255
const NOT_COUNTED = 255

const UPDATED_AT = 0
const RATE_CHANGES = 8
const RATE_EXPOSURE = 12
const AGE = 16
const INTERVAL = 20
const REGULAR = 24
const BURSTS = 26
const FASTER = 28
const SLOWER = 30
const PRESENT = 32
const CLASS = 34
const TOO_SOON = 35
const COUNTED_AS = 36
const FLAGS = 37
const SIZE = 38

export function writeRecord(record: ClientRecord, { view, offset }: PackedAt): void {
  const { rate, behaviour, drift, updatedAt, changedAt } = record.model
  view.setFloat64(offset + UPDATED_AT, updatedAt, true)
  view.setFloat32(offset + RATE_CHANGES, rate.changes, true)
  view.setFloat32(offset + RATE_EXPOSURE, rate.exposureMs, true)
  view.setFloat32(offset + AGE, updatedAt - changedAt, true)
  view.setFloat32(offset + INTERVAL, record.intervalMs, true)
  view.setInt16(offset + REGULAR, within(behaviour.regular * BEHAVIOUR_STEPS, MOST_SHORT), true)
  view.setInt16(offset + BURSTS, within(behaviour.bursts * BEHAVIOUR_STEPS, MOST_SHORT), true)
  view.setUint16(offset + FASTER, within(drift.faster * DRIFT_STEPS, MOST_WORD), true)
  view.setUint16(offset + SLOWER, within(drift.slower * DRIFT_STEPS, MOST_WORD), true)
  view.setUint16(offset + PRESENT, record.present, true)
  view.setUint8(offset + CLASS, record.classPlace)
  view.setUint8(offset + TOO_SOON, Math.min(MOST_BYTE, record.tooSoon))
  view.setUint8(offset + COUNTED_AS, record.countedAs ?? NOT_COUNTED)
  view.setUint8(offset + FLAGS, record.flags)
  view.setUint16(offset + SIZE, sizeWord(record.size), true)
}

export function readRecord({ view, offset }: PackedAt): ClientRecord {
  const updatedAt = view.getFloat64(offset + UPDATED_AT, true)
  const countedAs = view.getUint8(offset + COUNTED_AS)
  return {
    model: {
      rate: {
        changes: view.getFloat32(offset + RATE_CHANGES, true),
        exposureMs: view.getFloat32(offset + RATE_EXPOSURE, true),
      },
      behaviour: {
        regular: view.getInt16(offset + REGULAR, true) / BEHAVIOUR_STEPS,
        bursts: view.getInt16(offset + BURSTS, true) / BEHAVIOUR_STEPS,
      },
      drift: {
        faster: view.getUint16(offset + FASTER, true) / DRIFT_STEPS,
        slower: view.getUint16(offset + SLOWER, true) / DRIFT_STEPS,
      },
      updatedAt,
      changedAt: updatedAt - view.getFloat32(offset + AGE, true),
    },
    intervalMs: view.getFloat32(offset + INTERVAL, true),
    present: view.getUint16(offset + PRESENT, true),
    classPlace: view.getUint8(offset + CLASS),
    tooSoon: view.getUint8(offset + TOO_SOON),
    countedAs: countedAs === NOT_COUNTED ? null : countedAs,
    size: sizeOfWord(view.getUint16(offset + SIZE, true)),
    flags: view.getUint8(offset + FLAGS),
  }
}

/** It judges early rules itself. */
export const SENDS_EARLY = 1
/** It is overdue for so long that it is not counted on any more. */
export const LAPSED = 2

/** When it is to report next. */
export const dueAtOf = ({ model, intervalMs }: ClientRecord): number => model.updatedAt + intervalMs

/** Even in the logarithm: 32 octaves from 2^-20 on, to 0.03 %; 0 is none. */
const SIZE_STEPS = 2_048
const LEAST_SIZE_OCTAVE = -20

const sizeWord = (size: number): number =>
  size > 0 ? Math.max(1, within((Math.log2(size) - LEAST_SIZE_OCTAVE) * SIZE_STEPS, MOST_WORD)) : 0

const sizeOfWord = (word: number): number => (word === 0 ? 0 : 2 ** (word / SIZE_STEPS + LEAST_SIZE_OCTAVE))

/** As it is once it was written down, so that what was added is what is taken away. */
export const storedSize = (size: number): number => sizeOfWord(sizeWord(size))

const within = (value: number, most: number): number => Math.round(Math.max(-most, Math.min(most, value)))
