/** Goal: recorded loads are read as their manifest says, and what is wrong is said with its place. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLoadTraces, tracesFolder } from './read-traces.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-traces-'))
  mkdirSync(join(folder, 'load'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

const write = (file: string, text: string): void => writeFileSync(join(folder, 'load', file), text)

const entry = (over: object = {}): object => ({
  file: 'a.csv',
  time: 't_sec',
  value: 'requests',
  stepSeconds: 1,
  kind: 'rate',
  ...over,
})

const manifest = (...entries: readonly object[]): void =>
  write('manifest.json', JSON.stringify({ traces: entries }))

const read = () => readLoadTraces(folder, { longestStep: 1 })

test('Arrivals in steps that are short enough are read, by the columns that the manifest names.', () => {
  manifest(
    entry({ value: 'requests' }),
    entry({ file: 'use.csv', kind: 'use' }),
    entry({ file: 'minutes.csv', stepSeconds: 60 }),
    entry({ file: 'half.csv', stepSeconds: 0.5 }),
  )
  write('a.csv', 't_sec,tokens,requests\n0,900,7\n1,100,5\n2,0,0\n')
  write('half.csv', 't_sec,requests\r\n10,3\r\n10.5,4\r\n')
  const traces = read()
  expect(traces).toEqual({
    ok: true,
    value: [
      { name: 'a', source: 'recorded', stepSeconds: 1, rates: Float64Array.from([7, 5, 0]) },
      { name: 'half', source: 'recorded', stepSeconds: 0.5, rates: Float64Array.from([6, 8]) },
    ],
  })
})

test('A folder without a manifest is said to be unreadable.', () => {
  expect(read()).toMatchObject({
    ok: false,
    error: { code: 'traces-unreadable', place: join(folder, 'load', 'manifest.json') },
  })
})

test.for<readonly [text: string, message: string]>([
  ['no json', 'The manifest is not JSON.'],
  ['[]', 'The manifest has no list "traces".'],
  ['{"traces": {}}', 'The manifest has no list "traces".'],
  ['{"traces": [7]}', 'traces[0]: must be an object.'],
  [JSON.stringify({ traces: [entry(), entry({ file: '' })] }), 'traces[1]: "file" must be a text.'],
  [JSON.stringify({ traces: [entry({ value: 3 })] }), 'traces[0]: "value" must be a text.'],
  [
    JSON.stringify({ traces: [entry({ file: '../a.csv' })] }),
    'traces[0]: "file" must be the name of a file in the same folder.',
  ],
  [
    JSON.stringify({ traces: [entry({ stepSeconds: 0 })] }),
    'traces[0]: "stepSeconds" must be a number above 0.',
  ],
  [JSON.stringify({ traces: [entry({ kind: 'load' })] }), 'traces[0]: "kind" must be "rate" or "use".'],
])('The manifest %s is refused: %s', ([text, message]) => {
  write('manifest.json', text)
  expect(read()).toMatchObject({ ok: false, error: { code: 'traces-bad-manifest', message } })
})

test('A file that the manifest lists and that is not there is said to be unreadable.', () => {
  manifest(entry())
  expect(read()).toMatchObject({
    ok: false,
    error: { code: 'trace-unreadable', place: join(folder, 'load', 'a.csv') },
  })
})

test.for<readonly [text: string, code: string, place: string]>([
  ['t_sec,other\n0,1\n', 'trace-without-column', 'a.csv:1'],
  ['time,requests\n0,1\n', 'trace-without-column', 'a.csv:1'],
  ['t_sec,requests\n0,1\n1,x\n', 'trace-bad-row', 'a.csv:3'],
  ['t_sec,requests\n0,1\n1\n', 'trace-bad-row', 'a.csv:3'],
  ['t_sec,requests\n0,1\n1,-4\n', 'trace-bad-row', 'a.csv:3'],
  ['t_sec,requests\n0,1\n1,2\n3,2\n', 'trace-uneven-steps', 'a.csv:4'],
  ['t_sec,requests\n0,1\n0,2\n', 'trace-uneven-steps', 'a.csv:3'],
  ['t_sec,requests\n', 'trace-empty', 'a.csv'],
])('The load %j is refused with %s at %s.', ([text, code, place]) => {
  manifest(entry())
  write('a.csv', text)
  expect(read()).toMatchObject({ ok: false, error: { code, place } })
})

test('The folder is the one that HOLDFAST_TRACES names.', () => {
  expect(tracesFolder({ HOLDFAST_TRACES: folder })).toBe(folder)
})
