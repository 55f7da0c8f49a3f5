/**
 * Knative's pod autoscaler on concurrency, one for each part (`autoscaler.go`, `Scale`). It decides every two
 * seconds on the average of a minute, and on that of six seconds in a panic, while it never goes down.
 */
import type { Service } from '@holdfast/core/agreement'
import { seconds, type EpochMs } from '@holdfast/core/units'
import type { Autoscaler } from '../autoscaler.ts'
import { addReading, windowAverage, type Reading } from './kpa-window.ts'
import { clamp, perPart, type PartSeen, type PartStates } from './per-part.ts'

const TICK = seconds(2)
/** Pods are scraped once a second. */
const SIGNAL_AGE = seconds(1)
const STABLE_WINDOW_MS = 60_000
/** A tenth of the stable window. */
const PANIC_WINDOW_MS = 6_000
const PANIC_THRESHOLD = 2
const MAX_SCALE_UP_RATE = 1_000
const MAX_SCALE_DOWN_RATE = 2
const MIN_TARGET = 0.01

export interface KpaState {
  readonly readings: readonly Reading[]
  /** When panic was last entered or extended; null when there is none. */
  readonly panicAt: EpochMs | null
  /** The most pods wanted in this panic. */
  readonly maxPanicPods: number
}

/** With more than one pod it begins in panic, so that none is taken away before the window is full. */
export const newKpaState = (pods: number, now: EpochMs): KpaState => ({
  readings: [],
  panicAt: pods > 1 ? now : null,
  maxPanicPods: pods > 1 ? pods : 0,
})

export interface KpaInput {
  /** Operations inside each pod that it is scaled for: what it can take, times the target utilisation. */
  readonly target: number
  readonly stableAverage: number
  readonly panicAverage: number
  readonly readyPods: number
}

/** Without minimum and maximum, which come last. */
export function scaleKpa(
  state: Omit<KpaState, 'readings'>,
  { target: wished, stableAverage, panicAverage, readyPods }: KpaInput,
  now: EpochMs,
): { readonly state: Omit<KpaState, 'readings'>; readonly desired: number } {
  const target = Math.max(MIN_TARGET, wished)
  const ready = Math.max(1, readyPods)
  const most = Math.ceil(MAX_SCALE_UP_RATE * ready)
  const least = Math.floor(ready / MAX_SCALE_DOWN_RATE)
  const unlimitedPanic = Math.ceil(panicAverage / target)
  const stable = clamp(Math.ceil(stableAverage / target), least, most)
  const panic = clamp(unlimitedPanic, least, most)
  const isOver = unlimitedPanic / ready >= PANIC_THRESHOLD
  const panicAt = isOver ? now : stillPanic(state.panicAt, now)
  if (panicAt === null) return { state: { panicAt, maxPanicPods: 0 }, desired: stable }
  const maxPanicPods = Math.max(state.maxPanicPods, stable, panic)
  return { state: { panicAt, maxPanicPods }, desired: maxPanicPods }
}

const stillPanic = (panicAt: EpochMs | null, now: EpochMs): EpochMs | null =>
  panicAt !== null && panicAt + STABLE_WINDOW_MS < now ? null : panicAt

/** `concurrency`: the share of an instance's stations that may be occupied or waited for, on average. */
export function kpa(
  service: Service,
  { concurrency }: { readonly concurrency: number },
): Autoscaler<PartStates<KpaState> | null> {
  return perPart(service, {
    name: 'KPA',
    every: TICK,
    signalAge: SIGNAL_AGE,
    begin: (_, count, now) => newKpaState(count, now),
    decide(state, seen, now) {
      if (!seen.complete) return { state, count: seen.current }
      const reading = { at: seen.span.to, value: seen.observation.inPartMean }
      const readings = addReading(state.readings, reading, STABLE_WINDOW_MS)
      const { state: after, desired } = scaleKpa(
        state,
        {
          target: concurrency * seen.use.stationsPerInstance,
          stableAverage: windowAverage(readings, STABLE_WINDOW_MS, seen.span.to),
          panicAverage: windowAverage(readings, PANIC_WINDOW_MS, seen.span.to),
          readyPods: readyIn(seen),
        },
        now,
      )
      return { state: { ...after, readings }, count: desired }
    },
  })
}

const readyIn = ({ observation }: PartSeen): number =>
  observation.instances.filter(({ phase }) => phase === 'ready').length
