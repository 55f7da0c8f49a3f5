/** Runs beside each other: a row for each measure, a column for each run. */
import type { Paint } from './paint.ts'
import { tableLines } from './sections.ts'
import { NOTHING, type Column } from './table.ts'

export interface RunRow {
  readonly what: string
  /** One for each run; a run that has no such measure has none. */
  readonly cells: readonly (string | undefined)[]
}

export function runTable(names: readonly string[], rows: readonly RunRow[], paint: Paint): readonly string[] {
  const columns: readonly Column<RunRow>[] = [
    { heading: '', cell: ({ what }) => what },
    ...names.map((heading, index): Column<RunRow> => ({
      heading,
      align: 'right',
      cell: ({ cells }) => cells[index] ?? NOTHING,
    })),
  ]
  return tableLines(columns, rows, paint)
}
