/** Learns how often instances fail, from all of a service's parts together: failures are rare. */
import type { ServiceObservation } from '../health/index.ts'

/** Both fade over a month. */
export interface Fragility {
  readonly instanceHours: number
  readonly failures: number
}

export const nothingFailed: Fragility = { instanceHours: 0, failures: 0 }

const MEMORY_MS = 30 * 86_400_000
const MS_PER_HOUR = 3_600_000
/** Until more is known an instance is taken to fail once a month. */
const PRIOR_HOURS = 720

export function learnFragility(before: Fragility, { span, parts }: ServiceObservation): Fragility {
  const ms = span.to - span.from
  const kept = Math.exp(-ms / MEMORY_MS)
  let [ready, failed] = [0, 0]
  for (const { instances } of parts) {
    for (const { phase, phaseSince } of instances) {
      if (phase === 'ready') ready += 1
      const isGone = phase === 'failed' || phase === 'backing-off'
      if (isGone && phaseSince >= span.from && phaseSince < span.to) failed += 1
    }
  }
  return {
    instanceHours: before.instanceHours * kept + (ready * ms) / MS_PER_HOUR,
    failures: before.failures * kept + failed,
  }
}

/** Of one instance. */
export const failuresPerHour = ({ instanceHours, failures }: Fragility): number =>
  (failures + 1) / (instanceHours + PRIOR_HOURS)
