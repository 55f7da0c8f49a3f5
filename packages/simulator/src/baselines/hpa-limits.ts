/**
 * How fast Kubernetes' horizontal pod autoscaler approaches what it proposes (`horizontal.go`): a stabilisation
 * window over past recommendations, then a limit on the growth of one step. Without `behavior` in the manifest
 * the older rules hold; with it, those of `behavior`, here with its defaults.
 */
import type { EpochMs } from '@holdfast/core/units'
import { clamp } from './per-part.ts'

/** Downwards the largest recommendation of this time counts; upwards the newest. */
const DOWNSCALE_STABILIZATION_MS = 300_000

/** Without `behavior` one step goes up to twice the replicas, or to four. */
const SCALE_UP_FACTOR = 2
const SCALE_UP_MINIMUM = 4

/** Default `behavior`: in each period the replicas may double, or grow by four, whichever is more; down to nothing. */
const PERIOD_MS = 15_000
const PODS_PER_PERIOD = 4
const PERCENT_PER_PERIOD = 100

interface Recommendation {
  readonly at: EpochMs
  readonly replicas: number
}

/** Replicas added (or, below 0, removed) at an instant. */
interface ScaleEvent {
  readonly at: EpochMs
  readonly change: number
}

export interface LimitState {
  readonly recommendations: readonly Recommendation[]
  readonly events: readonly ScaleEvent[]
}

/** What runs at first counts as recommended. */
export const newLimitState = (replicas: number, now: EpochMs): LimitState => ({
  recommendations: [{ at: now, replicas }],
  events: [],
})

interface LimitInput {
  readonly current: number
  readonly proposed: number
  readonly least: number
  readonly most: number
}

interface Limited {
  readonly state: LimitState
  readonly desired: number
}

export type LimitRule = (state: LimitState, input: LimitInput, now: EpochMs) => Limited

export const limitWithoutBehavior: LimitRule = (state, { current, proposed, least, most }, now) => {
  const recommendations = remembered(state, proposed, now)
  const stabilized = Math.max(...recommendations.map(({ replicas }) => replicas))
  const highest = Math.min(most, Math.max(SCALE_UP_FACTOR * current, SCALE_UP_MINIMUM))
  return { state: { recommendations, events: [] }, desired: clamp(stabilized, least, highest) }
}

export const limitWithDefaultBehavior: LimitRule = (state, { current, proposed, least, most }, now) => {
  const recommendations = remembered(state, proposed, now)
  // Upwards the window is empty, so that the newest recommendation alone counts.
  const down = Math.max(...recommendations.map(({ replicas }) => replicas))
  const stabilized = clamp(current, proposed, down)
  const events = state.events.filter(({ at }) => at > now - PERIOD_MS)
  const desired = withinPolicies({ current, proposed: stabilized, least, most }, events)
  const change = desired - current
  return {
    state: { recommendations, events: change === 0 ? events : [...events, { at: now, change }] },
    desired,
  }
}

function withinPolicies(
  { current, proposed, least, most }: LimitInput,
  events: readonly ScaleEvent[],
): number {
  if (proposed > current) {
    const before = current - events.reduce((sum, { change }) => sum + change, 0)
    const grown = Math.max(before + PODS_PER_PERIOD, Math.ceil(before * (1 + PERCENT_PER_PERIOD / 100)))
    return Math.min(proposed, most, Math.max(current, grown))
  }
  // All may go in one period, so that only the least number holds.
  return proposed < current ? Math.max(proposed, least) : current
}

const remembered = (
  { recommendations }: LimitState,
  replicas: number,
  now: EpochMs,
): readonly Recommendation[] => [
  ...recommendations.filter(({ at }) => at > now - DOWNSCALE_STABILIZATION_MS),
  { at: now, replicas },
]
