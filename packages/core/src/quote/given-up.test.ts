// Goal: a promise is said to be given up just where fewer instances and what is owed for them cost less.
// Method: one part with instances of a round price, an hourly window, and prices and remedies around the bound.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Agreement, Level, Price, Remedy, Service } from '../agreement/index.ts'
import {
  branded,
  durationMs,
  epochMs,
  formatMoney,
  micros,
  minutes,
  money,
  perSecond,
  ratio,
  seconds,
  type AgreementName,
  type InstanceTypeName,
  type LevelName,
  type PartName,
  type ServiceName,
} from '../units/index.ts'
import { quote } from './quote.ts'
import type { GivenUp, TermsQuote } from './quote-types.ts'

const service: Service = {
  name: branded<ServiceName>('shop'),
  entry: branded<PartName>('web'),
  parts: [
    {
      name: branded<PartName>('web'),
      instanceType: branded<InstanceTypeName>('small'),
      price: { currency: 'EUR', microsPerHour: micros(100_000n) },
      revision: '1',
      characteristics: {
        serviceTime: { mean: durationMs(50) },
        capacity: perSecond(20),
        startTime: seconds(1),
      },
      calls: [],
      minInstances: 1,
      maxInstances: 30,
    },
  ],
  mode: 'act',
  hints: [],
  batch: null,
}

const fast: Level = {
  name: branded<LevelName>('fast'),
  metric: { kind: 'response-time', limit: durationMs(100) },
  ratio: ratio(0.9),
  window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
  scope: {},
  conditions: [],
}

const flat = (eurosAnHour: number): Price => ({
  kind: 'flat',
  amount: money(BigInt(Math.round(eurosAnHour * 1e6)), 'EUR'),
  per: 'hour',
})

const remedy = (...steps: readonly (readonly [below: number, discount: number])[]): Remedy => ({
  level: fast.name,
  steps: steps.map(([below, discount]) => ({ below: ratio(below), discount: ratio(discount) })),
})

function termsOf(price: Price | null, remedies: readonly Remedy[], level: Level = fast): TermsQuote {
  const agreement: Agreement = {
    name: branded<AgreementName>('gold'),
    service: service.name,
    version: 1,
    from: null,
    levels: [level],
    conditions: [{ kind: 'load', atMost: perSecond(100), statistic: 'average', per: minutes(1) }],
    schedule: [],
    remedies,
    price,
    places: null,
    coldStart: 'refused',
  }
  const at = epochMs(1_767_571_200_000)
  const answer = quote({ service, agreements: [agreement], overheadMs: 0, measuredMs: {}, load: null, at })
  const terms = answer.ok ? answer.value.terms[0] : undefined
  if (terms === undefined) throw new Error('The quote was refused.')
  return terms
}

const givenUp = (price: Price | null, ...remedies: readonly Remedy[]): GivenUp | null =>
  termsOf(price, remedies).givenUp

describe('a promise', () => {
  it('is given up where all instances but the least cost more than its deepest remedy', () => {
    const found = givenUp(flat(1), remedy([0.9, 0.1], [0.5, 0.2]))
    const { total } = termsOf(flat(1), []).withWaiting
    expect(found).toMatchObject({ instances: total, insteadOf: 1 })
    // 0.10 EUR for each instance beyond the first, and a fifth of 1 EUR, over 730 hours.
    expect(formatMoney(found?.savedPerMonth ?? money(0n, ''))).toBe(`${((total - 1) * 73).toFixed(2)} EUR`)
    expect(formatMoney(found?.owedPerMonth ?? money(0n, ''))).toBe('146.00 EUR')
  })

  it('says both amounts and what to change in one line, discounts only where they can be deep enough', () => {
    const shallow = givenUp(flat(1), remedy([0.9, 0.1], [0.5, 0.2]))
    expect(shallow?.says).toMatch(
      /^Planning will give this promise up .* cost \d+\.00 EUR a month more than 1, with which 146\.00 EUR is owed\. .* a price well above \d+\.\d\d EUR a month, or on discounts of more than [\d.]+ times as much\.$/,
    )
    expect(givenUp(flat(0.1), remedy([0.9, 0.5]))?.says).toMatch(/a price well above [\d.]+ EUR a month\.$/)
  })

  it('is given up in part where a shallow step is worth less than the instances that avoid it', () => {
    const promised = { ...fast, ratio: ratio(0.999) }
    const found = termsOf(flat(10), [remedy([0.999, 0.001], [0.5, 1])], promised).givenUp
    expect(found?.insteadOf).toBeGreaterThan(1)
    expect(found?.insteadOf).toBeLessThan(found?.instances ?? 0)
  })

  it('is not given up where nobody said what it is worth', () => {
    expect(givenUp(null, remedy([0.9, 0.1]))).toBeNull()
    expect(givenUp(flat(1))).toBeNull()
  })

  it('is worth all where its level has no remedy of its own', () => {
    const other: Remedy = { ...remedy([0.9, 0.01]), level: branded<LevelName>('other') }
    expect(givenUp(flat(2), other)).toBeNull()
    expect(givenUp(flat(0.2), other)).not.toBeNull()
  })

  it('is kept above the price that is named for it, and given up below', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (euros, one, other) => {
          const steps = remedy([0.9, Math.min(one, other)], [0.6, Math.max(one, other)])
          const found = givenUp(flat(euros), steps)
          if (found === null) return
          const wanted = Number(found.pricePerMonth.micros) / 1e6 / 730
          expect(wanted).toBeGreaterThan(euros)
          expect(givenUp(flat(wanted * 1.001), steps)).toBeNull()
          expect(givenUp(flat(wanted * 0.99), steps)).not.toBeNull()
        },
      ),
      { numRuns: 30 },
    )
  })
})
