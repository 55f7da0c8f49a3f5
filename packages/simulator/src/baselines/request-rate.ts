/**
 * A request-rate target as KEDA scales by: a scaler gives the rate of the part's requests as an external metric
 * of type AverageValue, and a horizontal pod autoscaler without `behavior` divides it by the target.
 */
import type { Service } from '@holdfast/core/agreement'
import { seconds, type EpochMs } from '@holdfast/core/units'
import type { Autoscaler } from '../autoscaler.ts'
import { reconcile, SYNC_PERIOD } from './hpa.ts'
import { limitWithoutBehavior, newLimitState, type LimitState } from './hpa-limits.ts'
import { proposeByAverageValue } from './hpa-proposal.ts'
import { perPart, type PartSeen, type PartStates } from './per-part.ts'

/** The scaler is asked every 30 s, so that its answer is half of that old on average. */
const SIGNAL_AGE = seconds(15)
/** A rate is counted over the time between two answers. */
const RATE_WINDOW_MS = 30_000

interface Counted {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly arrivals: number
}

export interface RequestRateState {
  readonly limits: LimitState
  readonly counted: readonly Counted[]
}

/** `utilization`: the share of what one instance can take in that its target rate is. */
export function requestRate(
  service: Service,
  { utilization }: { readonly utilization: number },
): Autoscaler<PartStates<RequestRateState> | null> {
  return perPart(service, {
    name: 'request rate',
    every: SYNC_PERIOD,
    signalAge: SIGNAL_AGE,
    begin: (_, count, now): RequestRateState => ({ limits: newLimitState(count, now), counted: [] }),
    decide(state, seen, now) {
      const counted = recent(state.counted, seen)
      const capacity = seen.part.characteristics?.capacity
      const proposed =
        seen.complete && capacity !== undefined
          ? proposeByAverageValue(seen.current, rateOf(counted), utilization * capacity)
          : null
      const scaled = reconcile({ state: state.limits, seen, proposed, limit: limitWithoutBehavior }, now)
      return { state: { limits: scaled.state, counted }, count: scaled.count }
    },
  })
}

function recent(before: readonly Counted[], { observation, span, complete }: PartSeen): readonly Counted[] {
  const kept = before.filter(({ to }) => to > span.to - RATE_WINDOW_MS)
  return complete ? [...kept, { ...span, arrivals: observation.arrivals }] : kept
}

function rateOf(counted: readonly Counted[]): number {
  const lengthMs = counted.reduce((sum, { from, to }) => sum + to - from, 0)
  const arrivals = counted.reduce((sum, { arrivals }) => sum + arrivals, 0)
  return lengthMs === 0 ? 0 : (arrivals * 1_000) / lengthMs
}
