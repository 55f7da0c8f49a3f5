/** Goal: what was found becomes a manifest that is valid and says no more than is known. Method: by example. */
import { expect, it } from 'vitest'
import { branded, perSecond, ratio, type PartName } from '../units/index.ts'
import type { Estimate } from './estimate.ts'
import { callsOf, characteristicsOf, compare, type PartProfile } from './part-profile.ts'

const about = (value: number, width = 0.02): Estimate => ({
  value,
  low: value * (1 - width),
  high: value * (1 + width),
  samples: 100,
})

const data = branded<PartName>('data')
const profile: PartProfile = {
  part: branded<PartName>('web'),
  expectedPerSecond: perSecond(20),
  serviceMeanMs: about(10.34),
  servicePercentile: { ratio: ratio(0.95), ms: about(14.6) },
  capacityPerSecond: { ...about(9.8765), bound: { kind: 'found' }, sustainedPerSecond: 9 },
  startMs: about(412.6),
  calls: [{ part: data, times: about(1.01) }],
}

it('rounds to three digits and whole milliseconds', () => {
  expect(characteristicsOf(profile)).toEqual({
    serviceTime: { mean: 10, percentile: { ratio: 0.95, value: 15 } },
    capacity: 9.88,
    startTime: 413,
  })
})

it('keeps the capacity that is expected where only a lower least is known', () => {
  const least = (value: number): PartProfile => ({
    ...profile,
    capacityPerSecond: {
      ...about(value),
      bound: { kind: 'at-least', by: 'time' },
      sustainedPerSecond: value,
    },
  })
  expect(characteristicsOf(least(8)).capacity).toBe(20)
  expect(characteristicsOf(least(30)).capacity).toBe(30)
  expect(characteristicsOf({ ...least(8), expectedPerSecond: null }).capacity).toBe(8)
})

it('leaves out a percentile below the mean, and never says that an operation takes no time', () => {
  const quick = {
    ...profile,
    serviceMeanMs: about(0.2),
    servicePercentile: { ratio: ratio(0.95), ms: about(0.1) },
  }
  expect(characteristicsOf(quick).serviceTime).toEqual({ mean: 1, percentile: { ratio: 0.95, value: 1 } })
  const skewed = { ...profile, serviceMeanMs: about(20) }
  expect(characteristicsOf(skewed).serviceTime).toEqual({ mean: 20 })
})

it('says that as many calls are made as may be a whole number, and leaves out those never made', () => {
  expect(callsOf(profile)).toEqual([{ part: data, times: 1 }])
  expect(callsOf({ ...profile, calls: [{ part: data, times: about(0.4) }] })).toEqual([
    { part: data, times: 0.4 },
  ])
  expect(callsOf({ ...profile, calls: [{ part: data, times: about(0) }] })).toEqual([])
})

it('calls as expected what lies in the interval or within a twentieth', () => {
  expect(compare(5, about(4.9, 0.001))).toBe('as-expected')
  expect(compare(5, about(4, 0.3))).toBe('as-expected')
  expect(compare(5, about(4))).toBe('lower')
  expect(compare(5, about(6))).toBe('higher')
})
