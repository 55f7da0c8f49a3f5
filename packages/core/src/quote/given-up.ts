/**
 * Whether planning would rather owe remedies than pay for the instances that keep the terms: what is owed is in
 * the agreement, what instances save is in their price, and planning takes the least of both together (A3.16).
 */
import {
  HOURS_PER_MONTH,
  owedSteps,
  windowLength,
  worthOfWindow,
  type Agreement,
} from '../agreement/index.ts'
import { hourlyCost, totalOf, type InstanceCounts } from '../allocation/index.ts'
import { formatMoney, money, type EpochMs, type Money } from '../units/index.ts'
import { predictDemand, sizeFor, type Demand, type QuoteProblem } from './quote-problem.ts'
import type { GivenUp, QuotedMoney } from './quote-types.ts'

/** Counts between none and all; in between money goes up and down with the steps of the remedies. */
const MOST_TRIED = 24
const MS_PER_HOUR = 3_600_000

export interface GivenUpInput {
  readonly problem: QuoteProblem
  readonly agreement: Agreement
  /** That keep the terms. */
  readonly counts: InstanceCounts
  readonly money: Pick<QuotedMoney, 'cost' | 'price'>
  readonly at: EpochMs
}

interface Alternative {
  readonly instances: number
  /** Micro-units an hour. */
  readonly saved: number
  readonly owed: number
}

/** Null where the promise is worth keeping, or where no money says that it is not. */
export function givenUp(input: GivenUpInput): GivenUp | null {
  const { problem, counts, money: quoted } = input
  const { currency } = quoted.cost.perHour
  const price = quoted.price?.perMonth ?? null
  const worth = problem.demands.map((demand) => worthOf(input, demand))
  if (price === null || worth.length === 0 || worth.includes(null)) return null
  const worst = fewerInstances(problem, counts)
    .map((fewer) => alternativeOf(input, fewer, worth))
    .filter(({ saved, owed }) => owed > 0 && saved > owed)
    .toSorted((left, right) => right.saved / right.owed - left.saved / left.owed)[0]
  if (worst === undefined) return null
  const times = worst.saved / worst.owed
  const [savedPerMonth, owedPerMonth, pricePerMonth] = [
    monthOf(worst.saved, currency),
    monthOf(worst.owed, currency),
    inCents(Number(price.micros) * times, price.currency),
  ]
  const deeper =
    deepestOf(input.agreement) * times > 1
      ? ''
      : `, or on discounts of more than ${tenthsUp(times)} times as much`
  return {
    instances: totalOf(counts),
    insteadOf: worst.instances,
    savedPerMonth,
    owedPerMonth,
    pricePerMonth,
    says:
      `Planning will give this promise up at the contracted load: ${totalOf(counts)} instances that keep it cost ` +
      `${formatMoney(savedPerMonth)} a month more than ${worst.instances}, with which ${formatMoney(owedPerMonth)} is owed. ` +
      `To have it kept, agree on a price well above ${formatMoney(pricePerMonth)} a month${deeper}.`,
  }
}

/** Of a window, in micro-units; null where no price and no remedy say it. */
const worthOf = ({ agreement, problem, at }: GivenUpInput, { level }: Demand): number | null =>
  worthOfWindow(agreement, windowLength(level.window, at), problem.rate)

function alternativeOf(
  { problem, counts, agreement, at }: GivenUpInput,
  fewer: InstanceCounts,
  worth: readonly (number | null)[],
): Alternative {
  const owed = problem.demands.map((demand, i) => {
    const share = predictDemand(problem, fewer, demand)
    const steps = owedSteps(agreement.remedies, demand.level, worth[i] ?? 0)
    const windowHours = windowLength(demand.level.window, at) / MS_PER_HOUR
    return Math.max(0, ...steps.map(({ below, micros }) => (share < below ? micros : 0))) / windowHours
  })
  return {
    instances: totalOf(fewer),
    saved: hourlyCost(problem, counts) - hourlyCost(problem, fewer),
    owed: owed.reduce((sum, micros) => sum + micros, 0),
  }
}

/** The best that fewer instances can do, evenly down to as few as there may be. */
function fewerInstances(problem: QuoteProblem, counts: InstanceCounts): readonly InstanceCounts[] {
  const most = totalOf(counts)
  const least = problem.parts.reduce((sum, { atLeast }) => sum + atLeast, 0)
  const tried = Math.min(MOST_TRIED, most - least)
  return Array.from({ length: Math.max(0, tried) }, (_, i) => {
    const atMost = least + Math.floor((i * (most - least)) / tried)
    return sizeFor({ ...problem, atMost, budget: null }).counts
  })
}

const deepestOf = ({ remedies }: Agreement): number =>
  Math.max(0, ...remedies.flatMap(({ steps }) => steps.map(({ discount }) => discount)))

const MICROS_PER_CENT = 10_000

/** Upwards, so that what is asked for is enough. */
const inCents = (micros: number, currency: string): Money =>
  money(BigInt(Math.ceil(micros / MICROS_PER_CENT) * MICROS_PER_CENT), currency)

const monthOf = (microsPerHour: number, currency: string): Money =>
  money(BigInt(Math.round((microsPerHour * HOURS_PER_MONTH) / MICROS_PER_CENT) * MICROS_PER_CENT), currency)

const tenthsUp = (factor: number): string => String(Math.ceil(factor * 10) / 10)
