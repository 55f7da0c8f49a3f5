/**
 * Goal: work is done by its deadline whenever that can be, in the valleys of others where there is a choice,
 * and nothing runs afterwards. Method: single paces by hand, then whole runs of time under random failures.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationMs, epochMs } from '../units/index.ts'
import { paceOf, type PaceInput, type Slot } from './batch.ts'

const HOUR = 3_600_000

const work: PaceInput = {
  left: 36_000,
  since: epochMs(0),
  now: epochMs(0),
  deadline: epochMs(10 * HOUR),
  lead: durationMs(10_000),
  most: 10,
  instancesPerRate: 1,
  lostShare: 0,
  capacity: null,
  slots: [],
}

const hours = (...others: readonly number[]): Slot[] => others.map((one) => ({ ms: HOUR, others: one }))

describe('paceOf', () => {
  it('lays the work evenly over the time left but for a margin of a twentieth', () => {
    const pace = paceOf(work)
    expect(pace.kind).toBe('steady')
    expect(pace.rate).toBeCloseTo(1 / 0.95, 3)
  })

  it('is faster where a share of the time is lost to failures', () => {
    expect(paceOf({ ...work, lostShare: 0.2 }).rate).toBeCloseTo(1 / 0.95 / 0.8, 3)
  })

  it('is done when nothing is left, also after the deadline', () => {
    expect(paceOf({ ...work, left: 0, now: epochMs(11 * HOUR) })).toEqual({
      kind: 'done',
      rate: 0,
      isInReach: true,
    })
  })

  it('hurries with all there is when the margin is reached, and says when the deadline is out of reach', () => {
    const late = { ...work, now: epochMs(9.8 * HOUR) }
    expect(paceOf({ ...late, left: 7_000 })).toEqual({ kind: 'hurries', rate: 10, isInReach: true })
    expect(paceOf({ ...late, left: 7_300 })).toEqual({ kind: 'hurries', rate: 10, isInReach: false })
  })

  it('waits while others peak and there is room enough later', () => {
    const slots = hours(9, 9, 9, 9, 1)
    expect(paceOf({ ...work, capacity: 10, slots })).toMatchObject({ kind: 'waits', rate: 0 })
  })

  it('fills the valley while others need little', () => {
    const slots = hours(1, 1, 1, 1, 9)
    const pace = paceOf({ ...work, capacity: 10, slots })
    expect(pace.kind).toBe('in-valley')
    expect(pace.rate).toBeGreaterThan(2)
  })

  it('does not wait for a valley in which the work would not fit', () => {
    const slots = hours(8, 8, 8, 8, 8, 8, 8, 8, 8, 1)
    expect(paceOf({ ...work, left: 60_000, capacity: 10, slots }).rate).toBeGreaterThan(1)
  })

  it('hurries where the room of others is needed to be done in time', () => {
    const pace = paceOf({ ...work, capacity: 10, slots: hours(10) })
    expect(pace).toMatchObject({ kind: 'hurries', isInReach: true })
    expect(pace.rate).toBeCloseTo(1 / 0.95, 3)
  })

  it('never needs less for more work, nor more for more time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }),
        (left, more, others) => {
          const given = { ...work, left, capacity: 12, slots: hours(...others) }
          expect(paceOf({ ...given, left: left + more }).rate).toBeGreaterThanOrEqual(
            paceOf(given).rate - 1e-6,
          )
        },
      ),
    )
  })

  it('is done in time under random failures whenever that can be, and then stops', () => {
    const runs = fc.record({
      hoursOfWork: fc.double({ min: 0.1, max: 0.7, noNaN: true }),
      lost: fc.array(fc.double({ min: 0, max: 0.4, noNaN: true }), { minLength: 20, maxLength: 20 }),
      others: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 10, maxLength: 10 }),
    })
    fc.assert(
      fc.property(runs, ({ hoursOfWork, lost, others }) => {
        const total = hoursOfWork * 36_000 * 6
        const end = finish(total, lost, others)
        expect(end).toBeLessThanOrEqual(10 * HOUR)
      }),
      { numRuns: 50 },
    )
  })
})

/**
 * When the work ended, in a world of 10 instances of which each does one operation a second and some fail: in
 * the half-hour by the share given, of which the plan knows the mean only.
 */
function finish(total: number, lost: readonly number[], others: readonly number[]): number {
  const step = 60_000
  const lostShare = lost.reduce((sum, one) => sum + one, 0) / lost.length
  let left = total
  for (let now = 0; now <= 10 * HOUR; now += step) {
    const slots = others.slice(Math.floor(now / HOUR)).map((one, i) => ({
      ms: i === 0 ? HOUR - (now % HOUR) : HOUR,
      others: one,
    }))
    const input = { ...work, left, now: epochMs(now), lostShare, capacity: 10, slots }
    const { kind, rate } = paceOf(input)
    if (kind === 'done') {
      expect(rate).toBe(0)
      return now
    }
    // Those who plan get what is free; work in a hurry may push others away.
    const instances = Math.ceil(rate - 1e-9)
    left -= (instances * (1 - (lost[Math.floor(now / (HOUR / 2))] ?? 0)) * step) / 1_000
  }
  return Infinity
}
