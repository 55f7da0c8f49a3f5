export type { About, Series, SeriesKind, SeriesReading, SourceFault } from './series.ts'
export type { NewSeries, SeriesHandle } from './series-index.ts'
export { createSeriesTable, NO_SERIES } from './series-table.ts'
export type { KnownSeries, SeriesSink, SeriesTable } from './series-table.ts'
