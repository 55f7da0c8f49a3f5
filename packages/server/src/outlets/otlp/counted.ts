/**
 * What was counted of each service and part since this outlet began with it. It is added up from settled intervals that
 * follow each other, so that it comes to what anybody is told who asks for the same time, and a message that was lost
 * takes nothing with it.
 */
import { addTallies, settledInterval, type Interval, type Tally } from '@holdfast/core/health'
import type { DurationMs, EpochMs } from '@holdfast/core/units'

interface Reading {
  readonly service: Tally
  readonly parts: ReadonlyMap<string, Tally>
}

export type ReadCounted = (service: string, from: EpochMs, to: EpochMs) => Reading | null

/** Of one subject, from when to when. */
export interface Counted extends Interval {
  readonly tally: Tally
}

export interface CountedService {
  /** Null where nothing was ever measured. */
  readonly service: Counted | null
  readonly parts: ReadonlyMap<string, Counted>
}

export interface CountedServices {
  /** With what came since the last time. */
  read(service: string, now: EpochMs): CountedService
  /** Those that are there; the others are forgotten. */
  keep(services: ReadonlySet<string>): void
}

export function createCountedServices(read: ReadCounted, every: DurationMs): CountedServices {
  const services = new Map<string, CountedService & { readonly to: EpochMs }>()
  return {
    read(name, now) {
      const latest = settledInterval(every, now)
      const before = services.get(name)
      // A clock that was set back adds nothing until it is there again.
      if (before !== undefined && before.to >= latest.to) return before
      const span = { from: before?.to ?? latest.from, to: latest.to }
      const reading = read(name, span.from, span.to)
      const after =
        reading === null
          ? { service: before?.service ?? null, parts: before?.parts ?? new Map<string, Counted>() }
          : {
              service: grown(before?.service ?? null, reading.service, span),
              parts: new Map(
                [...reading.parts].map(([part, tally]) => [
                  part,
                  grown(before?.parts.get(part) ?? null, tally, span),
                ]),
              ),
            }
      services.set(name, { ...after, to: latest.to })
      return after
    },
    keep(present) {
      for (const name of services.keys()) if (!present.has(name)) services.delete(name)
    },
  }
}

const grown = (before: Counted | null, tally: Tally, { from, to }: Interval): Counted =>
  before === null ? { from, to, tally } : { from: before.from, to, tally: addTallies(before.tally, tally) }
