/**
 * What an instance is to queueing: stations that each take one operation at a time. Where an instance
 * works on k operations at once, its capacity is k / service time and it is k stations. Where its capacity
 * is less than 1 / service time it admits one operation every 1 / capacity and then takes its service
 * time: one station that is occupied longer than the operation lasts (A3.11).
 */
import type { Characteristics } from '../agreement/index.ts'
import { standardNormalQuantile } from '../stats/index.ts'
import type { PartName } from '../units/index.ts'

/** A log-normal service time; sigma 0 makes it constant. */
export interface ServiceShape {
  readonly meanMs: number
  readonly sigma: number
}

export interface Stations {
  readonly perInstance: number
  readonly occupancySeconds: number
  /** Squared variation of the occupancy. */
  readonly occupancyVariation: number
  readonly service: ServiceShape
}

/** A part with a number of instances, and how operations of the service come to it. */
export interface LoadedPart {
  readonly part: PartName
  /** Mean number of visits by one operation of the service. */
  readonly visits: number
  readonly callers: readonly { readonly part: PartName; readonly times: number }[]
  readonly stations: Stations
  readonly instances: number
}

/** Measured service times move the model this far from what is expected; beyond it the application is at fault. */
const MEASURED_AT_LEAST = 0.5
const MEASURED_AT_MOST = 1.5

export function stationsOf(expected: Characteristics, measuredServiceMs: number | null): Stations {
  const expectedMs = expected.serviceTime.mean
  const factor =
    measuredServiceMs === null || expectedMs === 0
      ? 1
      : Math.min(MEASURED_AT_MOST, Math.max(MEASURED_AT_LEAST, measuredServiceMs / expectedMs))
  const service = { meanMs: expectedMs * factor, sigma: sigmaOf(expected) }
  const atOnce = expected.capacity * (expectedMs / 1_000)
  if (atOnce < 1) {
    const occupancySeconds = Math.max(1 / expected.capacity, service.meanMs / 1_000)
    // Served, then a pause of fixed length: as variable as the service where there is hardly a pause.
    const servedShare = service.meanMs / 1_000 / occupancySeconds
    const occupancyVariation = (Math.exp(service.sigma ** 2) - 1) * servedShare ** 2
    return { perInstance: 1, occupancySeconds, occupancyVariation, service }
  }
  const perInstance = Math.max(1, Math.floor(atOnce))
  return {
    perInstance,
    occupancySeconds: (perInstance / expected.capacity) * factor,
    occupancyVariation: Math.exp(service.sigma ** 2) - 1,
    service,
  }
}

/** Operations a second that one instance can take in, as the stations have it. */
export const capacityOf = (stations: Stations): number => stations.perInstance / stations.occupancySeconds

/** From ln(q / mean) = z·sigma − sigma²/2, the smaller root; percentiles too far out get the widest shape there is. */
function sigmaOf({ serviceTime }: Characteristics): number {
  const { mean, percentile } = serviceTime
  if (percentile === undefined || percentile.value <= mean || mean === 0) return 0
  const z = standardNormalQuantile(percentile.ratio)
  return z - Math.sqrt(Math.max(0, z * z - 2 * Math.log(percentile.value / mean)))
}
