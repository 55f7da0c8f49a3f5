/** Where a shop of two parts writes to, for tests: a table for each service, read by hand. */
import { createSeriesTable, type SeriesReading, type SeriesTable } from '@holdfast/core/health'
import { branded, epochMs, type PartName, type ServiceName } from '@holdfast/core/units'
import type { Intakes } from '../../intake.ts'
import { noMemory } from '../../source-memory.ts'

export interface ShopIntakes extends Intakes {
  table(service: string): SeriesTable
  /** What was told of the shop up to an instant: `name{label="value"} of part` to the reading. */
  readings(now: number): ReadonlyMap<string, SeriesReading>
}

export const SHOP = 'my-shop'
const PARTS: ReadonlySet<string> = new Set(['web', 'data'])

export function shopIntakes(services: readonly string[] = [SHOP], maxSeries = 10_000): ShopIntakes {
  const tables = new Map(
    services.map((service) => [service, createSeriesTable({ source: 'otlp', maxSeries, latestMs: 60_000 })]),
  )
  const table = (service: string): SeriesTable => {
    const found = tables.get(service)
    if (found === undefined) throw new Error(`There is no service ${service}.`)
    return found
  }
  return {
    table,
    of: (service) => {
      const sink = tables.get(service)
      if (sink === undefined) return null
      return {
        service: branded<ServiceName>(service),
        sink,
        part: (name) => (PARTS.has(name) ? branded<PartName>(name) : null),
        memory: noMemory,
        arrived: () => {},
        stored: async () => true,
      }
    },
    readings: (now) =>
      new Map(
        table(services[0] ?? SHOP)
          .drain(epochMs(now))
          .map((reading) => [nameOf(reading), reading]),
      ),
  }
}

function nameOf({ series: { name, labels, about } }: SeriesReading): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((label) => `${label}="${labels[label]}"`)
  return `${name}{${pairs.join(',')}} of ${about.instance ?? about.part ?? 'all'}`
}
