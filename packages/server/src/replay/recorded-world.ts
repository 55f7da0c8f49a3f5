/**
 * Makes of recorded ticks the world to simulate: the load as it came, the service times as they were measured,
 * and the instances that were there. What was decided on the way is left out, so that other terms can be tried.
 */
import type { Agreement, Service } from '@holdfast/core/agreement'
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { DecideInput } from '@holdfast/core/control'
import {
  durationMs,
  epochMs,
  minutes,
  seconds,
  type DurationMs,
  type EpochMs,
  type PartName,
} from '@holdfast/core/units'
import type { Fault, LoadShape } from '@holdfast/simulator'

/** What a planner needs to have learned its world: without it the first minutes would be those of a beginner. */
export const LEAD_IN: DurationMs = minutes(15)

export interface RecordedWorld {
  /** As it was last declared. */
  readonly service: Service
  readonly agreements: readonly Agreement[]
  /** A whole second. */
  readonly begins: EpochMs
  /** From when on the run counts. */
  readonly countsFrom: EpochMs
  readonly countsTo: EpochMs
  readonly duration: DurationMs
  readonly tickEvery: DurationMs
  readonly load: LoadShape
  /** Ready when the run begins. */
  readonly initial: InstanceCounts
  readonly faults: readonly Fault[]
  /** What a measured operation spent outside of all parts, which is not simulated. */
  readonly overheadMs: number
}

/** Adds up the ticks of a stretch, those that lead into it as well. */
interface WorldRecord {
  add(input: DecideInput): void
  /** Null when there was no tick of the stretch. */
  world(from: EpochMs): RecordedWorld | null
}

const MINUTE: DurationMs = minutes(1)
const SECOND: DurationMs = seconds(1)

/** Service times are taken from so many pieces of the stretch: enough to follow them, and a few operations each. */
const PIECES = 60

/** Fewer operations say little about a service time. */
const ENOUGH_OPERATIONS = 20

/** A smaller difference from what is declared is chance. */
const SAME_SHARE = 0.02

export function createWorldRecord(): WorldRecord {
  const ticks: RecordedInput[] = []
  return {
    add({ service, agreements, observation, desired, now, state: { overheadMs } }) {
      const { span, arrivals, parts } = observation
      const served = parts.map(({ part, service: { count, meanMs } }) => ({ part, count, meanMs }))
      ticks.push({
        service,
        agreements,
        from: span.from,
        to: now,
        arrivals,
        served,
        counts: countsOf(desired),
        overheadMs,
      })
    },
    world(from) {
      const [first] = ticks
      const last = ticks.at(-1)
      const counted = ticks.find((tick) => tick.to >= from)
      if (first === undefined || last === undefined || counted === undefined) return null
      const isBeginning = Object.keys(first.counts).length === 0
      // Where the record begins too late to learn from, what came first is taken to have been so before.
      const leadIn = isBeginning ? 0 : Math.max(0, LEAD_IN - (counted.from - first.from))
      const begins = epochMs(Math.floor((first.from - leadIn) / SECOND) * SECOND)
      const tickEvery = usualLength(ticks)
      return {
        service: last.service,
        agreements: last.agreements,
        begins,
        countsFrom: counted.from,
        countsTo: last.to,
        duration: durationMs(Math.ceil((last.to - begins) / tickEvery) * tickEvery),
        tickEvery,
        load: loadOf(ticks, { begins, tickEvery, before: leadIn > 0 }),
        initial: first.counts,
        faults: slownessOf(ticks, last.service, begins),
        overheadMs: last.overheadMs,
      }
    },
  }
}

interface RecordedInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly from: EpochMs
  readonly to: EpochMs
  readonly arrivals: number
  readonly served: readonly { readonly part: PartName; readonly count: number; readonly meanMs: number }[]
  readonly counts: InstanceCounts
  readonly overheadMs: number
}

function countsOf(desired: DecideInput['desired']): InstanceCounts {
  const counts: Record<PartName, number> = {}
  for (const { part } of desired) counts[part] = (counts[part] ?? 0) + 1
  return counts
}

/** The median: single ticks come early, or late after a restart. */
function usualLength(ticks: readonly RecordedInput[]): DurationMs {
  const lengths = ticks.map(({ from, to }) => to - from).sort((left, right) => left - right)
  return durationMs(Math.max(1, lengths[Math.floor(lengths.length / 2)] ?? 1))
}

/** Operations that came in each step; a tick that crosses steps is shared out over them. */
function loadOf(
  ticks: readonly RecordedInput[],
  { begins, tickEvery, before }: { begins: EpochMs; tickEvery: DurationMs; before: boolean },
): LoadShape {
  const arrivals: number[] = []
  const spread = (from: number, to: number, amount: number): void => {
    for (let step = Math.floor((from - begins) / tickEvery); begins + step * tickEvery < to; step += 1) {
      const stepFrom = Math.max(from, begins + step * tickEvery)
      const stepTo = Math.min(to, begins + (step + 1) * tickEvery)
      arrivals[step] = (arrivals[step] ?? 0) + (amount * (stepTo - stepFrom)) / Math.max(1, to - from)
    }
  }
  for (const { from, to, arrivals: amount } of ticks) spread(Math.max(from, begins), to, amount)
  const [first] = ticks
  if (before && first !== undefined) {
    const opening = ticks.filter(({ to }) => to <= first.from + MINUTE)
    const ms = opening.reduce((sum, { from, to }) => sum + to - from, 0)
    const rate = opening.reduce((sum, { arrivals }) => sum + arrivals, 0) / Math.max(1, ms)
    spread(begins, first.from, rate * (first.from - begins))
  }
  const rates = Array.from(arrivals, (amount) => ((amount ?? 0) * 1_000) / tickEvery)
  return { kind: 'trace', step: tickEvery, rates, exact: true }
}

/** How many times as long as declared each part took, piece by piece, as the simulated world is told of it. */
function slownessOf(ticks: readonly RecordedInput[], service: Service, begins: EpochMs): readonly Fault[] {
  const [first, last] = [ticks[0], ticks.at(-1)]
  if (first === undefined || last === undefined) return []
  const pieceMs = Math.max(1, Math.ceil((last.to - first.from) / PIECES))
  return service.parts.flatMap(({ name, characteristics }) => {
    if (characteristics === null) return []
    const pieces = new Map<number, { count: number; ms: number }>()
    for (const { from, served } of ticks) {
      const seen = served.find(({ part }) => part === name)
      if (seen === undefined || seen.count === 0) continue
      const at = Math.floor((from - first.from) / pieceMs)
      const piece = pieces.get(at) ?? { count: 0, ms: 0 }
      pieces.set(at, { count: piece.count + seen.count, ms: piece.ms + seen.count * seen.meanMs })
    }
    const expected = characteristics.serviceTime.mean
    return [...pieces].flatMap(([at, { count, ms }]): readonly Fault[] => {
      const factor = ms / count / expected
      if (count < ENOUGH_OPERATIONS || Math.abs(factor - 1) < SAME_SHARE) return []
      // The first piece reaches back to where the run begins.
      const from = at === 0 ? 0 : first.from + at * pieceMs - begins
      const to = first.from + (at + 1) * pieceMs - begins
      return [{ kind: 'slow-code', part: name, factor, from: durationMs(from), to: durationMs(to) }]
    })
  })
}
