/**
 * For tests: counts of independent arrivals at known rates, given to a forecaster tick by tick.
 */
import { epochMs, type EpochMs } from '../../../units/index.ts'
import { poissonCount, seededRandom } from '../../random.ts'
import { forecastRate, noForecast, observeArrivals, type Forecaster, type RateForecast } from '../index.ts'

/** On the hour, as what people plan is. */
export const START: EpochMs = epochMs(1_699_999_200_000)
export const LEAD_MS = 30_000
const MINUTE_MS = 60_000

export interface Load {
  /** Operations a second, so many minutes after START. */
  readonly rateAt: (minute: number) => number
  readonly seed: number
  readonly fromMinute?: number
  readonly toMinute: number
  readonly tickMs?: number
  readonly leadMs?: number
  readonly before?: Forecaster
  readonly onTick?: (state: Forecaster, minute: number) => void
}

export function countLoad(load: Load): Forecaster {
  const { fromMinute = 0, toMinute, tickMs = 2_000, leadMs = LEAD_MS, before = noForecast } = load
  const random = seededRandom(load.seed)
  let state = before
  for (let ms = fromMinute * MINUTE_MS; ms < toMinute * MINUTE_MS; ms += tickMs) {
    const mean = (load.rateAt((ms + tickMs / 2) / MINUTE_MS) * tickMs) / 1_000
    const span = { from: epochMs(START + ms), to: epochMs(START + ms + tickMs) }
    state = observeArrivals(state, span, poissonCount(random, mean), leadMs)
    load.onTick?.(state, (ms + tickMs) / MINUTE_MS)
  }
  return state
}

/** As the loop would ask after its last tick; the caller knows that enough was seen. */
export function forecastAhead(state: Forecaster, aheadMs: number = state.leadMs): RateForecast {
  const forecast = forecastRate(state, state.recent.until, aheadMs)
  if (forecast === null) throw new Error('too little was seen')
  return forecast
}

export function weightOf({ trusted }: RateForecast, predictor: RegExp): number {
  return trusted.reduce((sum, one) => sum + (predictor.test(one.predictor) ? one.weight : 0), 0)
}
