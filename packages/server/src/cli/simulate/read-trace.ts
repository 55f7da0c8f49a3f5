/**
 * Reads a recorded load from CSV text: a header, then a row for each step. What is wrong is told with its line.
 * The column of times is `t_sec`, else the first one where there are several.
 */
import { durationMs, fail, ok, type DurationMs, type Result } from '@holdfast/core/units'
import type { TraceLoad } from '@holdfast/simulator'
import type { Fault } from '../../errors/index.ts'
import { failure, type ProblemDocument } from '../failure.ts'

export interface TraceFile {
  readonly name: string
  readonly text: string
  /** The column of the load; null takes the only one there is. */
  readonly column: string | null
  /** From row to row; null takes it from the column of times. */
  readonly step: DurationMs | null
}

const TIME = 't_sec'

/** A person mends some places and tries again. */
const MAX_FAULTS = 10

/** Clocks of recordings waver; a time further off its place than this share of a step is a gap. */
const STEP_TOLERANCE = 0.5

const MS_PER_SECOND = 1_000

export function readTrace(file: TraceFile): Result<TraceLoad, ProblemDocument> {
  const [header = '', ...rows] = file.text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const columns = columnsOf(file, cellsOf(header))
  if (!columns.ok) return columns
  const faults: Fault[] = []
  const read = rows.flatMap((text, index) =>
    text.trim() === '' ? [] : [readRow(file, columns.value, { text, line: index + 2 }, faults)],
  )
  if (faults.length > 0) return invalid(file, faults)
  const step = file.step ?? stepOf(read)
  if (step === null)
    return invalid(file, [
      faultAt(file, 2, 'The file has too few rows to tell the time from row to row.', 'Say it with --step.'),
    ])
  if (file.step === null) faults.push(...unevenSteps(file, read, step))
  if (faults.length > 0) return invalid(file, faults)
  return ok({ kind: 'trace', step, rates: Float64Array.from(read, ({ rate }) => rate), exact: true })
}

interface Columns {
  /** Null where rows are a step apart and have no time. */
  readonly time: number | null
  readonly value: number
  readonly names: readonly string[]
}

interface Row {
  readonly line: number
  readonly seconds: number
  readonly rate: number
}

function columnsOf(file: TraceFile, names: readonly string[]): Result<Columns, ProblemDocument> {
  if (names.length > 0 && names.every((name) => name !== '' && Number.isFinite(Number(name))))
    return invalid(file, [
      faultAt(
        file,
        1,
        'The first line is no header, but has numbers.',
        `Begin with a header, such as "${TIME},rate".`,
      ),
    ])
  const found = names.indexOf(TIME)
  const time = found === -1 ? (names.length > 1 ? 0 : null) : found
  const values = names.filter((_, index) => index !== time)
  const wanted = file.column ?? (values.length === 1 ? values[0] : undefined)
  if (wanted === undefined) {
    const hint =
      values.length === 0
        ? 'Add a column with operations a second.'
        : `Choose one with --column: ${values.join(', ')}.`
    const message =
      values.length === 0
        ? 'There is no column but that of times.'
        : `There are ${values.length} columns beside that of times.`
    return invalid(file, [faultAt(file, 1, message, hint)])
  }
  const value = names.indexOf(wanted)
  if (value === -1)
    return invalid(file, [
      faultAt(file, 1, `There is no column "${wanted}".`, `The header names ${names.join(', ')}.`),
    ])
  return ok({ time: file.step === null ? time : null, value, names })
}

function readRow(
  file: TraceFile,
  { time, value, names }: Columns,
  { text, line }: { readonly text: string; readonly line: number },
  faults: Fault[],
): Row {
  const cells = cellsOf(text)
  const [seconds, rate] = [time === null ? 0 : numberIn(cells[time]), numberIn(cells[value])]
  const add = (column: number, what: string, hint: string): void => {
    const shown = cells[column] ?? ''
    const said = shown === '' ? 'nothing' : `"${shown}"`
    faults.push(faultAt(file, line, `Column "${names[column] ?? ''}" has ${said}; ${what}.`, hint))
  }
  if (time !== null && seconds === null) add(time, 'it must be a number of seconds', '')
  if (rate === null || rate < 0)
    add(value, 'it must be a number that is not negative', 'Write 0 where nothing came.')
  return { line, seconds: seconds ?? 0, rate: rate ?? 0 }
}

/** A file without a column of times has a row for each second. */
function stepOf(rows: readonly Row[]): DurationMs | null {
  const [first, second] = rows
  if (first === undefined || second === undefined) return null
  const seconds = second.seconds - first.seconds
  return seconds === 0 && rows.every((row) => row.seconds === 0)
    ? durationMs(MS_PER_SECOND)
    : durationMs(Math.max(1, Math.round(seconds * MS_PER_SECOND)))
}

function unevenSteps(file: TraceFile, rows: readonly Row[], step: DurationMs): readonly Fault[] {
  const [first] = rows
  if (first === undefined || rows.every((row) => row.seconds === 0)) return []
  const seconds = step / MS_PER_SECOND
  const uneven = rows.find((row, index) => {
    return Math.abs(row.seconds - first.seconds - index * seconds) > seconds * STEP_TOLERANCE
  })
  if (uneven === undefined) return []
  const expected = first.seconds + rows.indexOf(uneven) * seconds
  const message = `The time is ${uneven.seconds} where ${expected} was expected, as the first rows are ${seconds} s apart.`
  return [faultAt(file, uneven.line, message, 'Give a row for each step, with 0 where nothing came.')]
}

const cellsOf = (line: string): readonly string[] =>
  line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))

function numberIn(cell: string | undefined): number | null {
  const number = cell === undefined || cell === '' ? Number.NaN : Number(cell)
  return Number.isFinite(number) ? number : null
}

const faultAt = ({ name }: TraceFile, line: number, message: string, hint: string): Fault => ({
  message,
  hint,
  place: { source: name, line, column: 1 },
})

function invalid({ name }: TraceFile, faults: readonly Fault[]): Result<never, ProblemDocument> {
  const shown = faults.slice(0, MAX_FAULTS)
  const more = faults.length > shown.length ? ` The first ${shown.length} are listed.` : ''
  const count = faults.length === 1 ? 'One thing is' : `${faults.length} things are`
  return fail(failure('trace-invalid', `${count} wrong in the trace ${name}.${more}`, { faults: shown }))
}
