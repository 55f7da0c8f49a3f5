/**
 * Runs any rule that decides on counts in the same world as Holdfast's own core: it sees what its signal's age
 * lets it see, and the platform does for it what platforms do by themselves: failed instances are replaced.
 */
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { DesiredInstance } from '@holdfast/core/control'
import { addDuration, durationMs, type EpochMs } from '@holdfast/core/units'
import type { Autoscaler, Seen } from './autoscaler.ts'
import { desiredFor } from './replica-set.ts'
import type { RunFigures } from './run-figures.ts'
import { createSignals } from './signals.ts'
import type { AutoscalerInput } from './simulation-input.ts'
import { WorldRun } from './world-run.ts'

export interface AutoscalerRun {
  readonly name: string
  readonly decisions: number
  readonly figures: RunFigures
}

/** What a controller of replicas needs to notice that an instance has failed. */
const NOTICE_EVERY_MS = 1_000

/** Begins with the initial instances and, without any, with each part's minimum. */
export function runAutoscaler<State>(input: AutoscalerInput, autoscaler: Autoscaler<State>): AutoscalerRun {
  const { service, duration } = input
  const { every, signalAge } = autoscaler
  const run = new WorldRun(input, { samplesUse: true })
  const signals = createSignals({ run, every, signalAge, service })
  let state = autoscaler.begin
  let counts: InstanceCounts =
    input.initial ?? Object.fromEntries(service.parts.map(({ name, minInstances }) => [name, minInstances]))
  let desired: readonly DesiredInstance[] = run.initial()
  let generation = 0
  let decisions = 0
  for (let at = 0; at <= duration; at = Math.min(nextAfter(at, every), nextAfter(at, NOTICE_EVERY_MS))) {
    signals.advance(at)
    const now: EpochMs = addDuration(run.begins, durationMs(at))
    if (at % every === 0) {
      const seen: Seen = { ...signals.latest(), counts }
      const decided = autoscaler.decide(state, seen, now)
      state = decided.state
      counts = decided.counts
      decisions += 1
      input.onTick?.({ now, share: at / duration, seen, counts })
    }
    if (at % every !== 0 && isSettled(run, desired)) continue
    generation += 1
    const phases = run.world.phases()
    desired = desiredFor({ service: run.service, counts, desired, phases, generation })
    run.carryOut(desired)
  }
  return { name: autoscaler.name, decisions, figures: run.figures() }
}

function isSettled({ world, service }: WorldRun, desired: readonly DesiredInstance[]): boolean {
  if (world.instances().some(({ phase }) => phase === 'failed')) return false
  const revisions = new Map(service.parts.map(({ name, revision }) => [name, revision]))
  return desired.every(({ part, revision }) => revisions.get(part) === revision)
}

/** The next multiple of `every`. */
const nextAfter = (at: number, every: number): number => (Math.floor(at / every) + 1) * every
