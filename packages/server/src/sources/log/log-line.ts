/** What is taken from one line of a log, whatever its format. */
import type { DurationUnit, LogFields } from '../source.ts'
import type { TimeReader } from './line-time.ts'

export interface LogLine {
  /** Epoch milliseconds; null where the line does not say. */
  readonly time: number | null
  readonly durationMs: number | null
  /** These are empty where the line does not say. */
  readonly method: string
  readonly path: string
  readonly status: string
  readonly class: string
}

/** Gives one result for each line, in order: null for one that is none of this format. */
export type ReadLines = (lines: readonly string[], take: (line: LogLine | null) => void) => void

export const readEach =
  (read: (line: string) => LogLine | null): ReadLines =>
  (lines, take) => {
    for (const line of lines) take(read(line))
  }

const MS_OF: Readonly<Record<DurationUnit, number>> = { s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 }

export type Field = string | number | undefined

/** Out of what a line holds by key. */
export function lineOfFields(
  fields: LogFields,
  valueOf: (key: string) => Field,
  readTime: TimeReader,
): LogLine {
  const at = (key: string | null): Field => (key === null ? undefined : valueOf(key))
  const text = (key: string | null): string => String(at(key) ?? '')
  return {
    time: readTime(at(fields.time)),
    durationMs: durationOf(at(fields.duration), fields.durationUnit),
    method: text(fields.method),
    path: text(fields.path),
    status: text(fields.status),
    class: text(fields.class),
  }
}

/** Programs write lines of other things among them. */
export const isOperation = ({ durationMs, method, path, status }: LogLine): boolean =>
  durationMs !== null || method !== '' || path !== '' || status !== ''

/** Servers write `-` where nothing was measured. */
function durationOf(written: Field, unit: DurationUnit): number | null {
  if (written === undefined || written === '') return null
  const value = Number(written)
  return value >= 0 && value < Infinity ? value * MS_OF[unit] : null
}
