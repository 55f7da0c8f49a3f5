// Goal: what is owed for a window goes by the share that the platform answers for, and nothing else.
import { describe, expect, it } from 'vitest'
import type { Agreement, MissedBy, Verdict } from '@holdfast/core/agreement'
import type { TickDecision } from '@holdfast/core/control'
import {
  addDuration,
  branded,
  epochMs,
  formatMoney,
  hours,
  micros,
  minutes,
  ratio,
  type LevelName,
} from '@holdfast/core/units'
import { shop, shopAgreement } from '@holdfast/simulator'
import { createFigures } from './figures.ts'

const TEN = epochMs(Date.UTC(2026, 10, 27, 10))
const quick = branded<LevelName>('quick')

/** 1 EUR an hour; a tenth of it back below 90 %, a half below 60 %. */
const agreement: Agreement = {
  ...shopAgreement,
  price: { kind: 'flat', amount: { currency: 'EUR', micros: micros(1_000_000n) }, per: 'hour' },
  remedies: [
    {
      level: quick,
      steps: [
        { below: ratio(0.6), discount: ratio(0.5) },
        { below: ratio(0.9), discount: ratio(0.1) },
      ],
    },
  ],
}

type Blamed = Pick<Verdict, 'agreement' | 'level' | 'window' | 'missed' | 'missedBy'>

const blamed = (missed: number, missedBy: MissedBy): Blamed => ({
  agreement: agreement.name,
  level: quick,
  window: { from: TEN, to: addDuration(TEN, hours(1)) },
  missed,
  missedBy,
})

/** An hour of which each half had 50 operations; what is said of the missed ones of the second half, and at the end. */
function owed(missed: readonly [number, number], verdict: Blamed, closed?: Blamed): readonly string[] {
  const figures = createFigures()
  const half = (nth: number, decision: { verdicts: readonly Blamed[]; closed: readonly Blamed[] }): void => {
    const from = addDuration(TEN, minutes(30 * nth))
    const to = addDuration(from, minutes(30))
    const count = nth < 2 ? (missed[nth] ?? 0) : 0
    const levels = nth < 2 ? [{ level: quick, met: 50 - count, missed: count }] : []
    const observation = {
      service: shop.name,
      span: { from, to },
      complete: true,
      arrivals: 50,
      completed: 50,
      failed: 0,
      response: { count: 0, meanMs: 0, squaredVariation: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 },
      levels,
      parts: [],
    }
    // Of verdicts and windows only whose fault misses are counts here.
    const made = decision as unknown as Pick<TickDecision, 'verdicts' | 'closed'>
    figures.add({ service: shop, agreements: [agreement], observation, desired: [], decision: made, now: to })
  }
  half(0, { verdicts: [], closed: [] })
  half(1, { verdicts: [verdict], closed: [] })
  if (closed !== undefined) half(2, { verdicts: [], closed: [closed] })
  return figures.figures().remedies.map(formatMoney)
}

describe('what is owed for a window', () => {
  it('is all of it where the platform is at fault', () => {
    expect(owed([10, 10], blamed(20, { platform: 20 }))).toEqual(['0.10 EUR'])
    expect(owed([25, 25], blamed(50, { platform: 50 }))).toEqual(['0.50 EUR'])
  })

  it('is nothing where the platform kept its share, however much others missed', () => {
    expect(owed([25, 25], blamed(50, { load: 47, platform: 3 }))).toEqual([])
  })

  it('is a smaller step where the platform is at fault for some of it', () => {
    expect(owed([25, 25], blamed(50, { application: 35, platform: 15 }))).toEqual(['0.10 EUR'])
  })

  it('goes by what is found when the window ends', () => {
    expect(owed([25, 25], blamed(50, { platform: 50 }), blamed(50, { load: 50 }))).toEqual([])
  })

  it('is shared out like the misses of all of a window that the stretch cuts', () => {
    expect(owed([10, 10], blamed(200, { load: 190, platform: 10 }))).toEqual([])
    expect(owed([10, 10], blamed(200, { load: 10, platform: 190 }))).toEqual(['0.10 EUR'])
  })
})
