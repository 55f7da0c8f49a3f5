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
