/** A table that keeps its meaning on a phone, where each row becomes a card of labelled values. */
import type { ComponentChildren } from 'preact'

export interface Column<Row> {
  readonly head: string
  readonly numeric?: boolean
  readonly cell: (row: Row) => ComponentChildren
}

export function DataTable<Row>(props: {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly empty: string
}) {
  const { caption, columns, rows, rowKey, empty } = props
  if (rows.length === 0) return <p class="muted">{empty}</p>
  return (
    <table class="data" role="table">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ head, numeric }) => (
            <th key={head} role="columnheader" scope="col" class={numeric === true ? 'number' : ''}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map((column, index) => (
              <Cell key={column.head} column={column} row={row} first={index === 0} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell<Row>(props: { readonly column: Column<Row>; readonly row: Row; readonly first: boolean }) {
  const { column, row, first } = props
  const kind = column.numeric === true ? 'number' : ''
  if (first) {
    return (
      <th role="rowheader" scope="row">
        {column.cell(row)}
      </th>
    )
  }
  return (
    <td role="cell" class={kind} data-label={column.head}>
      {column.cell(row)}
    </td>
  )
}
