/** States a part for sizing: what operations make of it, what one instance does, and how many there may be. */
import { instanceCap, type Characteristics, type Terms } from '../agreement/index.ts'
import type { Visited } from './call-graph.ts'
import type { SizedPart } from './sizing.ts'
import { stationsOf } from './stations.ts'

/** `measuredMs` is the own service time where it is known better than what is expected. */
export function sizedPart(
  { part, visits, callers }: Visited,
  expected: Characteristics,
  { terms, measuredMs = null }: { readonly terms: readonly Terms[]; readonly measuredMs?: number | null },
): SizedPart {
  return {
    part: part.name,
    visits,
    callers,
    stations: stationsOf(expected, measuredMs),
    price: Math.max(1, Number(part.price.microsPerHour)),
    atLeast: part.minInstances,
    atMost: Math.min(part.maxInstances, instanceCap(terms, part.name) ?? Infinity),
  }
}
