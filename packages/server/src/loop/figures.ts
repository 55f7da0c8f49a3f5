/** Keeps the last seconds of what was measured of one service, for figures that people look at. */
import { emptyDistribution, mergeDistributions, type Distribution } from '@holdfast/core/stats'
import type { EpochMs } from '@holdfast/core/units'
import type { ServiceMeasurement } from '../platforms/gateway/gateway.ts'

/** A tick holds too few operations to show percentiles of; half a minute of them reads calmly. */
const SHOWN_MS = 30_000

export interface Figures {
  readonly requestsPerSecond: number | null
  readonly partsPerSecond: ReadonlyMap<string, number>
  readonly response: Distribution
}

export interface RecentFigures {
  add(measured: ServiceMeasurement): void
  since(now: EpochMs, spanMs?: number): Figures
}

export function createRecentFigures(): RecentFigures {
  let kept: ServiceMeasurement[] = []
  return {
    add(measured) {
      kept = [...kept.filter(({ to }) => to > measured.to - SHOWN_MS), measured]
    },
    since(now, spanMs = SHOWN_MS) {
      const lately = kept.filter(({ to }) => to > now - spanMs)
      const shown = lately.length > 0 ? lately : stillTold(kept.at(-1), now)
      const ms = shown.reduce((sum, { from, to }) => sum + (to - from), 0)
      const arrivals = shown.reduce((sum, one) => sum + one.arrivals, 0)
      return {
        requestsPerSecond: ms === 0 ? null : (arrivals * 1_000) / ms,
        partsPerSecond: ms === 0 ? new Map() : partRates(shown, ms),
        response: shown.reduce(
          (sum, { responseMs }) => mergeDistributions(sum, responseMs),
          emptyDistribution,
        ),
      }
    },
  }
}

function partRates(shown: readonly ServiceMeasurement[], ms: number): ReadonlyMap<string, number> {
  const rates = new Map<string, number>()
  for (const { part, arrivals } of shown.flatMap(({ parts }) => parts))
    rates.set(part, (rates.get(part) ?? 0) + (arrivals * 1_000) / ms)
  return rates
}

/** Some sources tell once a minute: until they are overdue, what they told last is what is known. */
const stillTold = (last: ServiceMeasurement | undefined, now: EpochMs): readonly ServiceMeasurement[] =>
  last !== undefined && now - last.to < 2 * (last.to - last.from) ? [last] : []
