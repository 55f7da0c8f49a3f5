/** The time within which a share of operations ends: the response model asked the other way round. */
import { predictWithin, type LoadedPart } from '../allocation/index.ts'

/** The predicted time is within this share of the exact one. */
const PRECISION = 0.002

/** Longer than this times the time without waiting nobody waits; the share is then as good as out of reach. */
const LONGEST = 10_000

/** Null where so many never end, as a part is full. */
export function responseTimeAt(
  parts: readonly LoadedPart[],
  rate: number,
  share: number,
  overheadMs: number,
): number | null {
  const within = (ms: number): boolean => predictWithin(parts, rate, ms, overheadMs) >= share
  const least = responseWithoutWaiting(parts, overheadMs)
  let [low, high] = [0, Math.max(least, 1)]
  while (!within(high)) {
    if (high > LONGEST * Math.max(least, 1)) return null
    low = high
    high *= 2
  }
  while (high - low > PRECISION * high) {
    const middle = (low + high) / 2
    if (within(middle)) high = middle
    else low = middle
  }
  return high
}

/** The mean time of an operation that never waits. */
export const responseWithoutWaiting = (
  parts: readonly Pick<LoadedPart, 'stations' | 'visits'>[],
  overheadMs: number,
): number => parts.reduce((sum, { stations, visits }) => sum + stations.service.meanMs * visits, overheadMs)
