/**
 * Measures how busy the stations of a part's ready instances are. A station takes one visit after the other
 * without a gap, so what was assigned less what lies still ahead was spent: exact, without an event for it.
 */
import type { PartUse } from '../autoscaler.ts'
import type { SimulatedPart } from './simulated-part.ts'
import type { SimulatedInstance } from './simulated-instance.ts'

export interface UseMeter {
  /** Time that stations of ready instances were given visits for. */
  assignedMs: number
  /** Of that, what had been spent at the last look. */
  lookedMs: number
  samples: number
  saturatedSamples: number
}

export const newUseMeter = (): UseMeter => ({ assignedMs: 0, lookedMs: 0, samples: 0, saturatedSamples: 0 })

/** Time for which the instance's stations are taken beyond now. */
export function aheadMs({ freeAt }: SimulatedInstance, now: number): number {
  let ahead = 0
  for (const at of freeAt) if (at > now) ahead += at - now
  return ahead
}

export function sampleSaturation({ instances, line, use }: SimulatedPart, now: number): void {
  use.samples += 1
  let ready = false
  for (const { phase, freeAt } of instances) {
    if (phase !== 'ready') continue
    ready = true
    for (const at of freeAt) if (at <= now) return
  }
  if (ready || line.length > 0) use.saturatedSamples += 1
}

/** Since the last look, which was `spanMs` ago. */
export function takeUse(part: SimulatedPart, spanMs: number, now: number): PartUse {
  const { instances, use, stations } = part
  let spentMs = use.assignedMs
  for (const instance of instances) if (instance.phase === 'ready') spentMs -= aheadMs(instance, now)
  const { lookedMs, samples, saturatedSamples } = use
  use.lookedMs = spentMs
  use.samples = 0
  use.saturatedSamples = 0
  return {
    part: part.name,
    stationsPerInstance: stations.perInstance,
    busyMean: (spentMs - lookedMs) / spanMs,
    saturatedShare: samples === 0 ? 0 : saturatedSamples / samples,
  }
}
