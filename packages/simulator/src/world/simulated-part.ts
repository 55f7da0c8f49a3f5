/**
 * One part as the world has it: what it is expected to do is what it does, but for the faults that a run
 * names. It holds the part's instances, the line of visits that no instance could take, and its meter.
 */
import { stationsOf, type Stations } from '@holdfast/core/allocation'
import type { Characteristics, Part } from '@holdfast/core/agreement'
import { lognormal, type Random } from '@holdfast/core/stats'
import type { PartName } from '@holdfast/core/units'
import { newPartMeter, type PartMeter } from './meters.ts'
import type { RandomStreams } from './random-streams.ts'
import type { SimulatedInstance } from './simulated-instance.ts'
import { noTrouble, type PartTrouble } from './slowness.ts'
import { newUseMeter, type UseMeter } from './use-meter.ts'
import type { Visit } from './visit.ts'

export interface SimulatedPart {
  readonly name: PartName
  readonly characteristics: Characteristics
  readonly stations: Stations
  /** True where an instance admits one visit every 1/capacity, which lasts longer than its service. */
  readonly admitsByRate: boolean
  readonly calls: readonly { readonly part: PartName; readonly times: number }[]
  readonly startSigma: number
  readonly warmUp: StartsOfPart['warmUp']
  readonly instances: SimulatedInstance[]
  readonly line: Visit[]
  readonly meter: PartMeter
  readonly use: UseMeter
  readonly serviceRandom: Random
  readonly callRandom: Random
  trouble: PartTrouble
  dispatched: number
}

export type Starts = Readonly<Record<PartName, StartsOfPart>>

/** How instances of a part start; how long that takes is in its characteristics. */
export interface StartsOfPart {
  /** Standard deviation of the start time's logarithm: about the share by which it varies. */
  readonly sigma: number
  /** Instances that get ready begin `factor` times as slow, and reach their speed along a straight line. */
  readonly warmUp: { readonly factor: number; readonly lastsMs: number } | null
}

/** Start times vary by about a tenth from one start to the next. */
const USUAL_STARTS: StartsOfPart = { sigma: 0.1, warmUp: null }

export function simulatedPart(
  { name, characteristics, calls }: Part,
  streams: RandomStreams,
  starts: StartsOfPart = USUAL_STARTS,
): SimulatedPart {
  if (characteristics === null)
    throw new RangeError(`Part ${name} has no expected characteristics, so it cannot be simulated.`)
  return {
    name,
    characteristics,
    stations: stationsOf(characteristics, null),
    admitsByRate: (characteristics.capacity * characteristics.serviceTime.mean) / 1_000 < 1,
    calls,
    startSigma: starts.sigma,
    warmUp: starts.warmUp,
    instances: [],
    line: [],
    meter: newPartMeter(),
    use: newUseMeter(),
    serviceRandom: streams(`service time of ${name}`),
    callRandom: streams(`calls of ${name}`),
    trouble: noTrouble,
    dispatched: 0,
  }
}

export function drawServiceMs({ stations, serviceRandom }: SimulatedPart, slowness: number): number {
  const { meanMs, sigma } = stations.service
  return (sigma === 0 ? meanMs : lognormal(serviceRandom, meanMs, sigma)) * slowness
}

/** For how long a visit of this service time keeps its station: with a pause where the part admits by rate. */
export function occupancyMs(
  { stations, admitsByRate }: SimulatedPart,
  serviceMs: number,
  slowness: number,
): number {
  const expectedMs = stations.occupancySeconds * 1_000
  const { meanMs } = stations.service
  return admitsByRate
    ? serviceMs + Math.max(0, expectedMs - meanMs * slowness)
    : (serviceMs * expectedMs) / meanMs
}

/** A fraction of a call is made with that probability. */
export function drawCalls({ callRandom }: SimulatedPart, times: number): number {
  const whole = Math.floor(times)
  const fraction = times - whole
  return fraction > 0 && callRandom.next() < fraction ? whole + 1 : whole
}
