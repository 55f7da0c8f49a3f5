/** The same instances all the time: what is deployed for the highest load, as without any autoscaler. */
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { Service } from '@holdfast/core/agreement'
import { durationMs, minutes } from '@holdfast/core/units'
import type { Autoscaler } from '../autoscaler.ts'
import { withinParts } from './per-part.ts'

/** It has nothing to decide; instances that were lost are replaced by whoever runs them. */
const EVERY = minutes(1)

export function staticPeak(service: Service, counts: InstanceCounts): Autoscaler<null> {
  const held = withinParts(service, counts)
  return {
    name: 'static peak',
    every: EVERY,
    signalAge: durationMs(0),
    begin: null,
    decide: () => ({ state: null, counts: held }),
  }
}
