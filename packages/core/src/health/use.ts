/**
 * Capacity and utilisation: by what instances are expected to take in, else by the places that they have (utilisation
 * law), else by how busy their host is.
 */
import type { Subject } from './eight-metrics.ts'
import type { Metric } from './metric.ts'
import { DEFAULT, union, type InputTally } from './rules/index.ts'
import type { Tally } from './tally.ts'

export interface Use {
  readonly capacity: Metric<number>
  readonly utilisation: Metric<number>
}

/** Of a service it is that of the part which is used most: operations a second of the service. */
export function useOf({ kind, tally, parts }: Subject): Use {
  const own = useByHost(tally)
  if (kind !== 'service') return useOfPart(tally)
  const known = parts.flatMap(({ tally: of, visits }) => {
    const { capacity, utilisation } = useOfPart(of)
    if (capacity.value === null || visits === 0) return []
    return [{ capacity: { ...capacity, value: capacity.value / visits }, utilisation }]
  })
  const [first, ...others] = known
  if (first === undefined) return own ?? unknownUse('Of no part it is known what its instances can take in.')
  return others.reduce(
    (tightest, one) => (one.capacity.value < tightest.capacity.value ? one : tightest),
    first,
  )
}

const unknownUse = (reason: string): Use => ({
  capacity: { value: null, reason },
  utilisation: { value: null, reason },
})

const NOT_DECLARED =
  'Neither the capacity of an instance nor its concurrency is declared, and no host is told of.'

function useOfPart(tally: Tally): Use {
  const { seenMs, readyMs, takesIn, placesMs, servedMs, completed, sources } = tally
  const tried = tally.inputs[DEFAULT.capacity]
  const byHost = useByHost(tally)
  if (seenMs === 0) return byHost ?? unknownUse('Nothing was measured in this time.')
  if (readyMs === 0)
    return {
      capacity: { value: 0, rule: 'none-ready', observations: completed, sources },
      utilisation: { value: null, reason: 'No instance was ready in this time.' },
    }
  if (tried !== undefined) return useByExperiment(tally, tried)
  if (takesIn > 0) {
    const of = { observations: completed, sources }
    return {
      capacity: { value: (takesIn * 1_000) / seenMs, rule: 'expected-capacity', ...of },
      utilisation: { value: completed / takesIn, rule: 'throughput-over-capacity', ...of },
    }
  }
  if (placesMs === 0 || (servedMs === 0 && completed > 0)) return byHost ?? unknownUse(NOT_DECLARED)
  return useByPlaces(tally)
}

/** What was found by trying stands before what is expected. */
function useByExperiment({ seenMs, instancesMs, completed, sources }: Tally, tried: InputTally): Use {
  const each = tried.seriesMs === 0 ? tried.last : tried.levelMs / tried.seriesMs
  const capacity = (each * instancesMs) / seenMs
  const of = { observations: tried.samples, sources: tried.sources }
  return {
    capacity: { value: capacity, rule: 'tried-capacity', ...of },
    utilisation: {
      value: (completed * 1_000) / seenMs / capacity,
      rule: 'throughput-over-capacity',
      observations: completed,
      sources: union(sources, tried.sources),
    },
  }
}

/** By the utilisation law, throughput ÷ utilisation. */
function useByPlaces({ seenMs, placesMs, servedMs, completed, sources }: Tally): Use {
  const of = { observations: completed, sources }
  const utilisation: Metric<number> = { value: servedMs / placesMs, rule: 'busy-over-places', ...of }
  if (servedMs === 0)
    return { capacity: { value: null, reason: 'No operation ended in this time.' }, utilisation }
  const value = ((completed * placesMs) / servedMs / seenMs) * 1_000
  return { capacity: { value, rule: 'places-over-service-time', ...of }, utilisation }
}

/** Below this a host is busy with other things, and what it could take in is anybody's guess. */
const LEAST_USE = 0.05

/** The busiest of its processors and disks is what holds it up; null where no host was told of. */
function useByHost({ inputs, seenMs, completed, sources }: Tally): Use | null {
  const busy = Object.entries(inputs).flatMap(([name, input]) => {
    const share = shareBusy(name, input)
    return share === null ? [] : [{ share, input }]
  })
  const [first, ...others] = busy
  if (first === undefined) return null
  const busiest = others.reduce((most, one) => (one.share > most.share ? one : most), first)
  const utilisation: Metric<number> = {
    value: Math.min(1, busiest.share),
    rule: 'busiest-of-host',
    observations: busiest.input.samples,
    sources: busiest.input.sources,
  }
  if (seenMs === 0 || completed === 0)
    return { capacity: { value: null, reason: 'No operation ended in this time.' }, utilisation }
  if (busiest.share < LEAST_USE)
    return {
      capacity: {
        value: null,
        reason: 'The host has hardly anything to do: that says nothing of its limits.',
      },
      utilisation,
    }
  return {
    capacity: {
      value: (completed * 1_000) / seenMs / busiest.share,
      rule: 'throughput-over-utilisation',
      observations: completed,
      sources: union(sources, busiest.input.sources),
    },
    utilisation,
  }
}

/** Null for what is none of a host's resources, or of which only an instant is known. */
function shareBusy(name: string, { seriesMs, levelMs, grew, least }: InputTally): number | null {
  if (seriesMs === 0) return null
  if (name.startsWith(DEFAULT.busy))
    return least === Infinity ? (grew * 1_000) / seriesMs : levelMs / seriesMs
  return name.startsWith(DEFAULT.idle) ? Math.max(0, 1 - (grew * 1_000) / seriesMs) : null
}
