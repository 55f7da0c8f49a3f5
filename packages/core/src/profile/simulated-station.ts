/** A station of known capacity for the tests of the experiment: time is reckoned, not waited for. */
import { exponential, type Random } from '../stats/index.ts'
import { nextStep, type Capacity, type SearchBounds } from './search.ts'
import { planStep } from './step-plan.ts'
import { createStepWatch, type StepPlan, type StepResult } from './step-watch.ts'

export interface Station {
  readonly servers: number
  /** For how long an operation keeps a server from the next one. */
  readonly occupiedMs: (random: Random, inside: number) => number
  /** What it takes beyond that. */
  readonly afterMs?: number
  /** Share of operations that end with an error while so many are inside. */
  readonly failsFrom?: number
}

const TICK_MS = 20

export function simulateStep(plan: StepPlan, station: Station, random: Random): StepResult {
  const watch = createStepWatch(plan, 0)
  const free: number[] = Array.from({ length: station.servers }, () => 0)
  const ends: { readonly atMs: number; readonly succeeded: boolean }[] = []
  let arrivalMs = exponential(random, 1_000 / plan.ratePerSecond)
  for (let nowMs = 0; ; nowMs += TICK_MS) {
    const untilMs = nowMs + TICK_MS
    for (;;) {
      ends.sort((left, right) => left.atMs - right.atMs)
      const end = ends[0]
      if (end !== undefined && end.atMs <= Math.min(untilMs, arrivalMs)) {
        ends.shift()
        watch.ends(end.atMs, end.succeeded)
      } else if (arrivalMs <= untilMs) {
        if (watch.arrives(arrivalMs)) ends.push(serve(station, free, arrivalMs, watch.inFlight, random))
        arrivalMs += exponential(random, 1_000 / plan.ratePerSecond)
      } else break
    }
    const result = watch.result(untilMs)
    if (result !== null) return result
  }
}

function serve(
  station: Station,
  free: number[],
  arrivalMs: number,
  inside: number,
  random: Random,
): { readonly atMs: number; readonly succeeded: boolean } {
  const first = free.indexOf(Math.min(...free))
  const doneMs = Math.max(arrivalMs, free[first] ?? 0) + station.occupiedMs(random, inside)
  free[first] = doneMs
  return { atMs: doneMs + (station.afterMs ?? 0), succeeded: inside < (station.failsFrom ?? Infinity) }
}

export interface Setting {
  readonly aloneMs: number
  readonly bounds: SearchBounds
  readonly budgetMs: number
}

/** The whole search, as the shell runs it. */
export function simulateSearch(
  station: Station,
  { aloneMs, bounds, budgetMs }: Setting,
  random: Random,
): { readonly capacity: Capacity | null; readonly steps: readonly StepResult[] } {
  const steps: StepResult[] = []
  for (;;) {
    const next = nextStep(steps, bounds, false)
    if (next.kind !== 'try') return { capacity: next.kind === 'done' ? next.capacity : null, steps }
    const plan = planStep(next, aloneMs, budgetMs)
    steps.push(simulateStep(plan, station, random))
  }
}
