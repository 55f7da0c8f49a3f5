/**
 * All that a forecaster remembers of one service: plain JSON of less than 4 kB, however long it runs.
 */
import { noBands, type ErrorBands } from './error-bands.ts'
import { noMean } from './fading-mean.ts'
import { noDecay, PREDICTORS, type Counted } from './predictors.ts'
import { nothingCounted } from './recent-counts.ts'
import { noRepetition } from './repetition.ts'
import { DAY, noSeason, WEEK } from './season.ts'
import { notSteady } from './steady.ts'

export interface Forecaster extends Counted {
  /** How long counts were seen, as far as that matters. */
  readonly seenMs: number
  readonly leadMs: number
  /** A weight for each predictor. */
  readonly trust: readonly number[]
  readonly bands: ErrorBands
  /** Forecasts whose time has not come, oldest first. */
  readonly issued: readonly Issued[]
}

/** A tuple, as there are several in a state. */
export type Issued = readonly [
  at: number,
  widthMs: number,
  rate: number,
  /** What the rate was hardly expected to pass. */
  upper: number,
  /** What each predictor said. */
  said: readonly (number | null)[],
]

const EVEN_WEIGHT = 0.1

export const noForecast: Forecaster = {
  recent: nothingCounted,
  minutes: noMean,
  lagging: noMean,
  base: noMean,
  steady: notSteady,
  dispersion: noMean,
  decay: noDecay,
  day: noSeason(DAY),
  week: noSeason(WEEK),
  repetition: noRepetition,
  seenMs: 0,
  leadMs: 0,
  trust: PREDICTORS.map(() => EVEN_WEIGHT),
  bands: noBands,
  issued: [],
}
