/** A replay for programs: times in ISO 8601, money as the API writes it. */
import { formatInstant, formatMoney, type EpochMs } from '@holdfast/core/units'
import type { Comparison, Figures } from '../../replay/index.ts'
import type { Replayed } from './replay.ts'

export function replayView({ service, asked, comparison, figures, whatIf }: Replayed): object {
  return {
    service,
    ...spanView(asked),
    ...comparisonView(comparison),
    asItHappened: figuresView(figures),
    whatIf:
      whatIf === null
        ? null
        : {
            changed: whatIf.changed,
            overheadMs: whatIf.overheadMs,
            simulatedAsItWas: figuresView(whatIf.asItWas),
            simulatedAsChanged: figuresView(whatIf.asChanged),
          },
  }
}

function comparisonView({ ticks, entries, same, different, first, gaps }: Comparison): object {
  return {
    ticks,
    entries,
    same,
    different,
    firstDifference: first === null ? null : { ...first, at: formatInstant(first.at) },
    gaps: gaps.map(spanView),
  }
}

function figuresView({ cost, remedies, price, from, to, ...figures }: Figures): object {
  return {
    ...spanView({ from, to }),
    ...figures,
    cost: cost.map(formatMoney),
    remedies: remedies.map(formatMoney),
    price: price.map(formatMoney),
  }
}

const spanView = ({ from, to }: { readonly from: EpochMs; readonly to: EpochMs }): object => ({
  from: formatInstant(from),
  to: formatInstant(to),
})
