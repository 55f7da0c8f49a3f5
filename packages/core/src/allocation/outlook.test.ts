// The outlook: rates with chances from the forecast, within what was agreed, kept until chance does not explain a difference.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LoadHint } from '../agreement/index.ts'
import { noForecast, observeArrivals, poissonCount, seededRandom, type Forecaster } from '../stats/index.ts'
import { durationMs, epochMs } from '../units/index.ts'
import {
  agreedOutlooks,
  hintFactor,
  keptOf,
  outlooksOf,
  type KeptOutlooks,
  type OutlookInput,
  type Outlooks,
} from './outlook.ts'

const LEAD = durationMs(10_000)
const TICK_MS = 2_000
const BEGIN = 1_700_000_000_000

interface Seen {
  readonly forecaster: Forecaster
  readonly now: ReturnType<typeof epochMs>
}

/** So many minutes of independent arrivals; each tick is told. */
function seeing(
  rate: number,
  forMinutes: number,
  from: Seen = { forecaster: noForecast, now: epochMs(BEGIN) },
  onTick: (seen: Seen) => void = () => undefined,
): Seen {
  const random = seededRandom(7)
  let { forecaster, now } = from
  for (let left = forMinutes * 60_000; left > 0; left -= TICK_MS) {
    const to = epochMs(now + TICK_MS)
    const arrivals = poissonCount(random, (rate * TICK_MS) / 1_000)
    forecaster = observeArrivals(forecaster, { from: now, to }, arrivals, LEAD)
    now = to
    onTick({ forecaster, now })
  }
  return { forecaster, now }
}

const outlooks = (seen: Seen, over: Partial<OutlookInput> = {}): Outlooks => {
  const made = outlooksOf({
    ...seen,
    hints: [],
    contracted: null,
    lead: LEAD,
    pressure: 1,
    kept: null,
    ...over,
  })
  if (made === null) throw new Error('Too little was seen.')
  return made
}

const calm = seeing(20, 20)

const each = ({ now, ahead }: Outlooks) => [now, ahead]

const hint = (from: number, to: number, factor: number): LoadHint => ({
  name: 'sale',
  from: epochMs(from),
  to: epochMs(to),
  factor,
})
const always = (factor: number): LoadHint => hint(0, BEGIN * 2, factor)

describe('an outlook', () => {
  it('is not there before enough was seen', () => {
    const early = seeing(20, 0.4)
    expect(
      outlooksOf({ ...early, hints: [], contracted: 10, lead: LEAD, pressure: 1, kept: null }),
    ).toBeNull()
  })

  it('has chances that add up to 1, and rates that rise', () => {
    for (const { scenarios, rate } of each(outlooks(calm))) {
      expect(scenarios.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1, 9)
      const listed = scenarios.map((one) => one.rate)
      expect(listed).toEqual(listed.toSorted((a, b) => a - b))
      expect(rate).toBeGreaterThan(listed[0] ?? Infinity)
      expect(rate).toBeLessThan(listed.at(-1) ?? 0)
    }
  })

  it('has no rate above what was agreed, whatever is hinted', () => {
    const contracted = fc.double({ min: 0.1, max: 60, noNaN: true })
    const factor = fc.double({ min: 0.1, max: 10, noNaN: true })
    fc.assert(
      fc.property(contracted, factor, (most, times) => {
        for (const { scenarios, rate } of each(
          outlooks(calm, { contracted: most, hints: [always(times)] }),
        )) {
          expect(rate).toBeLessThanOrEqual(most)
          for (const one of scenarios) expect(one.rate).toBeLessThanOrEqual(most)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('passes what was agreed only by the pressure of a model that was too hopeful', () => {
    const { now } = outlooks(calm, { contracted: 10, pressure: 1.5 })
    expect(now.rate).toBe(15)
    expect(new Set(now.scenarios.map(({ rate }) => rate))).toEqual(new Set([15]))
  })

  it('counts a hint from its beginning to its end, for now and for when an order serves', () => {
    const { now } = calm
    const plain = outlooks(calm)
    const soon = outlooks(calm, { hints: [hint(now + LEAD, now + LEAD + 1, 4)] })
    expect(soon.now.rate).toBe(plain.now.rate)
    expect(soon.ahead.rate).toBeCloseTo(4 * plain.ahead.rate, 9)
    const over = outlooks(calm, { hints: [hint(now - 1, now, 4)] })
    expect(over.now).toEqual(plain.now)
    expect(over.ahead).toEqual(plain.ahead)
  })

  it('of what was agreed alone is that rate for sure', () => {
    const { now, ahead } = agreedOutlooks(10, LEAD)
    expect(now.scenarios).toEqual([{ rate: 10, chance: 1 }])
    expect(ahead).toMatchObject({ aheadMs: LEAD, rate: 10 })
  })
})

it('Hints that overlap multiply, and where there is none nothing changes.', () => {
  const hints = [hint(0, 100, 4), hint(50, 200, 0.5)]
  expect([0, 50, 99, 100, 199, 200].map((at) => hintFactor(hints, at))).toEqual([4, 2, 2, 0.5, 0.5, 1])
  expect(hintFactor([], 50)).toBe(1)
})

describe('what was last planned for', () => {
  it('stays while the load wavers by chance alone', () => {
    let kept: KeptOutlooks | null = null
    let replaced = 0
    seeing(20, 60, calm, (seen) => {
      const planned = keptOf(outlooks(seen, { kept }))
      replaced += planned.now === kept?.now ? 0 : 1
      kept = planned
    })
    // The first tick has nothing to keep.
    expect(replaced).toBeLessThanOrEqual(2)
  })

  it('stays to the last digit, with the chances of its rates', () => {
    const fresh = outlooks(calm)
    const kept = keptOf(fresh)
    const planned = outlooks(calm, { pressure: 1.01, kept })
    expect(keptOf(planned)).toEqual(kept)
    expect(planned.now.scenarios.map(({ chance }) => chance)).toEqual(
      fresh.now.scenarios.map(({ chance }) => chance),
    )
    const stored = structuredClone(keptOf(planned))
    expect(outlooks(calm, { pressure: 1.01, kept: stored })).toEqual(planned)
  })

  it('is let go when the load doubles, and when it falls to a half', () => {
    for (const rate of [40, 10]) {
      const later = seeing(rate, 5, calm)
      expect(outlooks(later, { kept: keptOf(outlooks(calm)) })).toEqual(outlooks(later))
    }
  })

  it('is let go when only the load at the lead is another one', () => {
    const kept = keptOf(outlooks(calm))
    const hints = [hint(calm.now + LEAD, calm.now + LEAD + 1, 2)]
    expect(outlooks(calm, { hints, kept })).toEqual(outlooks(calm, { hints }))
  })

  it('is let go when it was of what was agreed alone', () => {
    const kept = keptOf(agreedOutlooks(20, LEAD))
    expect(outlooks(calm, { kept })).toEqual(outlooks(calm))
  })
})
