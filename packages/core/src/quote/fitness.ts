/** In which order offers are shown: those that can be kept first, the cheapest price first. */
import type { TermsQuote } from './quote-types.ts'

export interface Fitness {
  readonly canBeKept: boolean
  /** 0 where it cannot be known beforehand. */
  readonly priceMicros: bigint
}

export const fitnessOf = ({ canBeMet, money }: TermsQuote): Fitness => ({
  canBeKept: canBeMet,
  priceMicros: money.price?.perMonth.micros ?? 0n,
})

export function byFitness(left: Fitness, right: Fitness): number {
  if (left.canBeKept !== right.canBeKept) return left.canBeKept ? -1 : 1
  return Number(left.priceMicros - right.priceMicros)
}
