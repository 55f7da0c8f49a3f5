/** What a chart over time draws: instants, and lines with a value or a gap at each. */

export type Values = readonly (number | null)[]

export interface ChartLine {
  readonly label: string
  /** The colour's token in the style sheet. */
  readonly colour: string
  /** Where the line is drawn. */
  readonly drawn: Values
  /** What the line says; differs from where it is drawn when lines are stacked. */
  readonly said: Values
  readonly look: 'main' | 'fine' | 'area' | 'stack' | 'dashed'
}

export interface ChartData {
  /** Ascending. */
  readonly timesMs: readonly number[]
  readonly lines: readonly ChartLine[]
}
