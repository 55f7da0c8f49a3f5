// Goal: a quote says what an agreement takes, costs and breaks at, and its ways out are enough. Method: the worked
// case (A3.11) with caps, prices and schedules put around it; what is offered is put to the quote again.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Agreement, Condition, Level, Part, Service } from '../agreement/index.ts'
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
import type { Quote, QuoteInput, TermsQuote } from './quote-types.ts'

const part = (name: string, serviceMs: number, capacity: number, calls: readonly string[]): Part => ({
  name: branded<PartName>(name),
  instanceType: branded<InstanceTypeName>('small'),
  price: { currency: 'EUR', microsPerHour: micros(20_000n) },
  revision: '1',
  characteristics: {
    serviceTime: { mean: durationMs(serviceMs) },
    capacity: perSecond(capacity),
    startTime: seconds(1),
  },
  calls: calls.map((called) => ({ part: branded<PartName>(called), times: 1 })),
  minInstances: 1,
  maxInstances: 20,
})

const shop: Service = {
  name: branded<ServiceName>('shop'),
  entry: branded<PartName>('interface'),
  parts: [
    part('interface', 10, 10, ['processing']),
    part('processing', 20, 5, ['data']),
    part('data', 50, 2, []),
  ],
  mode: 'act',
  hints: [],
  batch: null,
}

const load = (rate: number): Condition => ({
  kind: 'load',
  atMost: perSecond(rate),
  statistic: 'average',
  per: minutes(1),
})

const level = (
  name: string,
  limitMs: number,
  share: number,
  conditions: readonly Condition[] = [],
): Level => ({
  name: branded<LevelName>(name),
  metric: { kind: 'response-time', limit: durationMs(limitMs) },
  ratio: ratio(share),
  window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
  scope: {},
  conditions,
})

const agreement: Agreement = {
  name: branded<AgreementName>('standard'),
  service: shop.name,
  version: 1,
  from: null,
  levels: [level('fast', 100, 0.9)],
  conditions: [load(10)],
  schedule: [],
  remedies: [],
  price: null,
  places: null,
  coldStart: 'refused',
}

const capped = (atMost: number): Condition => ({ kind: 'instances', atMost })

interface Changed {
  readonly service?: Service
  readonly agreement?: Partial<Agreement>
  readonly input?: Partial<QuoteInput>
}

const asked = ({ service = shop, agreement: changed = {}, input = {} }: Changed): ReturnType<typeof quote> =>
  quote({
    service,
    agreements: [{ ...agreement, ...changed }],
    overheadMs: 0,
    measuredMs: {},
    load: null,
    at: epochMs(1_767_571_200_000),
    ...input,
  })

function quoted(changed: Changed = {}): Quote {
  const answer = asked(changed)
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.value
}

function firstOf({ terms: [first] }: Quote): TermsQuote {
  if (first === undefined) throw new Error('Every quote has terms.')
  return first
}

describe('the worked case', () => {
  it('takes 1 + 2 + 5 = 8 instances by capacity alone, and 80 ms without queueing', () => {
    expect(quoted().byCapacityAlone).toEqual({
      counts: { interface: 1, processing: 2, data: 5 },
      total: 8,
      responseMs: 80,
    })
  })

  it('takes eighteen with waiting, which are predicted to keep what is promised', () => {
    const { canBeMet, withWaiting, terms } = quoted()
    expect({ canBeMet, total: withWaiting.total }).toEqual({ canBeMet: true, total: 18 })
    const [fast] = terms[0]?.withWaiting.levels ?? []
    expect(fast?.predicted).toBeGreaterThanOrEqual(0.9)
    expect(fast?.responseMs).toBeGreaterThan(80)
    expect(fast?.responseMs).toBeLessThanOrEqual(100)
  })

  it('goes by what a part was measured to take in place of what is expected of it', () => {
    const withData = (ms: number): Quote =>
      quoted({ input: { measuredMs: { [branded<PartName>('data')]: ms } } })
    expect([40, 50, 65].map((ms) => withData(ms).byCapacityAlone.responseMs)).toEqual([70, 80, 95])
    expect(withData(50)).toEqual(quoted())
    const predicted = (ms: number): number => firstOf(withData(ms)).withWaiting.levels[0]?.predicted ?? 0
    expect(predicted(65)).toBeLessThan(predicted(50))
  })

  it('says that eight would always be busy, and what the limit leaves for waiting', () => {
    expect(firstOf(quoted()).because).toMatch(/those 8 would be busy all the time.* 0 % .*leave 20 ms/)
  })

  it('costs eighteen instances an hour, and 730 times that a month', () => {
    const { cost, price, priceSays } = firstOf(quoted()).money
    expect([formatMoney(cost.perHour), formatMoney(cost.perMonth)]).toEqual(['0.36 EUR', '262.80 EUR'])
    expect([price, priceSays]).toEqual([null, 'No price was agreed.'])
  })

  it('breaks where it says: kept just below that load, broken just above', () => {
    const { breaksFirst, withWaiting } = firstOf(
      quoted({ agreement: { conditions: [load(10), capped(18)] } }),
    )
    const at = breaksFirst.loadPerSecond ?? 0
    expect(breaksFirst).toMatchObject({ part: 'data', level: 'fast', limitedBy: 'cap' })
    const parts = shop.parts.map((one) => {
      const count = withWaiting.counts[one.name] ?? 0
      return { ...one, minInstances: count, maxInstances: count }
    })
    const meets = (rate: number): boolean =>
      quoted({ service: { ...shop, parts }, input: { load: perSecond(rate) } }).canBeMet
    expect([meets(at * 0.99), meets(at * 1.01)]).toEqual([true, false])
  })
})

