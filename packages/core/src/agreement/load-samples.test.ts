// The load as conditions state it: samples per unit of time, of which a statistic is taken (A3.2).
import { describe, expect, it } from 'vitest'
import { epochMs, minutes, perSecond } from '../units/index.ts'
import type { LoadStatistic } from './agreement.ts'
import { loadSince, noSamples, sampleLoad, type LoadSamples } from './load-samples.ts'

const MINUTE = minutes(1)

/** One count for each minute from 0 on, given in two halves. */
function minutesOf(counts: readonly number[]): LoadSamples {
  let state = noSamples({ kind: 'load', atMost: perSecond(10), statistic: 'average', per: MINUTE })
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
