// Goal: columns stay aligned whatever is in them.
import { expect, it } from 'vitest'
import { paintFor } from './paint.ts'
import { table, type Column } from './table.ts'

interface Row {
  readonly name: string
  readonly load: string
}

const columns: readonly Column<Row>[] = [
  { heading: 'NAME', cell: ({ name }) => name, style: () => 'good' },
  { heading: 'LOAD (/s)', align: 'right', cell: ({ load }) => load },
  { heading: 'NOTE', cell: () => 'x' },
]

const rows: readonly Row[] = [
  { name: 'a', load: '10' },
  { name: 'größer', load: '1234567.5' },
]

const plain = paintFor({ env: {} }, { isTTY: false }, true)
const coloured = paintFor({ env: {} }, { isTTY: true }, true)

it('puts words to the left and figures to the right, without trailing spaces', () => {
  const { heading, lines } = table(columns, rows, plain)
  expect([heading, ...lines]).toEqual([
    'NAME    LOAD (/s)  NOTE',
    'a              10  x',
    'größer  1234567.5  x',
  ])
})

it('gives colours no room', () => {
  // oxlint-disable-next-line no-control-regex -- the sequences that paint
  const bare = table(columns, rows, coloured).lines.map((line) => line.replace(/\u001b\[\d+m/g, ''))
  expect(bare).toEqual(table(columns, rows, plain).lines)
})
