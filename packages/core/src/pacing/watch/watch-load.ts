/**
 * The updates of a watch as a load: what is expected of the next minute, of the hour, and of any time of the week, with
 * quantiles, and how many servers that takes. The minute is known from what was given out, the rest from what came before.
 */
import {
  forecastRate,
  noForecast,
  observeArrivals,
  standardNormalQuantile,
  usualRate,
  type Forecaster,
} from '../../stats/index.ts'
import { epochMs, type EpochMs } from '../../units/index.ts'

/** What is asked for most is the next quarter of an hour: so long a server takes to be ready, and more. */
const LEAD_MS = 900_000

export interface ExpectedLoad {
  readonly at: EpochMs
  /** Updates a second. */
  readonly rate: number
  /** Not exceeded with a chance of 90 %. */
  readonly high: number
  /** From what it is known: forecast from what came, usual at that time of the week. */
  readonly by: 'forecast' | 'usual'
}

export class WatchLoad {
  #forecaster: Forecaster
  #seenUntil: number

  constructor(now: number, before: Forecaster = noForecast) {
    this.#forecaster = before
    this.#seenUntil = now
  }

  get state(): Forecaster {
    return this.#forecaster
  }

  /** So many updates came since the last time. */
  came(now: number, updates: number): void {
    if (now <= this.#seenUntil) return
    const span = { from: epochMs(this.#seenUntil), to: epochMs(now) }
    this.#forecaster = observeArrivals(this.#forecaster, span, updates, LEAD_MS)
    this.#seenUntil = now
  }

  /** Null where nothing is known of that time. */
  at(now: number, aheadMs: number): ExpectedLoad | null {
    const at = epochMs(now + aheadMs)
    if (aheadMs <= LEAD_MS) {
      const found = forecastRate(this.#forecaster, epochMs(now), aheadMs)
      return found === null ? null : { at, rate: found.rate, high: found.quantile(0.9), by: 'forecast' }
    }
    const rate = usualRate(this.#forecaster, at)
    return rate === null ? null : { at, rate, high: rate + chanceAbove(rate), by: 'usual' }
  }
}

/** A minute's count of what comes by chance, at 90 %. */
const chanceAbove = (rate: number): number => (standardNormalQuantile(0.9) * Math.sqrt(rate * 60)) / 60

/** Of servers that take so many updates a second each. */
export const serversFor = (load: ExpectedLoad, perServer: number): number =>
  Math.max(1, Math.ceil(load.high / perServer))
