/**
 * What a window is worth and what is owed for it when it was broken (A3.6). Prices that only the end of the
 * period can tell (by instance-hours, by cost) put nothing at stake that could be known beforehand.
 */
import type { Span } from '../health/index.ts'
import { epochMs, micros, type Micros, type Money } from '../units/index.ts'
import type { Agreement, Level, Remedy } from './agreement.ts'
import type { Price, PricePeriod } from './price.ts'

const HOUR_MS = 3_600_000
/** A month is priced as a twelfth of a year, so that no window of February is dearer than one of March. */
const PERIOD_MS: Readonly<Record<PricePeriod, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  month: (365 * 24 * HOUR_MS) / 12,
}

/** The discount of the deepest step that the share fell below; 0 where nothing is owed. */
export function discountFor(remedies: readonly Remedy[], level: Remedy['level'], share: number): number {
  const steps = remedies.flatMap((remedy) => (remedy.level === level ? remedy.steps : []))
  return Math.max(0, ...steps.map(({ below, discount }) => (share < below ? discount : 0)))
}

/** What the owner pays for the window's length and operations; null where that is not known yet. */
export function priceOfWindow(price: Price | null, { from, to }: Span, operations: number): Money | null {
  switch (price?.kind) {
    case 'flat':
      return share(price.amount, (to - from) / PERIOD_MS[price.per])
    case 'operations':
    case 'deadline':
      return share(price.amount, operations / price.per)
    case 'load': {
      const rate = (operations * 1_000) / Math.max(1, to - from)
      const tier = price.tiers.find(({ upTo }) => upTo === null || rate <= upTo) ?? price.tiers.at(-1)
      return tier === undefined ? null : share(tier.amount, (to - from) / PERIOD_MS[price.per])
    }
    case 'instance-hours':
    case 'cost-plus':
    case undefined:
      return null
  }
}

/** In micro-units, at so many operations a second; null where no price is known beforehand, or no remedy was agreed. */
export function worthOfWindow(
  agreement: Pick<Agreement, 'price' | 'remedies'> | undefined,
  windowMs: number,
  rate: number,
): number | null {
  if (agreement === undefined || agreement.price === null || agreement.remedies.length === 0) return null
  const span = { from: epochMs(0), to: epochMs(windowMs) }
  const price = priceOfWindow(agreement.price, span, (rate * windowMs) / 1_000)
  return price === null ? null : Number(price.micros)
}

/** What a window that falls below each share costs, in micro-units; the highest share first. */
export interface OwedStep {
  readonly below: number
  readonly micros: number
}

/** What a promise that is broken without a remedy is worth, of the first remedy. */
const UNOWED_SHARE = 0.5

/** A level without a remedy of its own is worth all, or it would be nothing to anybody. */
export function owedSteps(
  remedies: readonly Remedy[],
  level: Pick<Level, 'name' | 'ratio'>,
  worth: number,
): readonly OwedStep[] {
  const steps = remedies.flatMap((remedy) => (remedy.level === level.name ? remedy.steps : []))
  if (steps.length === 0) return [{ below: level.ratio, micros: worth }]
  const owed = steps
    .toSorted((a, b) => b.below - a.below)
    .map(({ below, discount }) => ({ below, micros: discount * worth }))
  // Where a promise is broken before anything is owed for it, it is still broken.
  const first = owed[0]
  return first !== undefined && first.below < level.ratio
    ? [{ below: level.ratio, micros: first.micros * UNOWED_SHARE }, ...owed]
    : owed
}

const share = ({ currency, micros: amount }: Money, of: number): Money => ({
  currency,
  micros: microsOf(Number(amount) * of),
})

const microsOf = (amount: number): Micros => micros(BigInt(Math.round(amount)))
