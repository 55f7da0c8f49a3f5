/** Runs forecasts over one load and adds up how far off each was. */
import { forecastRate, noForecast, observeArrivals, standardNormalQuantile } from '@holdfast/core/stats'
import { durationMs, epochMs } from '@holdfast/core/units'
import type { Trace } from '@holdfast/simulator'
import { median } from '../bench.ts'
import { ErrorQuantiles, peersOf } from './peers.ts'

export const LEAD_SECONDS = 30
export const UPPER = 0.9
const TICK_SECONDS = 2
/** What is forecast: the mean of this time around the instant. */
const WINDOW_SECONDS = 10
/** Every so many ticks a forecast is held up to what came. */
const TICKS_EACH = 3
/** The first quarter of an hour is for learning, on all sides. */
const WARM_SECONDS = 900
const START = 1_700_000_000_000

export interface Losses {
  /** Mean distance between forecast and what came, in operations a second. */
  readonly absolute: number
  /** Mean pinball loss of the upper quantile. */
  readonly upper: number
}

export interface Followed {
  readonly ours: Losses
  readonly peers: Readonly<Record<string, Losses>>
  /** The share of what came that our upper quantile was not passed by. */
  readonly covered: number
  /** The median, as what else the machine does falls on few of them. */
  readonly microsecondsEachTick: number
}

class Sums {
  #absolute = 0
  #upper = 0
  #count = 0
  #covered = 0

  add(forecast: number, quantile: number, came: number): void {
    this.#absolute += Math.abs(came - forecast)
    this.#upper += came > quantile ? UPPER * (came - quantile) : (1 - UPPER) * (quantile - came)
    this.#covered += came <= quantile ? 1 : 0
    this.#count += 1
  }

  get losses(): Losses {
    return { absolute: this.#absolute / this.#count, upper: this.#upper / this.#count }
  }

  get covered(): number {
    return this.#covered / this.#count
  }
}

export function followTrace({ rates }: Trace): Followed {
  const total = new Float64Array(rates.length + 1)
  for (const [i, rate] of rates.entries()) total[i + 1] = (total[i] ?? 0) + rate
  const meanBetween = (from: number, to: number): number =>
    ((total[to] ?? 0) - (total[from] ?? 0)) / (to - from)
  const cameAt = (second: number): number =>
    meanBetween(second - WINDOW_SECONDS / 2, second + WINDOW_SECONDS / 2)
  const contenders = [ours(), ...peerContenders()]
  let end = TICK_SECONDS
  for (let tick = 1; end + LEAD_SECONDS + WINDOW_SECONDS / 2 <= rates.length; tick += 1) {
    const judged = tick % TICKS_EACH === 0 && end > WARM_SECONDS ? cameAt(end + LEAD_SECONDS) : null
    for (const contender of contenders)
      contender.tick({ tick, end, rate: meanBetween(end - TICK_SECONDS, end), cameAt, judged })
    end += TICK_SECONDS
  }
  const [our, ...peers] = contenders
  if (our?.tickMs === undefined) throw new Error('ours is the first')
  return {
    ours: our.sums.losses,
    peers: bestOfEach(peers),
    covered: our.sums.covered,
    microsecondsEachTick: 1_000 * median(our.tickMs),
  }
}

interface Tick {
  readonly tick: number
  readonly end: number
  readonly rate: number
  readonly cameAt: (second: number) => number
  readonly judged: number | null
}

interface Contender {
  readonly name: string
  readonly sums: Sums
  tick(tick: Tick): void
  readonly tickMs?: readonly number[]
}

function ours(): Contender {
  const sums = new Sums()
  const score = standardNormalQuantile(UPPER)
  let state = noForecast
  const tickMs: number[] = []
  return {
    name: 'ours',
    sums,
    tick({ end, rate, judged }) {
      const to = epochMs(START + end * 1_000)
      const span = { from: epochMs(to - TICK_SECONDS * 1_000), to }
      const lead = durationMs(LEAD_SECONDS * 1_000)
      const began = performance.now()
      state = observeArrivals(state, span, rate * TICK_SECONDS, lead)
      const forecast = forecastRate(state, to, lead)
      tickMs.push(performance.now() - began)
      if (judged === null || forecast === null) return
      // Our quantile is of the rate; what came has the chance of single arrivals in it as well.
      const off = forecast.quantile(UPPER) - forecast.rate
      const chance = (score ** 2 * forecast.rate) / WINDOW_SECONDS
      sums.add(forecast.rate, forecast.rate + Math.sign(off) * Math.sqrt(off ** 2 + chance), judged)
    },
    tickMs,
  }
}

function peerContenders(): readonly Contender[] {
  const times = { tickSeconds: TICK_SECONDS, leadSeconds: LEAD_SECONDS }
  return [true, false].flatMap((relative) =>
    peersOf(times).map((peer): Contender => {
      const sums = new Sums()
      const quantiles = new ErrorQuantiles(relative)
      const waiting: { readonly at: number; readonly forecast: number }[] = []
      return {
        name: peer.name,
        sums,
        tick({ tick, end, rate, cameAt, judged }) {
          const forecast = peer.next(rate)
          while ((waiting[0]?.at ?? Infinity) + WINDOW_SECONDS / 2 <= end) {
            const due = waiting.shift()
            if (due !== undefined) quantiles.learn(due.forecast, cameAt(due.at))
          }
          if (tick % TICKS_EACH !== 0) return
          waiting.push({ at: end + LEAD_SECONDS, forecast })
          if (judged !== null) sums.add(forecast, quantiles.around(forecast, UPPER), judged)
        },
      }
    }),
  )
}

/** Each peer with the kind of quantiles that, as is known afterwards, suits it better on this load. */
function bestOfEach(contenders: readonly Contender[]): Readonly<Record<string, Losses>> {
  const best: Record<string, Losses> = {}
  for (const { name, sums } of contenders) {
    const before = best[name]
    const { losses } = sums
    if (before === undefined || losses.upper < before.upper) best[name] = losses
  }
  return best
}
