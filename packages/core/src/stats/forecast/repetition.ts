/**
 * Finds by itself what repeats within the hour, such as jobs that come every ten minutes: the autocorrelation of
 * three hours of counts is searched for a period, and the next repetition is forecast from the last three.
 */
import { lengthOf, packRate, rateAt, type PackedRates } from './packed-rates.ts'
import { short } from './short-number.ts'
import { fillSlots, noSlot, type OpenSlot } from './slots.ts'

export interface Repetition {
  /** Oldest first; the last one is the slot before the open one. */
  readonly history: PackedRates
  readonly open: OpenSlot
  readonly slotsToSearch: number
  readonly found: Period | null
}

interface Period {
  readonly slots: number
  /** How the last repetition stands to those it is forecast from. */
  readonly level: number
}

export const SLOT_MS = 20_000
const HISTORY_SLOTS = 540
/** A search costs a tenth of a millisecond, so it is made every few minutes; each service has its own turn. */
const SEARCH_EVERY_SLOTS = 15
const SHORTEST_SLOTS = 3
/** What is taken for a period was seen this many times. */
const SEEN_TIMES = 3
/** Of chance, 540 counts have autocorrelations of about 0.04, and hardly one of 180 lags reaches 0.2. */
const LEAST_CORRELATION = 0.35
/** A multiple of the period fits as well as the period, give or take this. */
const AS_GOOD = 0.9

export const noRepetition: Repetition = {
  history: '',
  open: noSlot,
  slotsToSearch: SEARCH_EVERY_SLOTS,
  found: null,
}

export function observeRepetition(
  before: Repetition,
  span: { readonly from: number; readonly to: number; readonly arrivals: number },
): Repetition {
  const { open, closed } = fillSlots(before.open, span, SLOT_MS)
  if (open.index === before.open.index) return { ...before, open }
  const passed = before.open.ms === 0 ? 0 : open.index - before.open.index
  const added = passed > HISTORY_SLOTS ? '' : packClosed(closed, open.index, passed)
  const kept = passed > HISTORY_SLOTS ? '' : before.history
  const history = (kept + added).slice(-2 * HISTORY_SLOTS)
  const search = before.slotsToSearch <= passed
  const slots = search ? findPeriod(logRates(history)) : (before.found?.slots ?? null)
  return {
    history,
    open,
    slotsToSearch: search ? SEARCH_EVERY_SLOTS : before.slotsToSearch - passed,
    found: slots === null ? null : { slots, level: levelOf(history, slots) },
  }
}

function packClosed(
  closed: readonly { readonly index: number; readonly rate: number | null }[],
  openIndex: number,
  passed: number,
): PackedRates {
  const rates: (number | null)[] = Array.from({ length: passed }, () => null)
  for (const { index, rate } of closed) {
    const place = passed - (openIndex - index)
    if (place >= 0) rates[place] = rate
  }
  return rates.map(packRate).join('')
}

/** Half an arrival a slot, so that an empty one has a logarithm too. */
const EMPTY_RATE = 500 / SLOT_MS

/** As differences from their mean; 0 where nothing is known. */
function logRates(history: PackedRates): Float64Array {
  const logs = new Float64Array(lengthOf(history))
  let sum = 0
  let known = 0
  for (let i = 0; i < logs.length; i += 1) {
    const rate = rateAt(history, i)
    logs[i] = rate === null ? Number.NaN : Math.log(rate + EMPTY_RATE)
    if (rate === null) continue
    sum += logs[i] ?? 0
    known += 1
  }
  return logs.map((log) => (Number.isNaN(log) ? 0 : log - sum / known))
}

/**
 * The shortest lag at a peak of the autocorrelation that stands out from a valley before it: a slow rise and
 * fall has no such valley.
 */
function findPeriod(logs: Float64Array): number | null {
  const most = Math.floor(logs.length / SEEN_TIMES)
  const power = correlation(logs, 0)
  if (most < SHORTEST_SLOTS || power === 0) return null
  const at = Array.from({ length: most + 2 }, (_, lag) => correlation(logs, lag) / power)
  let valley = 1
  const peaks: { readonly lag: number; readonly height: number }[] = []
  for (let lag = 1; lag <= most; lag += 1) {
    const [before, height, after] = [at[lag - 1] ?? 0, at[lag] ?? 0, at[lag + 1] ?? 0]
    valley = Math.min(valley, height)
    const peak = height >= before && height >= after && lag >= SHORTEST_SLOTS
    if (peak && height >= LEAST_CORRELATION && height - valley >= LEAST_CORRELATION)
      peaks.push({ lag, height })
  }
  const highest = Math.max(...peaks.map(({ height }) => height))
  return peaks.find(({ height }) => height >= AS_GOOD * highest)?.lag ?? null
}

function correlation(logs: Float64Array, lag: number): number {
  let sum = 0
  for (let i = lag; i < logs.length; i += 1) sum += (logs[i] ?? 0) * (logs[i - lag] ?? 0)
  return sum / (logs.length - lag)
}

function levelOf(history: PackedRates, slots: number): number {
  const end = lengthOf(history)
  const latest = meanBetween(history, end - slots, end)
  const all = meanBetween(history, end - SEEN_TIMES * slots, end)
  return latest === null || all === null || all === 0 ? 1 : short(latest / all)
}

/** Places may be fractions; null where less than half is known. */
function meanBetween(history: PackedRates, from: number, to: number): number | null {
  let sum = 0
  let known = 0
  for (let i = Math.floor(from); i < to; i += 1) {
    const rate = rateAt(history, i)
    if (rate === null) continue
    const share = Math.min(to, i + 1) - Math.max(from, i)
    sum += rate * share
    known += share
  }
  return 2 * known < to - from ? null : sum / known
}

export interface RepetitionForecast {
  readonly rate: number
  readonly periodMs: number
  readonly basedOnMs: number
}

export function forecastRepetition(
  { history, open, found }: Repetition,
  at: number,
  widthMs: number,
): RepetitionForecast | null {
  if (found === null) return null
  const first = open.index - lengthOf(history)
  let sum = 0
  let times = 0
  for (let back = 1; back <= SEEN_TIMES; back += 1) {
    const middle = at / SLOT_MS - first - back * found.slots
    const half = widthMs / SLOT_MS / 2
    const rate = meanBetween(history, middle - half, middle + half)
    if (rate === null) continue
    sum += rate
    times += 1
  }
  if (times < 2) return null
  return {
    rate: (found.level * sum) / times,
    periodMs: found.slots * SLOT_MS,
    basedOnMs: times * widthMs,
  }
}
