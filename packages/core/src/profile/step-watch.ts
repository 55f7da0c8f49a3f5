/**
 * Watches one step, in which a part is driven at one rate, and says when it has shown whether the part follows. Arrivals
 * are Poisson and come whatever the part does, so nothing slow is left out.
 *
 * Saturated means both: work piles up, and what comes out while it is piled up is less than what is offered. Piling up
 * alone also happens by chance; what comes out of a part that always has work is its capacity, whatever the rate.
 * More than a small pile tells no more and takes long to work off, so arrivals beyond it are counted, but not sent.
 */
import { estimateRate, relativeWidth, type Estimate } from './estimate.ts'

export interface StepPlan {
  readonly ratePerSecond: number
  /** What an operation takes when it is alone: as much is inside at a time although nothing waits. */
  readonly aloneMs: number
  /** With so many arrivals and no pile, the part follows. */
  readonly arrivalsWanted: number
  /** Without a pile by then it follows as well, if fewer arrive. */
  readonly patienceMs: number
  /** From then on a usable figure of what comes out is enough. */
  readonly settleMs: number
  /** What stands by then is what the step has shown. */
  readonly limitMs: number
}

export type StepResult =
  /** Nothing piles up. What a pile too small to be seen could hide, or luck, is above `sustainedPerSecond`. */
  | { readonly kind: 'follows'; readonly ratePerSecond: number; readonly sustainedPerSecond: number }
  | { readonly kind: 'saturated'; readonly ratePerSecond: number; readonly throughput: Estimate }
  /** It answers with errors. */
  | { readonly kind: 'fails'; readonly ratePerSecond: number; readonly failedRatio: number }
  /** The time was over before it was clear. */
  | { readonly kind: 'unclear'; readonly ratePerSecond: number }
  /** Something else than the part was at its end: the machine that drives it, or a part behind it. */
  | { readonly kind: 'limited'; readonly ratePerSecond: number; readonly by: string }

export interface StepWatch {
  /** False when the operation is not to be sent, as enough wait already. */
  arrives(nowMs: number): boolean
  ends(nowMs: number, succeeded: boolean): void
  /** Null while the step is to go on. */
  result(nowMs: number): StepResult | null
  readonly inFlight: number
}

/** Operations that wait: fewer come about by chance, also somewhat below the capacity. */
const LEAST_PILE = 12

/** Of all that arrived: what stays below it is no throughput that does not follow. */
const LEAST_SHORTFALL_RATIO = 0.05

/** Beyond what shows a pile: as many keep the part busy through any gap between arrivals. */
const PILE_LIMIT = LEAST_PILE + 8

/** The number inside a part that is not busy is Poisson; it passes its mean by this many deviations hardly ever. */
const NATURAL_SPREADS = 3

/** The throughput is known well enough when its interval is this narrow. */
const WANTED_PRECISION = 0.03

/** An interval as wide as this is still a figure to decide by. */
export const USABLE_PRECISION = 0.1

/** Operations that vary may by luck have been so much quicker than they are in the mean. */
const CHANCE_SPREADS = 2

/** Before so many operations could have come and gone one after the other, nothing can be told from what is inside. */
const LEAST_TURNS = 8

/** Single errors happen; more are what the part does at this rate. */
const LEAST_FAILED = 10
const LEAST_FAILED_RATIO = 0.05

const MS_PER_SECOND = 1_000

export function createStepWatch(plan: StepPlan, startMs: number): StepWatch {
  const { ratePerSecond, aloneMs, arrivalsWanted, patienceMs, settleMs, limitMs } = plan
  const natural = (ratePerSecond * aloneMs) / MS_PER_SECOND
  const busyFrom = natural + NATURAL_SPREADS * Math.sqrt(natural) + 1
  const gapsMs: number[] = []
  let [arrived, shed, failed, inFlight] = [0, 0, 0, 0]
  let busyDepartureMs: number | null = null

  const ends = (nowMs: number, succeeded: boolean): void => {
    inFlight -= 1
    if (!succeeded) failed += 1
    if (inFlight < busyFrom) busyDepartureMs = null
    else if (succeeded) {
      if (busyDepartureMs !== null) gapsMs.push(nowMs - busyDepartureMs)
      busyDepartureMs = nowMs
    }
  }

  const result = (nowMs: number): StepResult | null => {
    const spentMs = nowMs - startMs
    const late = spentMs >= limitMs
    const failedRatio = arrived === 0 ? 0 : failed / arrived
    if (failed >= LEAST_FAILED && failedRatio >= LEAST_FAILED_RATIO)
      return { kind: 'fails', ratePerSecond, failedRatio }
    const shortfall = Math.max(0, inFlight - busyFrom) + shed
    const unseen = Math.max(LEAST_PILE, LEAST_SHORTFALL_RATIO * arrived)
    if (shortfall < unseen) {
      const isEarly = spentMs < patienceMs && arrived < arrivalsWanted
      if (isEarly || (!late && spentMs < LEAST_TURNS * aloneMs)) return null
      const shown = arrived - unseen - CHANCE_SPREADS * Math.sqrt(arrived)
      const sustained = (MS_PER_SECOND * Math.max(0, shown)) / Math.max(1, spentMs)
      return { kind: 'follows', ratePerSecond, sustainedPerSecond: Math.min(ratePerSecond, sustained) }
    }
    const throughput = estimateRate(gapsMs)
    if (throughput !== null && throughput.high < ratePerSecond) {
      const enough = spentMs < settleMs ? WANTED_PRECISION : USABLE_PRECISION
      if (late || relativeWidth(throughput) <= enough) return { kind: 'saturated', ratePerSecond, throughput }
    }
    return late ? { kind: 'unclear', ratePerSecond } : null
  }

  return {
    arrives() {
      arrived += 1
      if (inFlight >= busyFrom + PILE_LIMIT) {
        shed += 1
        return false
      }
      inFlight += 1
      return true
    },
    ends,
    result,
    get inFlight() {
      return inFlight
    },
  }
}
