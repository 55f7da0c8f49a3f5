/** Aligned columns for people: words to the left, figures to the right, two spaces between. */
import { stripVTControlCharacters } from 'node:util'
import type { Paint, Style } from './paint.ts'

export interface Column<Row> {
  /** Says the unit where the cells are figures: "P90 (ms)". */
  readonly heading: string
  readonly align?: 'left' | 'right'
  readonly cell: (row: Row) => string
  readonly style?: (row: Row) => Style
}

export interface Table {
  readonly heading: string
  /** One a row, in the order of the rows. */
  readonly lines: readonly string[]
}

const GAP = '  '

/** What stands in a cell that has no value, so that no column looks forgotten. */
export const NOTHING: string = '-'

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], paint: Paint): Table {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)))
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.heading), ...cells.map((line) => widthOf(line[index] ?? ''))),
  )
  const join = (texts: readonly string[], styleOf: (index: number) => Style): string =>
    texts
      .map((text, index) => {
        const isLast = index === columns.length - 1
        return pad(paint(styleOf(index), text), widths[index] ?? 0, columns[index]?.align ?? 'left', isLast)
      })
      .join(GAP)
  return {
    heading: join(
      columns.map((column) => column.heading),
      () => 'muted',
    ),
    lines: rows.map((row, line) =>
      join(cells[line] ?? [], (index) => columns[index]?.style?.(row) ?? 'plain'),
    ),
  }
}

function pad(text: string, width: number, align: 'left' | 'right', isLast: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  if (align === 'right') return space + text
  return isLast ? text : text + space
}

/** Characters that a reader sees; colours take no room. */
function widthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}
