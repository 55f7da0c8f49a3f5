/**
 * Cuts time into slots of equal length, counted from 1970, and gathers what was seen in each. Slots lie in UTC:
 * when a clock is put forward, what follows the local hour is forecast an hour off until it was learned anew.
 */
import { rateOf } from './chance.ts'
import { short } from './short-number.ts'

export interface OpenSlot {
  readonly index: number
  readonly ms: number
  readonly arrivals: number
}

export interface ClosedSlot {
  readonly index: number
  /** Null where less than half of the slot was seen. */
  readonly rate: number | null
  readonly ms: number
}

export const noSlot: OpenSlot = { index: 0, ms: 0, arrivals: 0 }

interface SeenSpan {
  readonly from: number
  readonly to: number
  readonly arrivals: number
}

/** A span over more slots than this, hours at the least, only tells of its last ones. */
const MOST_SLOTS = 1_000

export function fillSlots(
  before: OpenSlot,
  span: SeenSpan,
  slotMs: number,
): { readonly open: OpenSlot; readonly closed: readonly ClosedSlot[] } {
  const last = Math.floor(span.to / slotMs)
  const closed: ClosedSlot[] = []
  let open = before
  const first = Math.max(Math.floor(span.from / slotMs), last - MOST_SLOTS)
  for (let index = first; index <= last; index += 1) {
    const ms = Math.min(span.to, (index + 1) * slotMs) - Math.max(span.from, index * slotMs)
    if (index !== open.index) {
      if (open.ms > 0) closed.push(close(open, slotMs))
      open = { index, ms: 0, arrivals: 0 }
    }
    const arrivals = (span.arrivals * ms) / (span.to - span.from)
    open = { index, ms: open.ms + ms, arrivals: short(open.arrivals + arrivals) }
  }
  return { open, closed }
}

function close(slot: OpenSlot, slotMs: number): ClosedSlot {
  const { index, ms } = slot
  return { index, rate: 2 * ms >= slotMs ? rateOf(slot) : null, ms }
}
