/**
 * What returns at the same time of day or of the week: the mean rate of each slot of the cycle, learned over
 * several of them, times how the load of late stands to it. A slot says nothing before it was seen once.
 */
import { short } from './short-number.ts'
import { lengthOf, rateAt, unknownRates, withRate, type PackedRates } from './packed-rates.ts'
import { fillSlots, noSlot, type OpenSlot } from './slots.ts'

export interface Season {
  readonly rates: PackedRates
  readonly open: OpenSlot
  /** Of late: arrivals that came, and those that the slots let expect. */
  readonly came: number
  readonly expected: number
}

interface Cycle {
  readonly slots: number
  readonly slotMs: number
  /** Over how long the present level is compared with the slots. */
  readonly levelMemoryMs: number
}

export const DAY: Cycle = { slots: 288, slotMs: 300_000, levelMemoryMs: 600_000 }
export const WEEK: Cycle = { slots: 168, slotMs: 3_600_000, levelMemoryMs: 1_800_000 }

/** The newest cycle's share in a slot's mean. */
const NEWEST_SHARE = 0.4
/** The level counts once it was compared over this share of its memory. */
const ENOUGH_SHARE = 0.2

export const noSeason = ({ slots }: Cycle): Season => ({
  rates: unknownRates(slots),
  open: noSlot,
  came: 0,
  expected: 0,
})

export function observeSeason(
  before: Season,
  cycle: Cycle,
  span: { readonly from: number; readonly to: number; readonly arrivals: number },
  gapMs: number,
): Season {
  const ms = span.to - span.from
  const usual = seasonRate(before.rates, cycle, (span.from + span.to) / 2)
  const kept = Math.exp(-(gapMs + (usual === null ? 0 : ms)) / cycle.levelMemoryMs)
  const { open, closed } = fillSlots(before.open, span, cycle.slotMs)
  let { rates } = before
  for (const { index, rate } of closed) {
    if (rate === null) continue
    const slot = index % cycle.slots
    const old = rateAt(rates, slot)
    rates = withRate(rates, slot, old === null ? rate : old + NEWEST_SHARE * (rate - old))
  }
  return {
    rates,
    open,
    came: short(before.came * kept + (usual === null ? 0 : span.arrivals)),
    expected: short(before.expected * kept + ((usual ?? 0) * ms) / 1_000),
  }
}

/** Straight between the middles of slots. */
function seasonRate(rates: PackedRates, { slotMs }: Cycle, at: number): number | null {
  const slots = lengthOf(rates)
  const place = at / slotMs - 0.5
  const index = Math.floor(place)
  const before = rateAt(rates, index % slots)
  const after = rateAt(rates, (index + 1) % slots)
  // The slot that it lies in must be known from earlier cycles; the one before was perhaps closed just now.
  if ((place - index < 0.5 ? before : after) === null) return null
  if (before === null || after === null) return before ?? after
  return before + (place - index) * (after - before)
}

export interface SeasonForecast {
  readonly rate: number
  /** The time over which a plain mean would have as little chance in it. */
  readonly basedOnMs: number
}

export function forecastSeason(season: Season, cycle: Cycle, at: number): SeasonForecast | null {
  const usual = seasonRate(season.rates, cycle, at)
  if (usual === null || usual === 0) return null
  const comparedMs = (season.expected * 1_000) / usual
  if (comparedMs < ENOUGH_SHARE * cycle.levelMemoryMs) return null
  return {
    rate: (season.came / season.expected) * usual,
    basedOnMs: 1 / (1 / (2 * comparedMs) + 1 / (2 * cycle.slotMs)),
  }
}
