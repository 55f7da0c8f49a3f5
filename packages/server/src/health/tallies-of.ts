/** Turns what one tick measured into tallies: of the service, of each part and of each instance. */
import type { Part } from '@holdfast/core/agreement'
import { noTally, type LevelTally, type ServiceObservation, type Tally } from '@holdfast/core/health'
import type { EpochMs, PartName } from '@holdfast/core/units'
import type { ResolvedService } from '../manifests/index.ts'
import type {
  InstanceMeasurement,
  PartMeasurement,
  ServiceMeasurement,
} from '../platforms/gateway/gateway.ts'
import type { PlatformInstance } from '../platforms/platform.ts'
import type { Told } from '../sources/index.ts'
import { noTallies, type NamedTallies } from './stored-tallies.ts'

/** What a tick knows of one service, as far as health goes. */
export interface MeasuredTick {
  readonly resolved: Pick<ResolvedService, 'service' | 'concurrency' | 'rules'>
  readonly measured: ServiceMeasurement | null
  readonly told: Pick<Told, 'inputs' | 'sources'>
  readonly present: readonly PlatformInstance[]
  readonly observation: Pick<ServiceObservation, 'span' | 'levels'>
  readonly at: EpochMs
}

/** Null where nothing was measured: what no source told of is not nothing. */
export function talliesOf(ticked: MeasuredTick): NamedTallies | null {
  const { told, measured } = ticked
  const { service, parts } = told.inputs
  if (measured !== null) return withInputs(measuredTallies(ticked, measured), told)
  if (Object.keys(service).length === 0 && parts.size === 0) return null
  return withInputs(noTallies, told)
}

/** What rules and defaults are made of, beside what was counted of operations. */
function withInputs(tallies: NamedTallies, { inputs, sources }: MeasuredTick['told']): NamedTallies {
  const parts = new Map(
    [...tallies.parts].map(([name, tally]): readonly [string, Tally] => [name, { ...tally, sources }]),
  )
  for (const [name, told] of inputs.parts) parts.set(name, { ...(parts.get(name) ?? noTally), inputs: told })
  return {
    ...tallies,
    service: { ...tallies.service, inputs: inputs.service, sources },
    parts,
    instances: new Map([...tallies.instances].map(([id, tally]) => [id, { ...tally, sources }])),
  }
}

function measuredTallies(
  { resolved, present, observation }: MeasuredTick,
  measured: ServiceMeasurement,
): NamedTallies {
  // A clock that was set back passed no time.
  const ms = Math.max(0, observation.span.to - observation.span.from)
  const parts = resolved.service.parts.map((part): readonly [PartName, Tally] => {
    const serving = present.filter((one) => one.part === part.name && one.phase === 'ready').length
    const concurrency = resolved.concurrency[part.name] ?? null
    const seen = measured.parts.find((one) => one.part === part.name)
    return [part.name, partTally(part, seen, { serving, ms, concurrency })]
  })
  const instances = new Map(
    measured.parts.flatMap((part) => part.instances.map((one) => [one.instance, one])),
  )
  return {
    service: {
      ...noTally,
      seenMs: ms,
      readyMs: parts.every(([, { readyMs }]) => readyMs > 0) ? ms : 0,
      arrivals: measured.arrivals,
      completed: measured.completed,
      failed: measured.failed,
      refused: measured.refused,
      aborted: measured.aborted,
      response: measured.responseMs,
      levels: levelTallies(observation),
    },
    parts: new Map(parts),
    instances: new Map(
      present.map((one) => {
        const part = resolved.service.parts.find(({ name }) => name === one.part)
        return [one.id, instanceTally(one, instances.get(one.id), { ms, part })]
      }),
    ),
  }
}

interface Serving {
  readonly serving: number
  readonly ms: number
  /** Operations that an instance is given at once; null where its part does not say. */
  readonly concurrency: number | null
}

function partTally(
  { characteristics }: Part,
  seen: PartMeasurement | undefined,
  { serving, ms, concurrency }: Serving,
): Tally {
  const ready = {
    readyMs: serving > 0 ? ms : 0,
    instancesMs: serving * ms,
    placesMs: serving * (concurrency ?? 0) * ms,
    takesIn: characteristics === null ? 0 : (serving * characteristics.capacity * ms) / 1_000,
  }
  if (seen === undefined) return { ...noTally, ...ready }
  return {
    ...noTally,
    ...ready,
    seenMs: ms,
    arrivals: seen.arrivals,
    completed: seen.completed,
    failed: seen.failed + seen.refused,
    refused: seen.refused,
    aborted: seen.aborted,
    waitedMs: seen.waitingMs.sum,
    servedMs: seen.serviceMs.sum,
    insideMs: seen.inPartMean * ms,
    service: seen.serviceMs,
  }
}

function instanceTally(
  { phase }: PlatformInstance,
  seen: InstanceMeasurement | undefined,
  { ms, part }: { readonly ms: number; readonly part: Part | undefined },
): Tally {
  const capacity = part?.characteristics?.capacity ?? 0
  const ready = phase === 'ready' ? { readyMs: ms, instancesMs: ms, takesIn: (capacity * ms) / 1_000 } : {}
  if (seen === undefined) return { ...noTally, ...ready }
  return {
    ...noTally,
    ...ready,
    seenMs: ms,
    completed: seen.completed,
    failed: seen.failed,
    servedMs: seen.serviceMs.sum,
    insideMs: seen.inFlight * ms,
    service: seen.serviceMs,
  }
}

const levelTallies = ({ levels }: MeasuredTick['observation']): Readonly<Record<string, LevelTally>> =>
  Object.fromEntries(levels.map(({ level, met, missed }) => [level, { met, missed }]))
