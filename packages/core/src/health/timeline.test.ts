/**
 * Goal: whoever asks for whatever interval gets all that was counted in it, once, whatever others ask for (H1.18 to
 * H1.20). Method: random tallies at random times, also late ones, and random cuts of the time.
 */
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { epochMs } from '../units/index.ts'
import { addTallies, COUNTS, noCounts, noTally, type Tally } from './tally.ts'
import { anyTally } from './testing/any-tally.ts'
import { cellEdge, createTimeline, RESOLUTIONS } from './timeline.ts'

const BEGIN = 1_700_000_000_000
const HOUR_MS = 3_600_000

interface Counted {
  readonly at: number
  readonly tally: Tally
}

/** In no order: some come late. */
const counted = fc.array(fc.record({ at: fc.nat({ max: 3 * HOUR_MS }), tally: anyTally }), { maxLength: 30 })

const timelineOf = (all: readonly Counted[]) => {
  const timeline = createTimeline()
  for (const { at, tally } of all) timeline.add(epochMs(BEGIN + at), tally)
  return timeline
}

const read = (timeline: ReturnType<typeof createTimeline>, from: number, to: number): Tally =>
  timeline.read(epochMs(BEGIN + from), epochMs(BEGIN + to))

/** Not only where cells begin: consumers ask at any pace. */
const edges = fc.nat({ max: 3 * HOUR_MS })

/** The beginning of the cell that holds the instant. */
const cellOf = (at: number): number => Math.floor((BEGIN + at) / 2_000) * 2_000 - BEGIN

const sumOf = (all: readonly Tally[]): Tally => all.reduce(addTallies, noTally)

test('An interval holds exactly what was counted in it.', () => {
  fc.assert(
    fc.property(counted, edges, edges, (all, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const within = all.filter(({ at }) => cellOf(at) >= from && cellOf(at) < to)
      expect(read(timelineOf(all), from, to)).toEqual(sumOf(within.map(({ tally }) => tally)))
    }),
  )
})

test('The summary over [a, c) is that over [a, b) and that over [b, c) together.', () => {
  fc.assert(
    fc.property(counted, edges, edges, edges, (all, ...cuts) => {
      const [a = 0, b = 0, c = 0] = cuts.toSorted((one, other) => one - other)
      const timeline = timelineOf(all)
      expect(addTallies(read(timeline, a, b), read(timeline, b, c))).toEqual(read(timeline, a, c))
    }),
  )
})

test('Consumers of different intervals that read the same time get the same in total.', () => {
  const lengths = fc.integer({ min: 7_000, max: 600_000 })
  fc.assert(
    fc.property(counted, lengths, lengths, (all, ...steps) => {
      const timeline = timelineOf(all)
      const [one, other] = steps.map((step) => {
        const readings: Tally[] = []
        for (let from = 0; from <= 3 * HOUR_MS; from += step) readings.push(read(timeline, from, from + step))
        return sumOf(readings)
      })
      expect(one).toEqual(other)
    }),
    { numRuns: 30 },
  )
})

test('Whatever is let go, and whatever was read before, what is left adds up to all that was counted.', () => {
  const now = 3 * HOUR_MS
  fc.assert(
    fc.property(counted, counted, edges, edges, (early, late, a, b) => {
      const timeline = timelineOf(early)
      read(timeline, Math.min(a, b), Math.max(a, b))
      timeline.forget(epochMs(BEGIN + Math.floor(now / 2)))
      for (const { at, tally } of late) timeline.add(epochMs(BEGIN + at), tally)
      read(timeline, Math.min(a, b), Math.max(a, b))
      timeline.forget(epochMs(BEGIN + now))
      const all = [...early, ...late].map(({ tally }) => tally)
      expect(read(timeline, -HOUR_MS, now + HOUR_MS)).toEqual(sumOf(all))
    }),
  )
})

test('Every kind of count is added up.', () => {
  expect(COUNTS.toSorted()).toEqual(Object.keys(noCounts).toSorted())
})

describe('what is kept', () => {
  const operation: Tally = { ...noTally, completed: 1 }

  it('is every cell for an hour, and longer ones for longer', () => {
    const timeline = createTimeline()
    const now = BEGIN + 3 * HOUR_MS
    for (let at = BEGIN; at < now; at += 2_000) timeline.add(epochMs(at), operation)
    timeline.forget(epochMs(now))
    const lately = epochMs(now - 600_000)
    expect(timeline.read(lately, epochMs(now)).completed).toBe(300)
    const earlier = cellEdge(epochMs(BEGIN + 61_000), epochMs(now))
    expect(earlier).toBe(Math.floor((BEGIN + 61_000) / 60_000) * 60_000)
    expect(timeline.read(earlier ?? epochMs(0), epochMs(now)).completed).toBe((now - (earlier ?? 0)) / 2_000)
  })

  it('ends with the longest cells', () => {
    const oldest = RESOLUTIONS.at(-1)?.keptMs ?? 0
    expect(cellEdge(epochMs(BEGIN - oldest - 1), epochMs(BEGIN))).toBeNull()
  })

  it('says until when anything was counted', () => {
    expect(timelineOf([]).latest()).toBeNull()
    const late = [4_500, 1_000].map((at) => ({ at, tally: operation }))
    expect(timelineOf(late).latest()).toBe(BEGIN + 6_000)
  })
})
