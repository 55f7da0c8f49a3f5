/** Some services that take in what is pushed, each into a sink that writes down what it is told. */
import { branded, type EpochMs, type PartName, type ServiceName } from '@holdfast/core/units'
import type { Intake, Intakes } from '../../intake.ts'
import { noMemory } from '../../source-memory.ts'
import { createToldSink, type ToldSink } from './told-sink.ts'

export interface SmallIntakes extends Intakes {
  readonly sinks: Readonly<Record<string, ToldSink>>
  /** When something came for which service. */
  readonly arrivals: (readonly [service: string, at: EpochMs])[]
}

/** Of each service the names of its parts. */
export function createSmallIntakes(
  services: Readonly<Record<string, readonly string[]>>,
  maxSeries?: number,
): SmallIntakes {
  const arrivals: [string, EpochMs][] = []
  const sinks: Record<string, ToldSink> = {}
  const intakes = new Map<string, Intake>()
  for (const [service, parts] of Object.entries(services)) {
    const sink = (sinks[service] = createToldSink(maxSeries))
    intakes.set(service, {
      service: branded<ServiceName>(service),
      sink,
      part: (name) => (parts.includes(name) ? branded<PartName>(name) : null),
      memory: noMemory,
      stored: async () => true,
      arrived: (at) => void arrivals.push([service, at]),
    })
  }
  return { of: (service) => intakes.get(service) ?? null, sinks, arrivals }
}
