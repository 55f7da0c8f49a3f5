// The load as conditions state it: samples per unit of time, of which a statistic is taken (A3.2).
import { describe, expect, it } from 'vitest'
import { epochMs, minutes } from '../units/index.ts'
import type { LoadStatistic } from './agreement.ts'
import { loadSince, noSamples, sampleLoad, samplesSince, type LoadSamples } from './load-samples.ts'

const MINUTE = minutes(1)

/** One count for each minute from 0 on, given in two halves. */
function minutesOf(counts: readonly number[]): LoadSamples {
  let state = noSamples(MINUTE)
  for (const [i, count] of counts.entries()) {
    const from = i * MINUTE
    const middle = from + MINUTE / 2
    state = sampleLoad(state, { from: epochMs(from), to: epochMs(middle) }, count / 2)
    state = sampleLoad(state, { from: epochMs(middle), to: epochMs(from + MINUTE) }, count / 2)
  }
  return state
}

const measured = (counts: readonly number[], statistic: LoadStatistic): number | null =>
  loadSince(minutesOf(counts), statistic, epochMs(0), epochMs(counts.length * MINUTE))

describe('loadSince', () => {
  it.each<[LoadStatistic, number]>([
    ['average', 5],
    ['peak', 14],
    ['p95', 14],
  ])('takes the %s of the samples', (statistic, expected) => {
    expect(measured([120, 60, 840, 180], statistic)).toBe(expected)
  })

  it('leaves the highest twentieth of the samples out of the 95th percentile', () => {
    expect(measured([...Array.from({ length: 19 }, () => 60), 6_000], 'p95')).toBe(1)
  })

  it('knows nothing before the first whole sample', () => {
    expect(loadSince(minutesOf([60]), 'average', epochMs(0), epochMs(MINUTE - 1))).toBeNull()
  })

  it('looks no further back than asked', () => {
    expect(loadSince(minutesOf([6_000, 60]), 'peak', epochMs(MINUTE), epochMs(2 * MINUTE))).toBe(1)
  })
})

describe('sampleLoad', () => {
  const span = (from: number, to: number) => ({ from: epochMs(from), to: epochMs(to) })

  it('gives each unit its share of a span that reaches over several, so that a pause makes no peak', () => {
    const state = sampleLoad(minutesOf([60]), span(MINUTE, 4 * MINUTE), 180)
    expect(loadSince(state, 'peak', epochMs(0), epochMs(4 * MINUTE))).toBe(1)
    expect(state.samples).toHaveLength(4)
  })

  it('keeps a bounded number of samples after a pause of days', () => {
    const state = sampleLoad(minutesOf([60]), span(MINUTE, 10_000 * MINUTE), 9_999)
    expect(state.samples).toHaveLength(1_440)
    expect(loadSince(state, 'average', epochMs(0), epochMs(10_000 * MINUTE))).toBeCloseTo(1 / 60)
  })

  it('does not count units twice that a clock which was set back comes through again', () => {
    const set = sampleLoad(minutesOf([60, 60, 60]), span(MINUTE, MINUTE + 30_000), 30)
    const state = sampleLoad(set, span(MINUTE + 30_000, 2 * MINUTE), 30)
    expect(state.samples).toEqual([
      { from: 0, operations: 60 },
      { from: MINUTE, operations: 60 },
    ])
  })

  it('counts what comes with a span that has no length, or ends before it begins', () => {
    const state = sampleLoad(sampleLoad(noSamples(MINUTE), span(5, 5), 3), span(9, 7), 4)
    expect(state.samples).toEqual([{ from: 0, operations: 7 }])
  })
})

describe('samplesSince', () => {
  it('forgets what begins before', () => {
    expect(samplesSince(minutesOf([1, 2, 3]), epochMs(MINUTE)).samples).toHaveLength(2)
  })
})
