/**
 * Which of several plans to follow in each of a row of windows, when it is known what each would cost there and
 * what it costs to change from one to another: the cheapest sequence of all, found window by window (Viterbi).
 */

/** `costs` has one row for each plan, all of one length; says the plan of each window. */
export function cheapestSequence(costs: readonly Float64Array[], changeCost: number): readonly number[] {
  const length = costs[0]?.length ?? 0
  /** Of the plans, what the best sequence that ends with each has cost so far. */
  let until = costs.map(() => 0)
  const before: number[][] = []
  for (let window = 0; window < length; window += 1) {
    const best = leastPlace(until)
    const change = (until[best] ?? 0) + changeCost
    before.push(until.map((cost, plan) => (cost <= change ? plan : best)))
    until = until.map((cost, plan) => Math.min(cost, change) + (costs[plan]?.[window] ?? 0))
  }
  const sequence: number[] = []
  let plan = leastPlace(until)
  for (let window = length - 1; window >= 0; window -= 1) {
    sequence.push(plan)
    plan = before[window]?.[plan] ?? plan
  }
  return sequence.toReversed()
}

const leastPlace = (values: readonly number[]): number => values.indexOf(Math.min(...values))
