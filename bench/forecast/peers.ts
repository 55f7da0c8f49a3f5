/**
 * The forecasts that autoscalers and textbooks use, as peers: each a point forecast that is held up to what
 * came, with quantiles from its own errors of late.
 */

export interface Peer {
  readonly name: string
  /** Takes the rate of the next tick and says the rate a lead later. */
  next(rate: number): number
}

export interface PeerTimes {
  readonly tickSeconds: number
  readonly leadSeconds: number
}

const MEAN_SECONDS = 60
/** Usual smoothing constants (R. J. Hyndman and G. Athanasopoulos, Forecasting, chapter 8). */
const HOLT_LEVEL = 0.1
const HOLT_TREND = 0.02

export function peersOf({ tickSeconds, leadSeconds }: PeerTimes): readonly Peer[] {
  return [lastValue(), fadingMean(tickSeconds), holt(leadSeconds / tickSeconds)]
}

const lastValue = (): Peer => ({ name: 'last value', next: (rate) => rate })

function fadingMean(tickSeconds: number): Peer {
  const gain = 1 - Math.exp(-tickSeconds / MEAN_SECONDS)
  let mean: number | null = null
  return {
    name: 'mean that fades in 60 s',
    next(rate) {
      mean = mean === null ? rate : mean + gain * (rate - mean)
      return mean
    },
  }
}

function holt(ticksAhead: number): Peer {
  let level: number | null = null
  let trend = 0
  return {
    name: "Holt's trend",
    next(rate) {
      if (level === null) level = rate
      else {
        const before: number = level
        level = HOLT_LEVEL * rate + (1 - HOLT_LEVEL) * (before + trend)
        trend = HOLT_TREND * (level - before) + (1 - HOLT_TREND) * trend
      }
      return Math.max(0, level + trend * ticksAhead)
    },
  }
}

/** The errors of the last half an hour. */
const MOST_ERRORS = 300

/** Quantiles around a peer's forecasts; errors either as differences or as ratios. */
export class ErrorQuantiles {
  readonly #relative: boolean
  #errors: number[] = []

  constructor(relative: boolean) {
    this.#relative = relative
  }

  learn(forecast: number, came: number): void {
    this.#errors.push(this.#relative ? (came + SMALL) / (forecast + SMALL) : came - forecast)
    if (this.#errors.length > MOST_ERRORS) this.#errors.shift()
  }

  around(forecast: number, level: number): number {
    const sorted = this.#errors.toSorted((a, b) => a - b)
    const error = sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))]
    if (error === undefined) return forecast
    return Math.max(0, this.#relative ? (forecast + SMALL) * error - SMALL : forecast + error)
  }
}

/** Half an arrival in ten seconds, so that nothing has a ratio too. */
const SMALL = 0.05
