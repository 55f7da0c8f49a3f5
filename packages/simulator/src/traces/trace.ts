/** A load over time: operations that came in each step, from the beginning on. */
export interface Trace {
  readonly name: string
  readonly source: 'recorded' | 'generated'
  readonly stepSeconds: number
  /** Operations a second in each step. */
  readonly rates: Float64Array
}

/** The part of it that a run of so many seconds sees. */
export const firstSeconds = (trace: Trace, seconds: number): Trace => ({
  ...trace,
  rates: trace.rates.slice(0, Math.ceil(seconds / trace.stepSeconds)),
})

export const secondsOf = ({ rates, stepSeconds }: Trace): number => rates.length * stepSeconds

/** All rates times one factor, so that their mean is the one wanted. */
export function withMean(trace: Trace, mean: number): Trace {
  const now = meanOf(trace)
  return now === 0 ? trace : { ...trace, rates: trace.rates.map((rate) => (rate * mean) / now) }
}

export const meanOf = ({ rates }: Trace): number =>
  rates.length === 0 ? 0 : rates.reduce((sum, rate) => sum + rate, 0) / rates.length

/** The same load in steps of a second, where its own are shorter: their mean, by the second that each begins in. */
export function bySecond(trace: Trace): Trace {
  const { rates, stepSeconds } = trace
  if (stepSeconds >= 1) return trace
  const length = Math.ceil(secondsOf(trace) - STEP_ROUNDING)
  const sums = new Float64Array(length)
  const counts = new Float64Array(length)
  for (const [step, rate] of rates.entries()) {
    const second = Math.min(length - 1, Math.floor(step * stepSeconds + STEP_ROUNDING))
    sums[second] = (sums[second] ?? 0) + rate
    counts[second] = (counts[second] ?? 0) + 1
  }
  return {
    ...trace,
    stepSeconds: 1,
    rates: sums.map((sum, second) => sum / Math.max(1, counts[second] ?? 0)),
  }
}

/** Steps of tenths add up to a second only nearly. */
const STEP_ROUNDING = 1e-6
