/** Writes single figures to a sink, about one thing at one instant, in few words. For sources that tell of few series. */
import type { About, SeriesKind, SeriesSink } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'

type Labels = Readonly<Record<string, string>>

/** Units as OpenTelemetry writes them. */
export interface Telling {
  gauge(name: string, value: number, unit: string | null, labels?: Labels): void
  counter(name: string, value: number, unit: string | null, labels?: Labels): void
  observe(name: string, value: number, unit: string | null, labels?: Labels): void
}

export interface TellingOf {
  readonly sink: SeriesSink
  readonly about: About
  readonly at: EpochMs
}

export function tellingOf({ sink, about, at }: TellingOf): Telling {
  const open = (kind: SeriesKind, name: string, unit: string | null, labels: Labels = {}): number =>
    sink.open({ about, name, labels, kind, unit })
  return {
    gauge: (name, value, unit, labels) => sink.gauge(open('gauge', name, unit, labels), value, at),
    counter: (name, value, unit, labels) => sink.counter(open('counter', name, unit, labels), value, at),
    observe: (name, value, unit, labels) => sink.observe(open('distribution', name, unit, labels), value, at),
  }
}
