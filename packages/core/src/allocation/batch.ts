/**
 * The pace of work that is to be done by a time (A3.21): what is left is laid over the time that is left, into
 * the valleys of what others need where the platform has a limit, and no later than is safe. It is laid anew at
 * every tick, so that what failed, or took longer, is made up for while there is time.
 */
import type { DurationMs, EpochMs } from '../units/index.ts'

/** A piece of the time to come; the first begins now. */
export interface Slot {
  readonly ms: number
  /** Instances that others are expected to need. */
  readonly others: number
}

export interface PaceInput {
  /** Operations still to be done. */
  readonly left: number
  readonly since: EpochMs
  readonly now: EpochMs
  readonly deadline: EpochMs
  /** From an order until it serves. */
  readonly lead: DurationMs
  /** Operations a second that all its instances do at most. */
  readonly most: number
  /** Instances that one operation a second takes, of all parts together. */
  readonly instancesPerRate: number
  /** Share of the instances' time that is lost to failures. */
  readonly lostShare: number
  /** All instances that the platform runs at most; null where nothing limits them. */
  readonly capacity: number | null
  /** As far as it is known; the last one is taken to go on until the deadline. */
  readonly slots: readonly Slot[]
}

type PaceKind =
  | 'done'
  /** The same rate until the deadline. */
  | 'steady'
  /** More than later on, as others need less now. */
  | 'in-valley'
  /** Nothing now, as there is room enough later. */
  | 'waits'
  /** What is free is not enough: others have to yield, or it will be late. */
  | 'hurries'

export interface Pace {
  readonly kind: PaceKind
  /** Operations a second that the instances of now should be enough for. */
  readonly rate: number
  /** Whether the deadline can be kept with all that it may have, as if nobody else were there. */
  readonly isInReach: boolean
}

/** Of the whole time this share at the end is not planned with, or a start and a minute, whichever is more. */
const MARGIN_SHARE = 0.05
const MARGIN_MS = 60_000
/** A job of minutes keeps at least half of its time. */
const MOST_MARGIN_SHARE = 0.5
/** Room that is only expected counts by this share: others may need more than they are expected to. */
const EXPECTED_ROOM_SHARE = 0.8
/** Halvings of the level that the work is filled up to; by far finer than one instance. */
const HALVINGS = 40
/** However much was lost, it is not planned for as if hardly anything were done. */
const LEAST_GROSS = 0.1
/** Below this many instances nothing is run: the room comes later. */
const HARDLY_ANY = 1e-6

export function paceOf(input: PaceInput): Pace {
  const { left, now, deadline, most } = input
  if (left <= 0) return { kind: 'done', rate: 0, isInReach: true }
  const aimMs = aimOf(input) - now
  const isInReach = left <= (gross(input, most) * Math.max(0, deadline - now)) / 1_000
  const slots = cut(input, Math.max(0, aimMs))
  const full = Math.max(...slots.map((slot, i) => slot.others + roomOf(input, slot, i)))
  if (aimMs <= 0 || workAt(input, slots, full) <= left)
    return { kind: 'hurries', rate: hurriedRate(input, aimMs), isInReach }
  const level = levelFor(input, slots, full)
  const first = amountOf(input, slots[0], 0, level)
  if (first < HARDLY_ANY) return { kind: 'waits', rate: 0, isInReach }
  const rate = first / input.instancesPerRate
  const last = slots.some(({ others }) => others > (slots[0]?.others ?? 0))
  return { kind: last && input.capacity !== null ? 'in-valley' : 'steady', rate, isInReach }
}

/** What is free is taken; of what others need only as much as it takes to be done in time. */
function hurriedRate(input: PaceInput, aimMs: number): number {
  const { left, now, deadline, most, slots, instancesPerRate } = input
  const free = roomOf(input, slots[0], 0) / instancesPerRate
  const leftMs = aimMs > 0 ? aimMs : deadline - now
  if (leftMs <= 0 || input.capacity === null) return most
  return Math.min(most, Math.max(free, (left * 1_000) / leftMs / Math.max(LEAST_GROSS, gross(input, 1))))
}

/** The end that is planned for. */
function aimOf({ since, deadline, lead }: PaceInput): number {
  const whole = Math.max(0, deadline - since)
  const margin = Math.max(MARGIN_SHARE * whole, lead + MARGIN_MS)
  return deadline - Math.min(MOST_MARGIN_SHARE * whole, margin)
}

/** What is done a second where so much would be done if nothing failed. */
const gross = ({ lostShare }: PaceInput, rate: number): number => rate * (1 - lostShare)

/** The slots until then; what is not known goes on as the last one. */
function cut({ slots }: PaceInput, untilMs: number): readonly Slot[] {
  const result: Slot[] = []
  let passed = 0
  for (const slot of slots) {
    if (passed >= untilMs) break
    result.push({ ...slot, ms: Math.min(slot.ms, untilMs - passed) })
    passed += slot.ms
  }
  const rest = untilMs - passed
  return rest > 0 ? [...result, { ms: rest, others: result.at(-1)?.others ?? 0 }] : result
}

function roomOf({ capacity, most, instancesPerRate }: PaceInput, slot: Slot | undefined, i: number): number {
  const own = most * instancesPerRate
  if (capacity === null || slot === undefined) return own
  const room = Math.max(0, capacity - slot.others) * (i === 0 ? 1 : EXPECTED_ROOM_SHARE)
  return Math.min(own, room)
}

/** Instances in a slot where all are filled up to a level: others first, this work on top. */
const amountOf = (input: PaceInput, slot: Slot | undefined, i: number, level: number): number =>
  Math.min(roomOf(input, slot, i), Math.max(0, level - (slot?.others ?? 0)))

const workAt = (input: PaceInput, slots: readonly Slot[], level: number): number =>
  slots.reduce((sum, slot, i) => {
    const rate = amountOf(input, slot, i, level) / input.instancesPerRate
    return sum + (gross(input, rate) * slot.ms) / 1_000
  }, 0)

/** The lowest level at which all that is left is done. */
function levelFor(input: PaceInput, slots: readonly Slot[], full: number): number {
  let [low, high] = [0, full]
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2
    if (workAt(input, slots, middle) < input.left) low = middle
    else high = middle
  }
  return high
}
