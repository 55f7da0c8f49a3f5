// Misses are put down to another cause when it shows only later whose they are: a minute that turns out to be above, a slow part found late.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { branded, durationMs, epochMs, hours, minutes, perSecond, ratio } from '../units/index.ts'
import type { Level, Window } from './agreement.ts'
import type { FoundCause } from './find-cause.ts'
import { countInto, openWindow, type LevelWindow } from './level-window.ts'
import { noSamples, sampleLoad, type LoadCondition, type LoadSamples } from './load-samples.ts'
import { blameFound, settleOpen } from './settle-blame.ts'
import type { CauseKind } from './verdict.ts'

const HOUR = hours(1)
const TICK = 5_000

const levelIn = (window: Window): Level => ({
  name: branded('fast'),
  metric: { kind: 'response-time', limit: durationMs(100) },
  ratio: ratio(0.9),
  window,
  scope: {},
  conditions: [],
})
const hourly = levelIn({ kind: 'calendar', unit: 'hour', timeZone: 'UTC' })
const rolling = levelIn({ kind: 'rolling', length: HOUR })

const condition: LoadCondition = {
  kind: 'load',
  atMost: perSecond(10),
  statistic: 'average',
  per: minutes(1),
}

const found = (kind: CauseKind, sure = true): FoundCause => ({
  cause: { kind, part: null, since: epochMs(0), evidence: [], helps: '' },
  sure,
})

interface Ticked {
  readonly arrivals: number
  readonly missed: number
  readonly found: FoundCause
}

/** Tick after tick from the beginning of an hour. */
function run(ticks: readonly Ticked[], level = hourly): { window: LevelWindow; samples: LoadSamples } {
  let window = openWindow(level, epochMs(0))
  let samples = noSamples(condition.per)
  for (const [i, { arrivals, missed, found: cause }] of ticks.entries()) {
    const span = { from: epochMs(i * TICK), to: epochMs((i + 1) * TICK) }
    samples = sampleLoad(samples, span, arrivals)
    window = settleOpen(window, level, [{ condition, samples }], span.to)
    window = countInto(window, level, span, arrivals - missed, missed, cause.cause.kind).window
    const surging = arrivals > 100
    if (missed > 0) window = blameFound(window, level, span, missed, cause, { mayBe: true, surging })
  }
  return { window, samples }
}

const ticks = (count: number, each: Ticked): readonly Ticked[] => Array.from({ length: count }, () => each)

const calm: Ticked = { arrivals: 25, missed: 0, found: found('platform', false) }
const surge: Ticked = { arrivals: 150, missed: 100, found: found('platform', false) }

describe.each([
  ['calendar', hourly],
  ['rolling', rolling],
])('in a %s window', (_, level) => {
  it('what was missed in a minute that was above is the load’s, from its first tick on', () => {
    const { window } = run([...ticks(12, calm), ...ticks(12, surge), ...ticks(2, calm)], level)
    expect(window.missedBy).toEqual({ load: 1_200 })
    expect(window.causes.at(-1)?.cause).toMatchObject({ kind: 'load', since: 60_000 })
  })

  it('what was missed in a minute that stayed below is whose it was', () => {
    const late = { ...surge, found: found('platform', false) }
    const { window } = run([...ticks(10, calm), ...ticks(1, late), ...ticks(20, calm)], level)
    expect(window.missedBy).toEqual({ platform: 100 })
  })

  it('a surge that begins late in a minute belongs to the next one, which is above', () => {
    const { window } = run([...ticks(11, calm), ...ticks(13, surge), ...ticks(2, calm)], level)
    expect(window.missedBy).toEqual({ load: 1_300 })
  })

  it('what was missed shortly before a slow part was found is put down to it too', () => {
    const unsure = { arrivals: 25, missed: 10, found: found('platform', false) }
    const slow = { arrivals: 25, missed: 10, found: found('application') }
    const { window } = run([...ticks(12, calm), ...ticks(2, unsure), ...ticks(3, slow)], level)
    expect(window.missedBy).toEqual({ application: 50 })
  })

  it('what was missed as an instance was lost stays the platform’s, also when a slow part is found', () => {
    const lost = { arrivals: 25, missed: 10, found: found('platform') }
    const slow = { arrivals: 25, missed: 10, found: found('application') }
    const { window } = run([...ticks(12, calm), ...ticks(2, lost), ...ticks(3, slow)], level)
    expect(window.missedBy).toEqual({ platform: 20, application: 30 })
  })

  it('what was missed long before a slow part was found stays whose it was', () => {
    const unsure = { arrivals: 25, missed: 10, found: found('platform', false) }
    const slow = { arrivals: 25, missed: 10, found: found('application') }
    const { window } = run([...ticks(2, unsure), ...ticks(10, calm), ...ticks(3, slow)], level)
    expect(window.missedBy).toEqual({ platform: 20, application: 30 })
  })
})

it('Whatever comes, the misses by cause add up to the misses, and little stays open.', () => {
  const any = fc.record({
    arrivals: fc.nat(200),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom<CauseKind>('cap', 'application', 'dependency', 'platform'),
    sure: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 200 }), fc.constantFrom(hourly, rolling), (given, level) => {
      const { window } = run(
        given.map(({ arrivals, share, kind, sure }) => ({
          arrivals,
          missed: Math.floor(arrivals * share),
          found: found(kind, sure || kind !== 'platform'),
        })),
        level,
      )
      const blamed = Object.values(window.missedBy).reduce((sum, count) => sum + count, 0)
      expect(blamed).toBe(window.missed)
      expect(window.open.length).toBeLessThanOrEqual(40)
    }),
  )
})
