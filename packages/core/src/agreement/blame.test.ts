// Who answers for what was missed: counts move between causes, and none is lost (A3.14).
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '../units/index.ts'
import { blamed, moveBlame, noteCause, platformShareOf, windowCause, type NotedCause } from './blame.ts'
import type { Cause, CauseKind, MissedBy } from './verdict.ts'

const kind = fc.constantFrom<CauseKind>('load', 'cap', 'application', 'dependency', 'platform')
const total = (missedBy: MissedBy): number => Object.values(missedBy).reduce((sum, count) => sum + count, 0)

const cause = (of: CauseKind, since = 0): Cause => ({
  kind: of,
  part: null,
  since: epochMs(since),
  evidence: [],
  helps: '',
})
const noted = (...kinds: readonly CauseKind[]): readonly NotedCause[] =>
  kinds.map((of) => ({ cause: cause(of), until: epochMs(0), sure: true }))

describe('blame', () => {
  it('moves between causes without a miss lost or gained, and never below none', () => {
    const step = fc.oneof(
      fc.record({ to: kind, missed: fc.nat(50) }),
      fc.record({ from: kind, to: kind, missed: fc.nat(80) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let missedBy: MissedBy = {}
        let added = 0
        for (const one of steps) {
          if ('from' in one) missedBy = moveBlame(missedBy, one.from, one.to, one.missed)
          else {
            missedBy = blamed(missedBy, one.to, one.missed)
            added += one.missed
          }
        }
        expect(total(missedBy)).toBe(added)
        expect(Object.values(missedBy).every((count) => count > 0)).toBe(true)
      }),
    )
  })
})

describe('the share that the platform answers for', () => {
  it('leaves out what was missed for others', () => {
    expect(platformShareOf({ met: 900, missedBy: { load: 80, platform: 20 } })).toBeCloseTo(900 / 920)
    expect(platformShareOf({ met: 0, missedBy: { load: 80 } })).toBeNull()
  })
})

describe('the cause of a broken window', () => {
  const of = (met: number, missedBy: MissedBy): CauseKind | undefined =>
    windowCause(0.9, { met, missedBy, causes: noted('load', 'application', 'platform') })?.cause.kind

  it('is the platform exactly where it would be broken without the misses of others', () => {
    expect(of(800, { application: 300, platform: 100 })).toBe('platform')
    expect(of(910, { application: 60, platform: 90 })).toBe('application')
  })

  it('is the other one with most misses, where the platform kept its share', () => {
    expect(of(900, { load: 200, application: 150, platform: 10 })).toBe('load')
  })
})

describe('since when a cause lasts', () => {
  const sure = (since: number) => ({ cause: cause('platform', since), sure: true })

  it('is kept while it comes again without a longer pause, and begins anew after one', () => {
    const first = noteCause([], sure(1_000), epochMs(1_000))
    const again = noteCause(first, sure(60_000), epochMs(60_000))
    expect(again[0]?.cause.since).toBe(1_000)
    expect(noteCause(again, sure(500_000), epochMs(500_000))[0]?.cause.since).toBe(500_000)
  })

  it('is that of what was sure, also when nothing in particular is found afterwards', () => {
    const lost = noteCause([], sure(1_000), epochMs(1_000))
    const unsure = { cause: cause('platform', 60_000), sure: false }
    expect(noteCause(lost, unsure, epochMs(60_000))).toEqual(lost)
    expect(noteCause(lost, unsure, epochMs(600_000))[0]?.sure).toBe(false)
  })
})
