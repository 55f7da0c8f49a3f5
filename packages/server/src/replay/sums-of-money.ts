/** Adds amounts up, one sum for each currency, in the order in which the currencies come. */
import { addMoney, type Money } from '@holdfast/core/units'

export function sumsOf(amounts: readonly Money[]): readonly Money[] {
  const sums = new Map<string, Money>()
  for (const amount of amounts) {
    const before = sums.get(amount.currency)
    const sum = before === undefined ? null : addMoney(before, amount)
    sums.set(amount.currency, sum?.ok === true ? sum.value : amount)
  }
  return [...sums.values()]
}
