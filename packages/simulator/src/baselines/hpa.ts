/**
 * Kubernetes' horizontal pod autoscaler on CPU utilisation, one for each part. An instance's request and limit
 * is what its stations can do, so that utilisation saturates at 100 %. It looks every 15 s, at figures that
 * passed the kubelet and the metrics server before.
 */
import type { Service } from '@holdfast/core/agreement'
import type { Span } from '@holdfast/core/health'
import { durationMs, seconds, type EpochMs } from '@holdfast/core/units'
import type { Autoscaler } from '../autoscaler.ts'
import {
  limitWithDefaultBehavior,
  limitWithoutBehavior,
  newLimitState,
  type LimitRule,
  type LimitState,
} from './hpa-limits.ts'
import { proposeByUtilization, type PodGroups } from './hpa-proposal.ts'
import { perPart, type PartSeen, type PartStates } from './per-part.ts'

/** `--horizontal-pod-autoscaler-sync-period`. */
export const SYNC_PERIOD = seconds(15)

/** Mean of kubelet (10 s), metrics server (30 s) and sync (15 s), each met at a random moment. */
const SIGNAL_AGE = durationMs(27_500)

export interface HpaOptions {
  /** In percent of what an instance can do. */
  readonly targetPercent: number
  readonly behavior: 'none' | 'default'
}

export function hpa(
  service: Service,
  { targetPercent, behavior }: HpaOptions,
): Autoscaler<PartStates<LimitState> | null> {
  const limit = behavior === 'none' ? limitWithoutBehavior : limitWithDefaultBehavior
  return perPart(service, {
    name: behavior === 'none' ? 'HPA' : 'HPA with behavior',
    every: SYNC_PERIOD,
    signalAge: SIGNAL_AGE,
    begin: (_, count, now) => newLimitState(count, now),
    decide(state, seen, now) {
      const proposed = seen.complete
        ? proposeByUtilization(seen.current, groupsOf(seen), targetPercent)
        : null
      return reconcile({ state, seen, proposed, limit }, now)
    },
  })
}

interface Reconciled {
  readonly state: LimitState
  readonly seen: PartSeen
  /** Null where the metric could not be had: then nothing is scaled. */
  readonly proposed: number | null
  readonly limit: LimitRule
}

/** What the controller does at each sync with the proposal of its metric (`reconcileAutoscaler`). */
export function reconcile(
  { state, seen, proposed, limit }: Reconciled,
  now: EpochMs,
): { readonly state: LimitState; readonly count: number } {
  const { current, part } = seen
  if (current > part.maxInstances) return { state, count: part.maxInstances }
  if (current < part.minInstances) return { state, count: part.minInstances }
  if (proposed === null) return { state, count: current }
  const limited = limit(state, { current, proposed, least: part.minInstances, most: part.maxInstances }, now)
  return { state: limited.state, count: limited.desired }
}

/**
 * Instances as the controller groups pods. What became ready within the span of the signal is unready, as its
 * sample begins before it was ready; what was ordered since the signal was taken has no sample.
 */
function groupsOf({ observation, use, span, current }: PartSeen): PodGroups {
  const alive = observation.instances.filter(({ phase }) => phase !== 'draining' && phase !== 'failed')
  const ready = alive.filter(({ phase }) => phase === 'ready')
  const sampled = ready.filter(({ phaseSince }) => phaseSince <= span.from)
  const readySpans = ready.reduce((sum, { phaseSince }) => sum + shareOfSpan(phaseSince, span), 0)
  const usage = readySpans === 0 ? 0 : (100 * use.busyMean) / (readySpans * use.stationsPerInstance)
  return {
    ready: sampled.map(() => Math.min(100, usage)),
    unready: alive.length - sampled.length,
    missing: Math.max(0, current - alive.length),
  }
}

const shareOfSpan = (since: number, { from, to }: Span): number =>
  Math.min(1, Math.max(0, to - since) / (to - from))
