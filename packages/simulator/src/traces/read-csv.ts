/** Reads the column of a recorded load from CSV text: a header, then a time from the start and values. */
import { fail, ok, type Result } from '@holdfast/core/units'
import { fault, type TraceFault } from './trace-fault.ts'

export interface CsvColumns {
  readonly file: string
  readonly time: string
  readonly value: string
  readonly stepSeconds: number
}

/** Clocks of recordings waver; a time further off its place than this share of a step is a gap or a fold. */
const STEP_TOLERANCE = 0.5

export function readCsvColumn(text: string, columns: CsvColumns): Result<Float64Array, TraceFault> {
  const { file } = columns
  const lines = text.split(/\r?\n/)
  const [header = ''] = lines
  const names = header.split(',').map((name) => name.trim())
  const [time, value] = [names.indexOf(columns.time), names.indexOf(columns.value)]
  for (const [column, at] of [
    [columns.time, time],
    [columns.value, value],
  ] as const) {
    if (at === -1)
      return fail(
        fault('trace-without-column', {
          message: `${file} has no column "${column}"; its header is "${header}".`,
          hint: 'Let the manifest name the columns as the header does.',
          place: `${file}:1`,
        }),
      )
  }
  const rates: number[] = []
  let start = 0
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === '') continue
    const cells = line.split(',')
    const [at, rate] = [numberIn(cells[time]), numberIn(cells[value])]
    if (rates.length === 0) start = at
    const expected = start + rates.length * columns.stepSeconds
    const problem = problemOf({ at, rate, expected, columns })
    if (problem !== null) return fail(fault(problem.code, { ...problem, place: `${file}:${i + 1}` }))
    rates.push(rate)
  }
  if (rates.length === 0)
    return fail(
      fault('trace-empty', {
        message: `${file} has no rows.`,
        hint: 'Leave it out of the manifest.',
        place: file,
      }),
    )
  return ok(Float64Array.from(rates))
}

interface Row {
  readonly at: number
  readonly rate: number
  readonly expected: number
  readonly columns: CsvColumns
}

function problemOf({
  at,
  rate,
  expected,
  columns,
}: Row): Pick<TraceFault, 'code' | 'message' | 'hint'> | null {
  if (!Number.isFinite(at) || !Number.isFinite(rate) || rate < 0)
    return {
      code: 'trace-bad-row',
      message: `"${columns.time}" must be a number and "${columns.value}" one that is not negative.`,
      hint: 'Correct the row or leave the file out of the manifest.',
    }
  if (Math.abs(at - expected) > columns.stepSeconds * STEP_TOLERANCE)
    return {
      code: 'trace-uneven-steps',
      message: `The time is ${at} where ${expected} was expected, as steps are of ${columns.stepSeconds} s.`,
      hint: 'Give a row for each step, with 0 where nothing came.',
    }
  return null
}

const numberIn = (cell: string | undefined): number =>
  cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell)
