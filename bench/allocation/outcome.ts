/** What a run came to, in the figures that are compared. */
import type { Money } from '@holdfast/core/units'
import { figuresSpan, moneyOf, type RunFigures, type RunInput } from '@holdfast/simulator'
import { agreement, service } from './shop-at-scale.ts'

/** Money in units of the currency, for an hour. */
export interface Outcome {
  readonly money: number
  readonly instances: number
  readonly remedies: number
  readonly secondsOut: number
  readonly secondsWithOperations: number
  readonly scalings: number
  readonly hours: number
  readonly operations: number
}

const MS_PER_HOUR = 3_600_000

export function outcomeOf(figures: RunFigures, input: RunInput): Outcome {
  const span = figuresSpan(input)
  const hours = (span.to - span.from) / MS_PER_HOUR
  const { instances, remedies } = moneyOf({ service, agreements: [agreement], span, figures })
  const [level] = figures.levels
  const [paid, owed] = [amountOf(instances) / hours, amountOf(remedies) / hours]
  return {
    money: paid + owed,
    instances: paid,
    remedies: owed,
    secondsOut: level?.secondsBelow ?? 0,
    secondsWithOperations: level?.secondsWithOperations ?? 0,
    scalings: figures.scalings,
    hours,
    operations: figures.arrivals,
  }
}

/** All prices here are in one currency. */
export const amountOf = ([sum]: readonly Money[]): number => Number(sum?.micros ?? 0n) / 1e6
