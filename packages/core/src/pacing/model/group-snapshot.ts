/**
 * What a group has learned, as plain numbers: to be stored, taken up again, and added to what another server learned of other
 * clients of the group. All figures are sums; nothing in it is of a single client.
 */
import { AGE_BUCKETS } from './age-grid.ts'
import { CELLS, emptyHazardTable, mergeHazardTables, type HazardTable } from './hazard-table.ts'
import { emptyHourCounts, mergeHourCounts, type HourCounts } from './time-of-day.ts'

export interface GroupSnapshot {
  readonly hazards: HazardTable
  /** Changes that were seen, by cell. */
  readonly counted: Float64Array
  /** With how many of them a cell is due to be solved anew. */
  readonly dueAt: Float64Array
  /** Of the hours that are over: what the clock goes by. */
  readonly hours: HourCounts
  /** Since then. */
  readonly thisHour: HourCounts
  readonly hourEnds: number
  /** Over clients, each as often as it has a voice: of the logarithm of its dwell time, and how many there are. */
  readonly logDwell: number
  readonly dwells: number
}

const GUESS_WEIGHS = 2

/** Nothing was seen yet: clients are thought to change once in this time. */
export function emptySnapshot(dwellMs: number): GroupSnapshot {
  return {
    hazards: emptyHazardTable(),
    counted: new Float64Array(CELLS),
    dueAt: new Float64Array(CELLS),
    hours: emptyHourCounts(),
    thisHour: emptyHourCounts(),
    hourEnds: 0,
    logDwell: GUESS_WEIGHS * Math.log(dwellMs),
    dwells: GUESS_WEIGHS,
  }
}

/** Of two that saw different clients, or the same at different times. */
export function mergeSnapshots(one: GroupSnapshot, other: GroupSnapshot): GroupSnapshot {
  return {
    hazards: mergeHazardTables(one.hazards, other.hazards),
    counted: sum(one.counted, other.counted),
    dueAt: sum(one.dueAt, other.dueAt),
    hours: mergeHourCounts(one.hours, other.hours),
    thisHour: mergeHourCounts(one.thisHour, other.thisHour),
    hourEnds: Math.max(one.hourEnds, other.hourEnds),
    logDwell: one.logDwell + other.logDwell,
    dwells: one.dwells + other.dwells,
  }
}

/**
 * What a group learned between two snapshots. Where a cell was solved anew in between, what it knew before counts for less
 * by then; that is no loss to who adds this to its own.
 */
export function learnedBetween(before: GroupSnapshot, after: GroupSnapshot, kept: number): GroupSnapshot {
  const factors = before.dueAt.map((due, cell) => (due === after.dueAt[cell] ? 1 : kept))
  const ofHazards = (which: keyof HazardTable): Float64Array =>
    after.hazards[which].map((figure, at) => {
      const factor = factors[Math.floor(at / AGE_BUCKETS)] ?? 1
      return Math.max(0, figure - factor * (before.hazards[which][at] ?? 0))
    })
  return {
    hazards: { changes: ofHazards('changes'), exposure: ofHazards('exposure') },
    counted: difference(after.counted, before.counted),
    dueAt: new Float64Array(CELLS),
    // Of an hour that is not over only those were heard who came soonest.
    hours: {
      changes: difference(after.hours.changes, before.hours.changes),
      exposure: difference(after.hours.exposure, before.hours.exposure),
    },
    thisHour: emptyHourCounts(),
    hourEnds: 0,
    // It fades with each change, so that a difference says nothing: it is told whole.
    logDwell: after.logDwell,
    dwells: after.dwells,
  }
}

/** What of sums that only grow is new, since some of it was read before. */
export function newSince(sums: GroupSnapshot, read: GroupSnapshot): GroupSnapshot {
  return {
    ...sums,
    hazards: {
      changes: difference(sums.hazards.changes, read.hazards.changes),
      exposure: difference(sums.hazards.exposure, read.hazards.exposure),
    },
    counted: difference(sums.counted, read.counted),
    hours: {
      changes: difference(sums.hours.changes, read.hours.changes),
      exposure: difference(sums.hours.exposure, read.hours.exposure),
    },
  }
}

export function copyOf(snapshot: GroupSnapshot): GroupSnapshot {
  const { hazards, counted, dueAt, hours, thisHour } = snapshot
  return {
    ...snapshot,
    hazards: { changes: hazards.changes.slice(), exposure: hazards.exposure.slice() },
    counted: counted.slice(),
    dueAt: dueAt.slice(),
    hours: { changes: hours.changes.slice(), exposure: hours.exposure.slice() },
    thisHour: { changes: thisHour.changes.slice(), exposure: thisHour.exposure.slice() },
  }
}

const difference = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => Math.max(0, value - (b[i] ?? 0)))

const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + (b[i] ?? 0))
