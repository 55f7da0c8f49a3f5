/** Intakes for tests: a table of its own for each source of a service, which a test may look into. */
import { createSeriesTable, type SeriesTable } from '@holdfast/core/health'
import { branded, type PartName, type ServiceName } from '@holdfast/core/units'
import { noMemory, type Intakes } from '../../sources/index.ts'

export interface TestIntakes extends Intakes {
  table(service: string, source: string): SeriesTable
}

export function createTestIntakes(services: readonly string[], parts: readonly string[]): TestIntakes {
  const tables = new Map<string, SeriesTable>()
  const table: TestIntakes['table'] = (service, source) => {
    const key = `${service}/${source}`
    const known = tables.get(key) ?? createSeriesTable({ source, maxSeries: 5_000, latestMs: 60_000 })
    tables.set(key, known)
    return known
  }
  return {
    table,
    of: (service, source) =>
      services.includes(service)
        ? {
            service: branded<ServiceName>(service),
            sink: table(service, source),
            part: (name) => (parts.includes(name) ? branded<PartName>(name) : null),
            memory: noMemory,
            arrived: () => {},
            stored: async () => true,
          }
        : null,
  }
}
