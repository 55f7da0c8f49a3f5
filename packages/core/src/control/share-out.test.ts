/**
 * Goal: where instances are short, plans stay within the capacity, who yields is decided by what it loses, and
 * each service says who yielded to whom. Method: several services under one tick, by hand and at random.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Agreement } from '../agreement/index.ts'
import { observeArrivals, noForecast, type Forecaster } from '../stats/index.ts'
import {
  branded,
  epochMs,
  micros,
  ratio,
  seconds,
  type AgreementName,
  type ServiceName,
} from '../units/index.ts'
import { canonicalJson } from './canonical-json.ts'
import { newServiceState, type DecideInput } from './decide.ts'
import type { DesiredInstance } from './plan.ts'
import {
  agreement,
  decideInput,
  expected,
  level,
  observation,
  part,
  serviceOf,
  TEN,
  upTo,
} from './testing/shop.ts'
import { tick, type TickDecision } from './tick.ts'

const TICK_MS = 5_000

/** One part of 10 operations a second, loaded for ten minutes. */
function loaded(name: string, rate: number, over: Partial<Agreement> = {}): DecideInput {
  const service = {
    ...serviceOf(part('web', { characteristics: expected(50, 10), maxInstances: 30 })),
    name: branded<ServiceName>(name),
  }
  let forecaster: Forecaster = noForecast
  for (let at = TEN - 600_000; at < TEN; at += TICK_MS) {
    const span = { from: epochMs(at), to: epochMs(at + TICK_MS) }
    forecaster = observeArrivals(forecaster, span, (rate * TICK_MS) / 1_000, seconds(10))
  }
  return decideInput({
    service,
    agreements: [
      agreement({
        name: branded<AgreementName>(name),
        service: service.name,
        conditions: [upTo(100)],
        ...over,
      }),
    ],
    state: { ...newServiceState, forecaster },
    observation: observation([], { service: service.name, arrivals: (rate * TICK_MS) / 1_000 }),
  })
}

/** Owes this share of an hour's price, in whole money units an hour. */
const priced = (hourly: number, discount: number): Partial<Agreement> => ({
  levels: [level('fast')],
  price: {
    kind: 'flat',
    amount: { currency: 'EUR', micros: micros(BigInt(Math.round(hourly * 1_000_000))) },
    per: 'hour',
  },
  remedies: [{ level: level('fast').name, steps: [{ below: ratio(0.9), discount: ratio(discount) }] }],
})

const counts = (decisions: readonly TickDecision[]): readonly number[] =>
  decisions.map(({ plan, input }) => (plan?.desired ?? input.desired).length)

const said = (decision: TickDecision | undefined, code: string): string =>
  decision?.reasons.find((reason) => reason.code === code)?.says ?? ''

const next = ({ input, state, plan }: TickDecision): DecideInput => {
  const { share: _, ...kept } = input
  const now = epochMs(input.now + TICK_MS)
  const span = { from: input.now, to: now }
  return {
    ...kept,
    state,
    now,
    observation: { ...input.observation, span },
    generation: plan?.generation ?? input.generation,
    desired: plan?.desired ?? input.desired,
  }
}

