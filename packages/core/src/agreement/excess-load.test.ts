// Which units of time were above the contracted load: surges in calm hours, their backlogs, and what is still open (A3.2).
import { describe, expect, it } from 'vitest'
import { epochMs, minutes, perSecond, type EpochMs } from '../units/index.ts'
import { excessAt, isSurge, wasAbove, type Present } from './excess-load.ts'
import type { LoadCondition, LoadSamples } from './load-samples.ts'

const MINUTE = 60_000
const START = 1_000 * MINUTE

const upTo = (rate: number, statistic: LoadCondition['statistic'] = 'average'): LoadCondition => ({
  kind: 'load',
  atMost: perSecond(rate),
  statistic,
  per: minutes(1),
})

/** So many operations a second in each minute from the start on. */
const minutely = (...rates: readonly number[]): LoadSamples => ({
  perMs: MINUTE,
  samples: rates.map((rate, i) => ({ from: epochMs(START + i * MINUTE), operations: rate * 60 })),
})

const after = (count: number): EpochMs => epochMs(START + count * MINUTE)

const calm: Present = { arrivals: 10, spanMs: 2_000, queued: false }
const waiting: Present = { ...calm, queued: true }

describe('a unit of time', () => {
  it('was above by its own load, whatever the hour around it was', () => {
    const samples = minutely(2, 15, 2)
    expect([0, 1, 2].map((i) => wasAbove(upTo(10), samples, after(i), after(3)))).toEqual([
      false,
      true,
      false,
    ])
  })

  it('is open until it has passed what is contracted or is over', () => {
    expect(wasAbove(upTo(10), minutely(9), after(0.5), after(0.9))).toBeNull()
    expect(wasAbove(upTo(10), minutely(11), after(0.5), after(0.9))).toBe(true)
    expect(wasAbove(upTo(10), minutely(9), after(0.5), after(1))).toBe(false)
  })

  it('that is exactly at what is contracted is not above', () => {
    expect(wasAbove(upTo(10), minutely(10), after(0), after(1))).toBe(false)
  })

  it('of the highest twentieth is free where the 95th percentile was agreed', () => {
    const rates = [...Array.from({ length: 39 }, () => 5), 30]
    expect(wasAbove(upTo(10, 'p95'), minutely(...rates), after(39), after(40))).toBe(false)
    const more = [...Array.from({ length: 37 }, () => 5), 30, 30, 30]
    expect(wasAbove(upTo(10, 'p95'), minutely(...more), after(39), after(40))).toBe(true)
  })
})

describe('the excess at an instant', () => {
  it('is certain once the unit has passed what is contracted', () => {
    expect(excessAt(upTo(10), minutely(5, 11), after(1.9), calm)).toMatchObject({
      certain: true,
      draining: false,
      from: START + MINUTE,
    })
  })

  it('is probable while what comes would take the unit above, and no chance', () => {
    const surge = { ...calm, arrivals: 60 }
    expect(excessAt(upTo(10), minutely(5, 3), after(1.2), surge)).toMatchObject({
      certain: false,
      measured: 30,
    })
    expect(excessAt(upTo(10), minutely(5, 3), after(1.2), calm)).toBeNull()
    // Too late in the minute to take its average above, and too early to last into the next one.
    expect(excessAt(upTo(10), minutely(5, 1), after(1.7), surge)).toBeNull()
    expect(excessAt(upTo(10), minutely(5, 4), after(1.95), surge)).toMatchObject({ certain: false })
  })

  it('goes on through a span that happens to be calmer, as the unit so far tells, until one is below', () => {
    const calmer = { ...calm, arrivals: 26 }
    expect(excessAt(upTo(10), minutely(5, 6), after(1.2), calmer)).toMatchObject({ measured: 13 })
    expect(excessAt(upTo(10), minutely(5, 2), after(1.2), calmer)).toBeNull()
    expect(excessAt(upTo(10), minutely(5, 6), after(1.2), { ...calm, arrivals: 20 })).toBeNull()
  })

  it('is the surge before while its backlog drains and operations wait', () => {
    const samples = minutely(5, 20, 8)
    expect(excessAt(upTo(10), samples, after(2.5), waiting)).toMatchObject({ draining: true, measured: 20 })
    expect(excessAt(upTo(10), samples, after(2.5), calm)).toBeNull()
  })

  it('excuses nobody for longer than the surge lasted', () => {
    const samples = minutely(5, 100, 8, 8, 8)
    expect(excessAt(upTo(10), samples, after(2.9), waiting)).not.toBeNull()
    expect(excessAt(upTo(10), samples, after(3.1), waiting)).toBeNull()
  })

  it('ends as soon as a platform that takes in what is contracted would be through with it', () => {
    const samples = minutely(5, 11, 11, 2, 2)
    expect(excessAt(upTo(10), samples, after(4.1), waiting)).toBeNull()
  })
})

it('Few operations more than contracted in a short span may be chance, and are no surge.', () => {
  expect(isSurge(upTo(10), { ...calm, arrivals: 30 })).toBe(false)
  expect(isSurge(upTo(10), { ...calm, arrivals: 60 })).toBe(true)
})
