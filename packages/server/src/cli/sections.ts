/** Pages for people: named facts in two columns, and headed sections of indented lines. */
import type { Paint } from './paint.ts'
import { table, type Column } from './table.ts'

export type Facts = readonly (readonly [name: string, value: string])[]

const INDENT = '  '

/** "Owner:    team-a", the values aligned; facts without a value are left out. */
export function factLines(facts: Facts, paint: Paint): readonly string[] {
  const said = facts.filter(([, value]) => value !== '')
  const width = Math.max(...said.map(([name]) => name.length)) + 1
  return said.map(([name, value]) => `${paint('muted', `${name}:`.padEnd(width))} ${value}`)
}

/** A heading with what belongs to it below; nothing when nothing does. */
export function section(heading: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : ['', paint('bold', heading), ...lines.map((line) => INDENT + line)]
}

export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  paint: Paint,
): readonly string[] {
  if (rows.length === 0) return []
  const { heading, lines } = table(columns, rows, paint)
  return [heading, ...lines]
}
