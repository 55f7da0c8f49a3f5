/**
 * What a run came to in money: its instances, each from the order to start until it was gone, and what is owed
 * for the windows that were broken, as if the platform were at fault for all of them. Whole micro-units, one
 * sum for each currency.
 */
import { discountFor, inForce, priceOfWindow, type Agreement, type Service } from '@holdfast/core/agreement'
import type { Span } from '@holdfast/core/health'
import {
  addDuration,
  addMoney,
  costOf,
  durationMs,
  epochMs,
  micros,
  type LevelName,
  type Money,
} from '@holdfast/core/units'
import type { RunFigures, WindowFigures } from './run-figures.ts'
import { SIMULATION_BEGINS, type RunInput } from './simulation-input.ts'

export interface RunMoney {
  readonly instances: readonly Money[]
  readonly remedies: readonly Money[]
  readonly total: readonly Money[]
}

export interface Accounted {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  /** What the figures are of; a window that it cuts is priced by the length that lies within. */
  readonly span: Span
  readonly figures: RunFigures
}

export function moneyOf(accounted: Accounted): RunMoney {
  const instances = sumsOf(
    accounted.service.parts.map(({ name, price }) =>
      costOf(price, durationMs(Math.round(accounted.figures.instanceMs[name] ?? 0)), 1),
    ),
  )
  const remedies = sumsOf(
    accounted.figures.levels.flatMap(({ level, windows }) =>
      windows.flatMap((window) => owedFor(accounted, level, window)),
    ),
  )
  return { instances, remedies, total: sumsOf([...instances, ...remedies]) }
}

/** What the figures of a run with these settings are of. */
export function figuresSpan({ begins = SIMULATION_BEGINS, duration, figuresFrom }: RunInput): Span {
  const from = figuresFrom === undefined ? begins : addDuration(begins, figuresFrom)
  return { from, to: addDuration(begins, duration) }
}

/** For one window of a level; nothing where none is owed. */
export function owedFor(
  { agreements, span }: Accounted,
  level: LevelName,
  window: WindowFigures,
): readonly Money[] {
  const from = epochMs(Math.max(window.from, span.from))
  const to = epochMs(Math.min(window.to, span.to))
  const operations = window.met + window.missed
  if (operations === 0 || to <= from) return []
  return inForce(agreements, from).flatMap(({ remedies, price }) => {
    const discount = discountFor(remedies, level, window.met / operations)
    const worth = discount === 0 ? null : priceOfWindow(price, { from, to }, operations)
    return worth === null ? [] : [shareOf(worth, discount)]
  })
}

const shareOf = ({ currency, micros: amount }: Money, share: number): Money => ({
  currency,
  micros: micros(BigInt(Math.round(Number(amount) * share))),
})

export function sumsOf(amounts: readonly Money[]): readonly Money[] {
  return amounts.reduce<readonly Money[]>(addTo, [])
}

function addTo(sums: readonly Money[], amount: Money): readonly Money[] {
  let added = false
  const after = sums.map((sum) => {
    const total = addMoney(sum, amount)
    if (!total.ok) return sum
    added = true
    return total.value
  })
  return added ? after : [...sums, amount]
}
