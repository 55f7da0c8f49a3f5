/** Puts a recorded world to terms: what was in force, or others. Ticks are counted as those of the record are. */
import type { Agreement, Service } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import { durationMs, type EpochMs } from '@holdfast/core/units'
import { simulate } from '@holdfast/simulator'
import { createFigures, type Figures } from './figures.ts'
import type { RecordedWorld } from './recorded-world.ts'

export interface Terms {
  readonly service: Service
  readonly agreements: readonly Agreement[]
}

interface WhatIfRun {
  readonly world: RecordedWorld
  readonly terms: Terms
  /** Stretches without a record: nothing is known of them, so that they count on neither side. */
  readonly gaps: readonly { readonly from: EpochMs; readonly to: EpochMs }[]
  readonly progress?: (share: number) => void
}

/** The runs that are compared have the same chance. */
const SEED = 1

export function runWhatIf({ world, terms, gaps, progress }: WhatIfRun): Figures {
  const { begins, countsFrom, countsTo, duration, tickEvery, load, initial, faults } = world
  const { service, agreements } = terms
  const account = createFigures()
  let before: readonly DesiredInstance[] = []
  simulate({
    service,
    agreements,
    load,
    begins,
    duration,
    tickEvery,
    initial,
    faults,
    figuresFrom: durationMs(countsFrom - begins),
    seed: SEED,
    onTick: ({ now, share, observation, decision, desired }) => {
      progress?.(share)
      const { span } = observation
      // Recorded ticks and simulated ones lie up to half a tick apart.
      const middle = span.from + tickEvery / 2
      const isCounted =
        middle >= countsFrom &&
        middle < countsTo &&
        !gaps.some(({ from, to }) => middle >= from && middle < to)
      if (isCounted) account.add({ service, agreements, observation, desired: before, decision, now })
      before = desired
    },
  })
  return account.figures()
}
