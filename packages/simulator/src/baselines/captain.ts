/**
 * Autothrottle's Captain (`worker-daemon.py`, `CaptainScaler`), which moves the CPU limit of one running thing
 * each second so that it is throttled as often as its target says.
 *
 * Here the limit is of a part, in stations, and as many whole instances are wanted as hold it. A CPU period of
 * 100 ms is throttled when all stations of ready instances were occupied at its end. Captain's new limits hold
 * at once, instances have to start: until all that are wanted are ready nothing is decided, for what throttles
 * is the old limit. Its 50 samples of the last five seconds are five means of a second each.
 */
import type { Service } from '@holdfast/core/agreement'
import { durationMs, seconds } from '@holdfast/core/units'
import type { Autoscaler } from '../autoscaler.ts'
import { perPart, type PartSeen, type PartStates } from './per-part.ts'

const EVERY = seconds(1)
const HISTORY = 5
const FIRST_MARGIN = 3
/** Throttled more often than so many times its target, the limit grows. */
const TOLERATED = 3
const SMALLER_BY = 0.9
const SMALLEST_STEP = 0.5
const SMALLEST_LIMIT = 0.01

export interface CaptainState {
  /** Null before the first decision. */
  readonly limit: number | null
  readonly lastLimit: number
  readonly wentDown: boolean
  readonly margin: number
  /** Of the last seconds, oldest first. */
  readonly usage: readonly number[]
}

export const newCaptain: CaptainState = {
  limit: null,
  lastLimit: 0,
  wentDown: false,
  margin: FIRST_MARGIN,
  usage: Array.from({ length: HISTORY }, () => 0),
}

export interface CaptainInput {
  readonly target: number
  readonly throttledShare: number
  readonly usage: number
}

/** One second of Captain, whose limit is at least in force. */
export function steerCaptain(
  state: CaptainState & { readonly limit: number },
  { target, throttledShare, usage: used }: CaptainInput,
): CaptainState & { readonly limit: number } {
  const usage = [...state.usage.slice(1 - HISTORY), used]
  const excess = throttledShare - target
  if (state.wentDown && throttledShare > TOLERATED * target) {
    // What was taken away is given back twice, and the throttling is answered for.
    const limit = 2 * state.lastLimit - state.limit
    return { usage, limit, lastLimit: limit, wentDown: false, margin: Math.max(0, state.margin + excess) }
  }
  const margin = Math.max(0, state.margin + excess)
  const kept = { usage, margin, lastLimit: state.limit, wentDown: false, limit: state.limit }
  if (throttledShare > TOLERATED * target)
    return { ...kept, limit: state.limit * (1 + throttledShare - TOLERATED * target) }
  const wanted = Math.max(...usage) + standardDeviation(usage) * margin
  if (wanted > SMALLER_BY * state.limit) return kept
  return {
    ...kept,
    wentDown: true,
    limit: Math.max(SMALLEST_LIMIT, SMALLEST_STEP * state.limit, wanted),
  }
}

/** Of a sample, as Captain takes it. */
function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** `throttled`: the share of periods that may be throttled. */
export function captain(
  service: Service,
  { throttled }: { readonly throttled: number },
): Autoscaler<PartStates<CaptainState> | null> {
  return perPart(service, {
    name: 'Captain',
    every: EVERY,
    signalAge: durationMs(0),
    begin: () => newCaptain,
    decide(state, seen) {
      if (!seen.complete || !isInForce(seen)) return { state, count: seen.current }
      const stations = seen.use.stationsPerInstance
      const after = steerCaptain(
        { ...state, limit: state.limit ?? seen.current * stations },
        { target: throttled, throttledShare: seen.use.saturatedShare, usage: seen.use.busyMean },
      )
      // What no instances can hold is no limit: it must not run away from them.
      const limit = Math.min(after.limit, seen.part.maxInstances * stations)
      return { state: { ...after, limit }, count: Math.ceil(limit / stations - 1e-9) }
    },
  })
}

const isInForce = ({ observation, current }: PartSeen): boolean =>
  observation.instances.filter(({ phase }) => phase === 'ready').length === current