describe('the load', () => {
  it('is that of --load where one is given, whatever was agreed', () => {
    const { terms, byCapacityAlone } = quoted({ input: { load: perSecond(4) } })
    expect(terms[0]?.load).toMatchObject({ perSecond: 4, source: 'given' })
    expect(byCapacityAlone.total).toBe(1 + 1 + 2)
  })

  it('is asked for where nothing says it', () => {
    expect(asked({ agreement: { conditions: [] } })).toMatchObject({ ok: false, error: { code: 'no-load' } })
  })

  it('is assumed to be that of the other levels for a level that says none, and that is said', () => {
    const levels = [level('fast', 100, 0.9, [load(10)]), level('slow', 400, 0.99)]
    const { load: taken, withWaiting } = firstOf(quoted({ agreement: { levels, conditions: [] } }))
    expect(taken).toMatchObject({ perSecond: 10, source: 'assumed' })
    expect(taken.says).toContain('assumed')
    expect(withWaiting.levels.map(({ kept }) => kept)).toEqual([true, true])
  })

  it('is each level’s own where levels are promised up to different loads', () => {
    const levels = [level('fast', 100, 0.9, [load(2)]), level('slow', 1_000, 0.9, [load(10)])]
    const { withWaiting } = firstOf(quoted({ agreement: { levels, conditions: [] } }))
    expect(withWaiting.levels.map(({ loadPerSecond }) => loadPerSecond)).toEqual([2, 10])
    expect(withWaiting.levels.every(({ kept }) => kept)).toBe(true)
    expect(withWaiting.total).toBeLessThan(18)
  })
})

describe('terms that cannot be kept', () => {
  const tight = { agreement: { conditions: [load(10), capped(15)] } }

  it('say which cap is in the way, and the best that it allows', () => {
    const { canBeMet, withWaiting } = firstOf(quoted(tight))
    expect(canBeMet).toBe(false)
    expect(withWaiting).toMatchObject({ total: 15, limitedBy: 'cap' })
    expect(withWaiting.levels[0]?.kept).toBe(false)
  })

  it('name a ratio, a limit, a load and a cap with which they can', () => {
    const { relax } = firstOf(quoted(tight))
    expect(relax.map(({ kind }) => kind)).toEqual(['ratio', 'limit', 'load', 'caps'])
    const [, number] = /Promise ([\d.]+) %/.exec(relax[0]?.says ?? '') ?? []
    const [, limitMs] = /within (\d+) ms/.exec(relax[1]?.says ?? '') ?? []
    const [, rate] = /up to ([\d.]+)\/s/.exec(relax[2]?.says ?? '') ?? []
    const conditions = [load(10), capped(15)]
    const ways: readonly Partial<Agreement>[] = [
      { conditions, levels: [level('fast', 100, Number(number) / 100)] },
      { conditions, levels: [level('fast', Number(limitMs), 0.9)] },
      { conditions: [load(Number(rate)), capped(15)] },
      { conditions: [load(10), capped(relax[3]?.total ?? 0)] },
    ]
    expect(ways.map((way) => quoted({ agreement: way }).canBeMet)).toEqual([true, true, true, true])
  })

  it('name no ratio where the instances allowed cannot even take the load in', () => {
    const { relax } = firstOf(quoted({ agreement: { conditions: [load(10), capped(7)] } }))
    expect(relax.map(({ kind }) => kind)).toEqual(['load', 'caps'])
  })

  it('are told that no instance helps where service times alone are over the limit', () => {
    const { withWaiting, because, relax } = firstOf(
      quoted({ agreement: { levels: [level('fast', 70, 0.9)] } }),
    )
    expect(withWaiting.limitedBy).toBe('service-time')
    expect(because).toContain('no number of instances shortens them')
    expect(relax.map(({ kind }) => kind)).toEqual(['limit'])
  })

  it('are held by the cap on cost, and say what it would have to be', () => {
    const dear: Condition = { kind: 'cost', atMostPerMonth: money(219_000_000n, 'EUR') }
    const {
      withWaiting,
      money: sums,
      relax,
    } = firstOf(quoted({ agreement: { conditions: [load(10), dear] } }))
    expect(withWaiting.limitedBy).toBe('cost')
    expect(Number(sums.cost.perMonth.micros)).toBeLessThanOrEqual(219_000_000)
    expect(relax.at(-1)?.says).toBe('Allow 262.80 EUR a month (now 219.00 EUR).')
  })

  it('have ways out that are enough, whatever cap is set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 17 }), fc.integer({ min: 2, max: 10 }), (cap, rate) => {
        const { relax, canBeMet } = firstOf(quoted({ agreement: { conditions: [load(rate), capped(cap)] } }))
        const offered = relax.find(({ kind }) => kind === 'caps')
        const conditions = [load(rate), capped(offered?.total ?? cap)]
        expect(offered === undefined).toBe(canBeMet)
        expect(quoted({ agreement: { conditions } }).canBeMet).toBe(true)
      }),
      { numRuns: 15 },
    )
  })
})

