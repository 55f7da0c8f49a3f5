/** Aligned columns for people: words to the left, figures to the right, two spaces between. */
import { stripVTControlCharacters } from 'node:util'
import type { Paint, Style } from './paint.ts'

export type Column<Row> = TextColumn<Row> | FigureColumn<Row>

interface Heading<Row> {
  /** Says the unit where the cells are figures: "P90 (ms)". */
  readonly heading: string
  readonly style?: (row: Row) => Style
}

interface TextColumn<Row> extends Heading<Row> {
  readonly align?: 'left' | 'right'
  readonly cell: (row: Row) => string
}

/** Figures stand to the right and are written together, so that their points are below each other. */
interface FigureColumn<Row> extends Heading<Row> {
  readonly value: (row: Row) => number | null
  readonly write: (values: readonly (number | null)[]) => readonly string[]
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
  const cells = columns.map((column) => cellsOf(column, rows))
  const widths = columns.map(({ heading }, index) =>
    Math.max(widthOf(heading), ...(cells[index] ?? []).map(widthOf)),
  )
  const join = (texts: readonly string[], styleOf: (index: number) => Style): string =>
    texts
      .map((text, index) => {
        const isLast = index === columns.length - 1
        return pad(paint(styleOf(index), text), widths[index] ?? 0, alignOf(columns[index]), isLast)
      })
      .join(GAP)
  return {
    heading: join(
      columns.map((column) => column.heading),
      () => 'muted',
    ),
    lines: rows.map((row, line) =>
      join(
        cells.map((column) => column[line] ?? ''),
        (index) => columns[index]?.style?.(row) ?? 'plain',
      ),
    ),
  }
}

function cellsOf<Row>(column: Column<Row>, rows: readonly Row[]): readonly string[] {
  return 'write' in column ? column.write(rows.map(column.value)) : rows.map(column.cell)
}

function alignOf<Row>(column: Column<Row> | undefined): 'left' | 'right' {
  if (column === undefined) return 'left'
  return 'write' in column ? 'right' : (column.align ?? 'left')
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
