/**
 * Who knows each second's need beforehand and still has to wait for instances to start. What is needed at some
 * second must have been ordered a start time before and be there since; so at any time the largest need of the
 * start time to come is the least that can be held, and holding just that is enough: a gap that is shorter than
 * a stop and a start is bridged by it, a longer one is not. No other schedule covers the needs for less.
 */
import type { InstanceCounts } from '@holdfast/core/allocation'
import { durationMs, seconds, type EpochMs, type PartName } from '@holdfast/core/units'
import type { Autoscaler } from '../autoscaler.ts'

/** Of each second since the run began; after the last one its need stays. */
export type Needs = Readonly<Record<PartName, Uint32Array>>

/** For each second the largest need of it and of the `leadSeconds` after it, in one pass (a queue that only falls). */
export function heldFor(needs: Uint32Array, leadSeconds: number): Uint32Array {
  const held = new Uint32Array(needs.length)
  const queue = new Uint32Array(needs.length)
  let [head, tail] = [0, 0]
  let read = 0
  for (let second = 0; second < needs.length; second += 1) {
    for (; read < needs.length && read <= second + leadSeconds; read += 1) {
      const need = needs[read] ?? 0
      while (tail > head && (needs[queue[tail - 1] ?? 0] ?? 0) <= need) tail -= 1
      queue[tail] = read
      tail += 1
    }
    while ((queue[head] ?? 0) < second) head += 1
    held[second] = needs[queue[head] ?? 0] ?? 0
  }
  return held
}

export interface ClairvoyantOptions {
  readonly needs: Needs
  /** From the order to start until an instance serves. */
  readonly leadSeconds: number
  readonly beganAt: EpochMs
}

export function clairvoyant({ needs, leadSeconds, beganAt }: ClairvoyantOptions): Autoscaler<null> {
  const held = Object.entries(needs).map(([part, ofPart]) => [part, heldFor(ofPart, leadSeconds)] as const)
  return {
    name: 'clairvoyant',
    every: seconds(1),
    signalAge: durationMs(0),
    begin: null,
    decide: (_state, _seen, now) => {
      const second = Math.floor((now - beganAt) / 1_000)
      const counts: InstanceCounts = Object.fromEntries(
        held.map(([part, ofPart]) => [part, ofPart[Math.min(second, ofPart.length - 1)] ?? 0]),
      )
      return { state: null, counts }
    },
  }
}
