// Goal: a recorded load is read as it was written, and what is wrong in it is told with its line and a way out.
import { describe, expect, it } from 'vitest'
import { seconds, type DurationMs } from '@holdfast/core/units'
import { readTrace } from './read-trace.ts'

function read(text: string, column: string | null = null, step: DurationMs | null = null) {
  return readTrace({ name: 'load.csv', text, column, step })
}

function rates(text: string, column: string | null = null, step: DurationMs | null = null): unknown {
  const trace = read(text, column, step)
  if (!trace.ok) throw new Error(JSON.stringify(trace.error))
  return { step: trace.value.step, rates: Array.from(trace.value.rates) }
}

function faults(text: string, column: string | null = null): readonly string[] {
  const trace = read(text, column)
  if (trace.ok) throw new Error('it was read')
  return trace.error.faults.map(
    ({ line, message, hint }) => `${line}: ${message}${hint === '' ? '' : ` ${hint}`}`,
  )
}

describe('a trace', () => {
  it('is read by its column of times, from wherever it begins', () => {
    expect(rates('t_sec,rps\n60,1\n120,2.5\n180,0\n')).toEqual({ step: 60_000, rates: [1, 2.5, 0] })
  })

  it('may have its times in the first column of another name, quotes, a byte order mark and Windows lines', () => {
    expect(rates('\uFEFF"when","load"\r\n0,"3"\r\n1,4\r\n')).toEqual({ step: 1_000, rates: [3, 4] })
  })

  it('may have one column alone, with a row for each second or for each step', () => {
    expect(rates('rps\n1\n2\n')).toEqual({ step: 1_000, rates: [1, 2] })
    expect(rates('rps\n1\n', null, seconds(5))).toEqual({ step: 5_000, rates: [1] })
  })

  it('takes the column that is named, and the step in place of the times', () => {
    const text = 't_sec,a,b\nx,1,2\ny,3,4\n'
    expect(rates(text, 'b', seconds(10))).toEqual({ step: 10_000, rates: [2, 4] })
  })

  it('is refused with the columns to choose from', () => {
    expect(faults('t_sec,a,b\n0,1,2\n')).toEqual([
      '1: There are 2 columns beside that of times. Choose one with --column: a, b.',
    ])
    expect(faults('t_sec,a\n0,1\n', 'c')).toEqual(['1: There is no column "c". The header names t_sec, a.'])
    expect(faults('t_sec\n0\n')).toEqual([
      '1: There is no column but that of times. Add a column with operations a second.',
    ])
  })

  it('is refused without a header, and without rows', () => {
    expect(faults('0,1\n1,2\n')).toEqual([
      '1: The first line is no header, but has numbers. Begin with a header, such as "t_sec,rate".',
    ])
    expect(faults('t_sec,a\n')).toEqual([
      '2: The file has too few rows to tell the time from row to row. Say it with --step.',
    ])
  })

  it('is refused with every cell that is no number, blank lines counted', () => {
    expect(faults('t_sec,a\n0,1\n\n2,many\nthree,4\n4,-5\n5,\n')).toEqual([
      '4: Column "a" has "many"; it must be a number that is not negative. Write 0 where nothing came.',
      '5: Column "t_sec" has "three"; it must be a number of seconds.',
      '6: Column "a" has "-5"; it must be a number that is not negative. Write 0 where nothing came.',
      '7: Column "a" has nothing; it must be a number that is not negative. Write 0 where nothing came.',
    ])
  })

  it('is refused where a row is missing or times go back', () => {
    expect(faults('t_sec,a\n0,1\n1,1\n3,1\n')).toEqual([
      '4: The time is 3 where 2 was expected, as the first rows are 1 s apart. Give a row for each step, with 0 where nothing came.',
    ])
    expect(faults('t_sec,a\n5,1\n4,1\n3,1\n')).toHaveLength(1)
  })

  it('lists the first faults of many', () => {
    const trace = read(`t_sec,a\n${Array.from({ length: 30 }, (_, at) => `${at},?\n`).join('')}`)
    expect(trace.ok ? null : trace.error).toMatchObject({
      code: 'trace-invalid',
      detail: '30 things are wrong in the trace load.csv. The first 10 are listed.',
    })
  })
})
