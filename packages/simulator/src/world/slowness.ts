/**
 * How many times as long a visit takes as it should: what the part's program, the instance itself, its age and
 * its host do to it, one times the other.
 */
import { hostSlowness } from './hosts.ts'
import { stationsTaken, type SimulatedInstance, type WarmUp } from './simulated-instance.ts'

/** What is wrong with a part at present. */
export interface PartTrouble {
  readonly slowness: number
  /** Of calls to outside services. */
  readonly addedMs: number
  readonly contention: number
  readonly leak: LeakRate | null
  readonly coldStart: { readonly factor: number; readonly lastsMs: number } | null
  readonly crashesPerHour: number
}

export interface LeakRate {
  readonly perOperation: number
  readonly perHour: number
  readonly crashesAt: number
}

export const noTrouble: PartTrouble = {
  slowness: 1,
  addedMs: 0,
  contention: 0,
  leak: null,
  coldStart: null,
  crashesPerHour: 0,
}

const MS_PER_HOUR = 3_600_000

/** For a visit that comes to the instance now. */
export function slownessOf(instance: SimulatedInstance, now: number): number {
  const { trouble } = instance.part
  let slowness = trouble.slowness * instance.slowness * hostSlowness(instance.host)
  if (instance.warm !== null) slowness *= warmUpSlowness(instance.warm, now)
  if (trouble.leak !== null) slowness *= leakSlowness(instance, trouble.leak, now)
  if (trouble.contention > 0) slowness *= 1 + trouble.contention * takenElsewhere(instance, now)
  return slowness
}

export function leakSlowness(instance: SimulatedInstance, leak: LeakRate, now: number): number {
  const hours = (now - instance.leaksSince) / MS_PER_HOUR
  return 1 + leak.perOperation * instance.leakedOperations + leak.perHour * hours
}

function warmUpSlowness({ factor, from, lastsMs }: WarmUp, now: number): number {
  const left = 1 - (now - from) / lastsMs
  return left > 0 ? 1 + (factor - 1) * left : 1
}

/** Stations of the part that work on other visits; the one that this visit gets is not among them. */
function takenElsewhere({ part, freeAt }: SimulatedInstance, now: number): number {
  let taken = 0
  for (const instance of part.instances) taken += stationsTaken(instance, now)
  const none = freeAt.every((at) => at > now)
  return none ? taken - 1 : taken
}
