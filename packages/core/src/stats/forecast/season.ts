/**
 * What returns at the same time of day or of the week: the mean rate of each slot of the cycle, learned over
 * several of them, times how the load of late stands to it. A slot says nothing before it was seen once.
 */
import { rawDeviation, type Count } from './chance.ts'
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

export const DAY: Cycle = { slots: 288, slotMs: 300_000, levelMemoryMs: 180_000 }
export const WEEK: Cycle = { slots: 168, slotMs: 3_600_000, levelMemoryMs: 600_000 }

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

/**
 * Within a slot the rate is sloped as to its flatter side (the minmod limiter of B. van Leer 1979): a ramp over
 * slots is a ramp, and what begins on the stroke of a slot begins there. The slot itself is known from earlier
 * cycles only, as it is not closed before it is over.
 */
export function seasonRate(rates: PackedRates, { slotMs }: Cycle, at: number): number | null {
  const slots = lengthOf(rates)
  const index = Math.floor(at / slotMs)
  const rate = rateAt(rates, index % slots)
  if (rate === null) return null
  const rise = rate - (rateAt(rates, (index + slots - 1) % slots) ?? rate)
  const nextRise = (rateAt(rates, (index + 1) % slots) ?? rate) - rate
  if (rise * nextRise <= 0) return rate
  const slope = Math.sign(rise) * Math.min(Math.abs(rise), Math.abs(nextRise))
  return rate + slope * (at / slotMs - index - 0.5)
}

export interface SeasonForecast {
  readonly rate: number
  /** The time over which a plain mean would have as little chance in it. */
  readonly basedOnMs: number
}

/** A season that is off by more than this share and beyond chance says nothing: it does not explain the present. */
const EXPLAINS_SHARE = 0.2
const SIGNIFICANT = 3

export function forecastSeason(
  season: Season,
  cycle: Cycle,
  { at, latest, until }: { readonly at: number; readonly latest: Count; readonly until: number },
): SeasonForecast | null {
  const usual = seasonRate(season.rates, cycle, at)
  const usualNow = seasonRate(season.rates, cycle, until - latest.ms / 2)
  if (usual === null || usual === 0 || usualNow === null) return null
  const comparedMs = (season.expected * 1_000) / usual
  if (comparedMs < ENOUGH_SHARE * cycle.levelMemoryMs) return null
  const level = season.came / season.expected
  const expected = (level * usualNow * latest.ms) / 1_000
  const off = Math.abs(latest.arrivals - expected)
  if (off > EXPLAINS_SHARE * expected && Math.abs(rawDeviation(latest.arrivals, expected)) > SIGNIFICANT)
    return null
  return { rate: level * usual, basedOnMs: 1 / (1 / (2 * comparedMs) + 1 / (2 * cycle.slotMs)) }
}