describe('tick with a capacity', () => {
  it('decides as without one where there is enough', () => {
    const inputs = [loaded('a', 20), loaded('b', 20)]
    expect(tick(inputs, { capacity: 100 })).toEqual(tick(inputs))
  })

  it('lets the service yield that owes less, and both say so', () => {
    const inputs = [loaded('dear', 40, priced(500, 0.5)), loaded('cheap', 40, priced(5, 0.3))]
    const enough = counts(tick(inputs))
    const decisions = tick(inputs, { capacity: 10 })
    expect(counts(decisions)[0]).toBe(enough[0])
    expect(counts(decisions)[1]).toBe(10 - (enough[0] ?? 0))
    expect(said(decisions[1], 'yielded')).toMatch(/Instances are short: .* to dear: here .* an hour is lost/)
    expect(said(decisions[0], 'given-way')).toMatch(/cheap yields/)
  })

  it('shares alike between services that owe alike', () => {
    const decisions = tick([loaded('a', 40), loaded('b', 40)], { capacity: 8 })
    expect(counts(decisions)).toEqual([4, 4])
  })

  it('settles: a second tick with the same load changes nothing', () => {
    const first = tick([loaded('a', 40), loaded('b', 30, priced(5, 0.1))], { capacity: 9 })
    const second = tick(first.map(next), { capacity: 9 })
    const third = tick(second.map(next), { capacity: 9 })
    expect(counts(second)).toEqual(counts(first))
    expect(third.map(({ plan }) => plan)).toEqual([null, null])
  })

  it('gives back what was yielded when there is room again', () => {
    const inputs = [loaded('a', 40), loaded('b', 40)]
    const short = tick(inputs, { capacity: 8 })
    expect(counts(tick(short.map(next), { capacity: 100 }))).toEqual(counts(tick(inputs)))
  })

  it('takes instances that run from the service that yields when another one comes', () => {
    const [alone] = tick([loaded('cheap', 40, priced(5, 0.3))], { capacity: 8 })
    if (alone === undefined) throw new Error('one service gives one decision')
    const both = tick([next(alone), loaded('dear', 40, priced(500, 0.5))], { capacity: 8 })
    expect(counts(both).reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(8)
    expect(
      both[0]?.plan?.changes.some(({ kind, reason }) => kind === 'stop' && reason.code === 'yielded'),
    ).toBe(true)
  })

  it('lets work that can wait have what interactive services leave', () => {
    const work = loaded('work', 0)
    const batch = { operations: 100_000, deadline: epochMs(TEN + 10 * 3_600_000) }
    const service = { ...work.service, batch }
    const decisions = tick([{ ...work, service }, loaded('shop', 40)], { capacity: 9 })
    expect(counts(decisions)[1]).toBe(counts(tick([loaded('shop', 40)]))[0])
    expect(counts(decisions).reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(9)
  })

  it('leaves what is only advised what it has', () => {
    const advised = loaded('advised', 40)
    const desired: DesiredInstance[] = [1, 2, 3].map((n) => ({
      id: `advised-web-${n}` as DesiredInstance['id'],
      part: advised.service.parts[0]?.name as DesiredInstance['part'],
      instanceType: advised.service.parts[0]?.instanceType as DesiredInstance['instanceType'],
      revision: 'r1',
    }))
    const input = { ...advised, desired, service: { ...advised.service, mode: 'advise' as const } }
    const decisions = tick([input, loaded('b', 60)], { capacity: 8 })
    expect(counts(decisions)).toEqual([3, 5])
  })

  const worlds = fc.array(
    fc.record({
      rate: fc.integer({ min: 0, max: 80 }),
      hourly: fc.integer({ min: 0, max: 20 }),
      has: fc.integer({ min: 0, max: 6 }),
    }),
    { minLength: 1, maxLength: 4 },
  )

  it('is never over the capacity, breaks no invariant, and is the same for the same', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 25 }), (world, capacity) => {
        const inputs = world.map(({ rate, hourly }, i) =>
          loaded(`s${i}`, rate, hourly === 0 ? {} : priced(hourly, 0.3)),
        )
        let decisions = tick(inputs, { capacity })
        for (let round = 0; round < 3; round += 1) {
          expect(counts(decisions).reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(capacity)
          expect(decisions.flatMap(({ violations }) => violations)).toEqual([])
          const again = decisions.map(next)
          decisions = tick(again, { capacity })
          expect(canonicalJson(tick(again, { capacity }).map(({ plan }) => plan))).toBe(
            canonicalJson(decisions.map(({ plan }) => plan)),
          )
        }
      }),
      { numRuns: 15 },
    )
  })

  it('is decided again alone, from the share that was kept with it', () => {
    const decisions = tick([loaded('a', 40, priced(9, 0.3)), loaded('b', 40)], { capacity: 8 })
    for (const decision of decisions) {
      const [again] = tick([JSON.parse(JSON.stringify(decision.input, bigints), revive) as DecideInput])
      expect(canonicalJson(again?.plan)).toBe(canonicalJson(decision.plan))
      expect(canonicalJson(again?.reasons)).toBe(canonicalJson(decision.reasons))
    }
  })
})

const bigints = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { big: String(value) } : value
const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'big' in value ? BigInt(String(value.big)) : value
