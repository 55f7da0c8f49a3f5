// Levels that the observation itself tells of: availability, throughput and lengths of lines, in seconds of the clock (A3.1).
import { describe, expect, it } from 'vitest'
import type { Level } from '../agreement/index.ts'
import type { PartObservation, ServiceObservation } from '../health/index.ts'
import { epochMs, perSecond } from '../units/index.ts'
import { countSampled } from './sampled-level.ts'
import { level, observation, partName, partSeen, shop, TEN } from './testing/shop.ts'

const throughput = (scope: Level['scope'] = {}): Level =>
  level('busy', { metric: { kind: 'throughput', limit: perSecond(5) }, scope })
const lines = (scope: Level['scope'] = {}): Level =>
  level('short', { metric: { kind: 'queue-length', limit: 3 }, scope })
const available = (scope: Level['scope'] = {}): Level =>
  level('up', { metric: { kind: 'availability' }, scope })

/** Of the five seconds before ten, or of so many. */
const seen = (
  web: Partial<PartObservation>,
  data: Partial<PartObservation> = {},
  seconds = 5,
): ServiceObservation =>
  observation([], {
    span: { from: epochMs(TEN - seconds * 1_000), to: epochMs(TEN) },
    parts: [partSeen('web', [], web), partSeen('data', [], data)],
  })

describe('throughput', () => {
  it('is met in each second in which as much was done as promised', () => {
    expect(countSampled(throughput(), shop, seen({ arrivals: 30, completed: 25 }))).toEqual({
      met: 5,
      missed: 0,
    })
  })

  it('is missed where more was asked for than done', () => {
    expect(countSampled(throughput(), shop, seen({ arrivals: 30, completed: 20 }))).toEqual({
      met: 0,
      missed: 5,
    })
    expect(countSampled(throughput(), shop, seen({ arrivals: 2, completed: 20, queued: 40 }))).toEqual({
      met: 0,
      missed: 5,
    })
  })

  it('is not judged where less was asked for than is promised', () => {
    expect(countSampled(throughput(), shop, seen({ arrivals: 20, completed: 20 }))).toEqual({
      met: 0,
      missed: 0,
    })
  })
})

describe('the length of lines', () => {
  it('is that of all parts together, or of the part that the level is about', () => {
    const both = seen({ queued: 2 }, { queued: 2 })
    expect(countSampled(lines(), shop, both)).toEqual({ met: 0, missed: 5 })
    expect(countSampled(lines({ part: partName('data') }), shop, both)).toEqual({ met: 5, missed: 0 })
  })
})

describe('availability', () => {
  it('is missed by operations that no instance had room for, and not by errors of the program', () => {
    expect(countSampled(available(), shop, seen({ completed: 90, failed: 6, refused: 4 }))).toEqual({
      met: 96,
      missed: 4,
    })
  })
})

describe('all of them', () => {
  it('count as many seconds however the time is cut', () => {
    const spans = [1_300, 2_000, 2_050, 7_999, 8_000, 11_000]
    const seconds = spans.slice(1).map((to, i) => {
      const span = { from: epochMs(spans[i] ?? 0), to: epochMs(to) }
      const counted = countSampled(lines(), shop, { ...seen({ queued: 1 }), span })
      return counted?.met ?? 0
    })
    expect(seconds.reduce((sum, count) => sum + count, 0)).toBe(10)
  })

  it('say nothing of a span that a source did not answer for', () => {
    const missing = { ...seen({ queued: 9 }), complete: false }
    expect(countSampled(lines(), shop, missing)).toEqual({ met: 0, missed: 0 })
  })

  it('are unknown for one kind of operation or one class, which only a source could tell', () => {
    for (const one of [throughput, lines, available]) {
      expect(countSampled(one({ class: 'gold' }), shop, seen({}))).toBeNull()
      expect(countSampled(one({ operation: 'GET /' }), shop, seen({}))).toBeNull()
    }
    expect(countSampled(level('fast'), shop, seen({}))).toBeNull()
  })
})
