/**
 * Takes the observations that decisions are made from, as long before each decision as its signal is old. Every
 * observation is of a span as long as the time between two decisions, one after the other.
 */
import type { Service } from '@holdfast/core/agreement'
import type { ServiceObservation } from '@holdfast/core/health'
import { addDuration, durationMs, epochMs, type DurationMs } from '@holdfast/core/units'
import type { PartUse } from './autoscaler.ts'
import { observe } from './world/observe.ts'
import { takeUse } from './world/use-meter.ts'
import type { WorldRun } from './world-run.ts'

interface Signal {
  readonly observation: ServiceObservation
  readonly use: readonly PartUse[]
}

export interface SignalSettings {
  readonly run: WorldRun
  readonly service: Service
  readonly every: DurationMs
  readonly signalAge: DurationMs
}

export interface Signals {
  /** Lets time pass until then, and observes when it is time to. */
  advance(until: number): void
  /** The newest one that is old enough; before there was any, one of a quiet span of which nothing is known. */
  latest(): Signal
}

export function createSignals({ run, service, every, signalAge }: SignalSettings): Signals {
  const { world } = run
  /** Taken, but not old enough yet, after the one that is. */
  const taken: { readonly at: number; readonly signal: Signal }[] = []
  let nextAt = ((-signalAge % every) + every) % every

  function take(at: number, spanMs: number): void {
    const to = addDuration(run.begins, durationMs(at))
    const observation = observe(world, service, { from: epochMs(to - spanMs), to }, run.begins)
    taken.push({ at, signal: { observation, use: world.parts.map((part) => takeUse(part, spanMs, at)) } })
  }

  run.advance(0)
  take(0, every)
  return {
    advance(until) {
      for (; nextAt <= until; nextAt += every) {
        if (nextAt === 0) continue
        run.advance(nextAt)
        // Nothing was there to see before the beginning.
        take(nextAt, Math.min(every, nextAt))
      }
      run.advance(until)
      while (taken.length > 1 && (taken[1]?.at ?? 0) + signalAge <= until) taken.shift()
    },
    latest() {
      const [first] = taken
      if (first === undefined) throw new Error('The first signal is taken at the beginning.')
      return first.signal
    },
  }
}