describe('money', () => {
  const price = { kind: 'flat', amount: money(730_000_000n, 'EUR'), per: 'month' } as const
  const remedies = [
    { level: branded<LevelName>('fast'), steps: [{ below: ratio(0.9), discount: ratio(0.1) }] },
  ]

  it('sets the price against the cost', () => {
    const { money: sums } = firstOf(quoted({ agreement: { price } }))
    expect(sums.price && formatMoney(sums.price.perHour)).toBe('1.00 EUR')
    expect(sums.margin && formatMoney(sums.margin.perMonth)).toBe('467.20 EUR')
  })

  it('prices instance-hours by the quoted counts', () => {
    const rates = [
      {
        instanceType: branded<InstanceTypeName>('small'),
        price: { currency: 'EUR', microsPerHour: micros(50_000n) },
        exclusive: false,
      },
    ]
    const { money: sums } = firstOf(quoted({ agreement: { price: { kind: 'instance-hours', rates } } }))
    expect(sums.price && formatMoney(sums.price.perHour)).toBe('0.90 EUR')
  })

  it('says what a broken window would cost, and whether it is to be expected', () => {
    const kept = firstOf(quoted({ agreement: { price, remedies } })).money.remedies
    expect(kept).toMatchObject([{ level: 'fast', discount: 0.1, predicted: false }])
    expect(kept[0]?.perWindow && formatMoney(kept[0].perWindow)).toBe('0.10 EUR')
    const conditions = [load(10), capped(15)]
    const broken = firstOf(quoted({ agreement: { price, remedies, conditions } })).money.remedies
    expect(broken).toMatchObject([{ predicted: true }])
  })
})

describe('a schedule', () => {
  const night = {
    name: 'night',
    period: { timeZone: 'UTC', from: 1_320, to: 360 },
    conditions: [load(2)],
  }

  it('is quoted entry by entry, and the whole is the most of all', () => {
    const { terms, withWaiting } = quoted({ agreement: { schedule: [night] } })
    expect(terms.map(({ entry }) => entry)).toEqual([null, 'night'])
    expect(terms[1]?.withWaiting.total).toBeLessThan(terms[0]?.withWaiting.total ?? 0)
    expect(withWaiting.total).toBe(terms[0]?.withWaiting.total)
  })
})

describe('what cannot be quoted', () => {
  it('is a service of whose parts nothing is expected', () => {
    const parts = shop.parts.map((one) => ({ ...one, characteristics: null }))
    expect(asked({ service: { ...shop, parts } })).toMatchObject({
      ok: false,
      error: { code: 'no-characteristics', part: 'interface' },
    })
  })

  it('is a service that takes no operations', () => {
    expect(asked({ service: { ...shop, entry: null } })).toMatchObject({
      ok: false,
      error: { code: 'no-operations' },
    })
  })

  it('says of levels without a model that they are not predicted, and quotes the others', () => {
    const upTime: Level = { ...level('up', 1, 0.99), metric: { kind: 'availability' } }
    const levels = [level('fast', 100, 0.9), upTime]
    const { withWaiting, canBeMet } = firstOf(quoted({ agreement: { levels } }))
    expect(canBeMet).toBe(true)
    expect(withWaiting.levels.map(({ predicted }) => predicted === null)).toEqual([false, true])
  })
})
