// Levels in force are counted and judged, with the cause of what is not kept (A3.13, A3.14); schedules and several agreements too.
import { describe, expect, it } from 'vitest'
import {
  termsAt,
  type Agreement,
  type CapBinding,
  type Level,
  type Service,
  type Verdict,
} from '../agreement/index.ts'
import type { LevelCount, Untold } from '../health/index.ts'
import {
  branded,
  durationMs,
  epochMs,
  hours,
  minutes,
  perSecond,
  ratio,
  type AgreementName,
} from '../units/index.ts'
import { judge, nothingJudged, type Judged, type JudgeState } from './judge.ts'
import { nothingLearned, type Learned } from './learn.ts'
import { plainBid } from './share.ts'
import {
  agreement,
  atMost,
  instances,
  level,
  observation,
  part,
  partName,
  seen,
  serviceOf,
  shop,
  TEN,
  upTo,
} from './testing/shop.ts'

const MINUTE = minutes(1)
const HOUR = hours(1)

interface Minute {
  /** Of levels named with the agreement's first one by default. */
  readonly counts?: Readonly<Record<string, readonly [met: number, missed: number]>>
  readonly arrivals?: number
  readonly agreements?: readonly Agreement[]
  readonly predicted?: ReadonlyMap<string, number>
  readonly binding?: CapBinding | null
  readonly learned?: Partial<Learned>
  readonly present?: number
  readonly untold?: readonly Untold[]
  readonly service?: Service
}

const shopInstances = shop.parts.flatMap(({ name }) => instances(name, 2))

/** Judges the minute that ends so many milliseconds after ten. */
function judgeMinute(after: number, given: Minute, state: JudgeState = nothingJudged): Judged {
  const {
    agreements = [agreement()],
    predicted,
    binding = null,
    learned = {},
    untold,
    service = shop,
  } = given
  const now = epochMs(TEN + after)
  const levels = Object.entries(given.counts ?? {}).map(([name, [met, missed]]): LevelCount => ({
    level: branded(name),
    met,
    missed,
  }))
  const terms = agreements.map((one) => termsAt(one, now))
  const views = terms.flatMap((one) =>
    one.levels.flatMap((promised): [Level, number][] => {
      const share = predicted?.get(promised.name)
      return share === undefined ? [] : [[promised, share]]
    }),
  )
  return judge({
    service,
    agreements,
    terms,
    state,
    now,
    dependencies: [],
    observation: observation(
      shopInstances.slice(0, given.present ?? shopInstances.length).map((one) => seen(one)),
      {
        span: { from: epochMs(now - MINUTE), to: now },
        levels,
        arrivals: given.arrivals ?? 300,
        ...(untold && { untold }),
      },
    ),
    learned: Object.fromEntries(shop.parts.map(({ name }) => [name, { ...nothingLearned, ...learned }])),
    allocation: {
      counts: Object.fromEntries(shop.parts.map(({ name }) => [name, 2])),
      scale: {
        needs: [],
        lastChangeAt: null,
        pressure: 1,
        excess: 0,
        calmSince: null,
        kept: null,
        expectedMisses: [],
      },
      spares: {},
      bid: plainBid(0, 0),
      binding: () => binding,
      predicted: new Map(views),
      reasons: [],
      reasonFor: () => ({ code: 'load-rises', part: null, says: '' }),
    },
  })
}

/** Minute after minute, each from what the one before left. */
function judgeMinutes(minutesGiven: readonly Minute[], from = MINUTE as number): Judged {
  let judged = judgeMinute(from, minutesGiven[0] ?? {})
  for (const [i, given] of minutesGiven.slice(1).entries())
    judged = judgeMinute(from + (i + 1) * MINUTE, given, judged.state)
  return judged
}

const only = ({ verdicts }: Judged): Verdict => {
  const [verdict] = verdicts
  if (verdict === undefined || verdicts.length !== 1) throw new Error(`one verdict, not ${verdicts.length}`)
  return verdict
}

const good = { counts: { fast: [300, 0] } } as const
const bad = { counts: { fast: [100, 200] } } as const

describe('a level', () => {
  it('is counted from tick to tick in the window that it is promised for', () => {
    expect(only(judgeMinutes([good, good, { counts: { fast: [200, 10] } }]))).toMatchObject({
      agreement: 'shop-gold',
      level: 'fast',
      state: 'kept',
      met: 800,
      missed: 10,
      window: { from: TEN, to: TEN + HOUR },
      cause: null,
    })
  })

  it('has its first span in the window in which that ended', () => {
    const first = judgeMinute(0, good)
    expect(only(first)).toMatchObject({ window: { from: TEN - HOUR, to: TEN }, met: 300 })
    expect(first.closed).toEqual([])
  })

  it('closes its window with the first tick of the next one', () => {
    const judged = judgeMinutes([good, good], HOUR)
    expect(judged.closed).toMatchObject([
      { agreement: 'shop-gold', level: 'fast', met: 300, window: { from: TEN, to: TEN + HOUR } },
    ])
    expect(only(judged).met).toBe(300)
  })

  it('is unknown where no source measures it', () => {
    const done = level('done', { metric: { kind: 'job-completion', limit: HOUR } })
    expect(only(judgeMinute(MINUTE, { agreements: [agreement({ levels: [done] })] }))).toMatchObject({
      state: 'unknown',
      cause: null,
      reason: 'No source of this service measures job-completion.',
    })
  })

  it('of operations is unknown, not kept, where nobody tells of them', () => {
    const reasonOf = (entry: Service['entry']): string | null =>
      only(judgeMinute(MINUTE, { untold: ['operations', 'waiting'], service: { ...shop, entry } })).reason
    expect(reasonOf(shop.entry)).toBe('Nobody tells of operations of this service: look at its sources.')
    expect(reasonOf(null)).toContain('give it a gateway, or an entry')
    expect(only(judgeMinute(MINUTE, { ...good, untold: ['operations', 'waiting'] })).state).toBe('kept')
  })

  it('of who waits is unknown where the sources tell of operations alone', () => {
    const short = level('short', { metric: { kind: 'queue-length', limit: 3 } })
    const agreements = [agreement({ levels: [short] })]
    expect(only(judgeMinute(MINUTE, { agreements })).state).toBe('kept')
    expect(only(judgeMinute(MINUTE, { agreements, untold: ['waiting'] }))).toMatchObject({
      state: 'unknown',
      reason: 'No source of this service measures queue-length.',
    })
  })

  it('of satisfaction is judged by answers, and unknown before there is one', () => {
    const happy = level('happy', { metric: { kind: 'satisfaction', limit: ratio(0.5) }, ratio: ratio(0.8) })
    const agreements = [agreement({ levels: [happy] })]
    expect(only(judgeMinute(MINUTE, { agreements }))).toMatchObject({
      state: 'unknown',
      reason: 'No client has answered in this window yet.',
    })
    expect(only(judgeMinute(MINUTE, { agreements, counts: { happy: [9, 1] } }))).toMatchObject({
      state: 'kept',
      reason: expect.stringContaining('1 of 10 answers missed the limit'),
    })
    expect(only(judgeMinute(MINUTE, { agreements, counts: { happy: [1, 9] } }))).toMatchObject({
      met: 1,
      missed: 9,
    })
  })

  it('is at risk when the instances at hand are not expected to keep it', () => {
    expect(only(judgeMinute(MINUTE, { ...good, predicted: new Map([['fast', 0.85]]) }))).toMatchObject({
      state: 'at-risk',
      cause: { kind: 'platform' },
    })
  })
})

describe('several agreements on one service', () => {
  const silver = agreement({
    name: branded<AgreementName>('shop-silver'),
    levels: [
      level('slow', { metric: { kind: 'response-time', limit: durationMs(500) }, ratio: ratio(0.99) }),
    ],
    conditions: [],
  })

  it('are judged each by its own levels', () => {
    const given = { agreements: [agreement(), silver], counts: { fast: [0, 300], slow: [300, 0] } } as const
    expect(judgeMinute(MINUTE, given).verdicts.map((one) => [one.agreement, one.level, one.state])).toEqual([
      ['shop-gold', 'fast', 'at-risk'],
      ['shop-silver', 'slow', 'kept'],
    ])
  })

  it('lose the windows of the one that was taken back, for the record', () => {
    const both = judgeMinute(MINUTE, { agreements: [agreement(), silver], counts: { slow: [9, 1] } })
    const one = judgeMinute(2 * MINUTE, {}, both.state)
    expect(one.closed).toMatchObject([{ agreement: 'shop-silver', level: 'slow', met: 9, missed: 1 }])
    expect(one.state.windows).toHaveLength(1)
  })
})

describe('a schedule', () => {
  const daily = level('fast', { window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' } })
  const night = level('calm', { window: { kind: 'rolling', length: HOUR } })
  const scheduled = agreement({
    levels: [daily],
    schedule: [
      {
        name: 'late morning',
        period: { timeZone: 'UTC', from: 10 * 60 + 2, to: 10 * 60 + 4 },
        levels: [night],
      },
    ],
  })
  const agreements = [scheduled]

  it('puts a level out of force without forgetting what was counted of its window', () => {
    const judged = judgeMinutes([
      { agreements, counts: { fast: [300, 20] } },
      // The level has just left force; what was counted of it until then is reported once more.
      { agreements, counts: { fast: [5, 1], calm: [10, 0] } },
      { agreements, counts: { calm: [10, 0] } },
      { agreements, counts: { fast: [300, 0] } },
    ])
    expect(only(judged)).toMatchObject({ level: 'fast', met: 605, missed: 21 })
    expect(judged.state.windows.map((window) => window.level)).toEqual(['fast', 'calm'])
  })

  it('closes the window of a level out of force when it ends', () => {
    const before = judgeMinute(MINUTE, { agreements, counts: { fast: [300, 20] } })
    const nextDay = judgeMinute(
      16 * HOUR + 3 * MINUTE,
      {
        agreements: [
          {
            ...scheduled,
            schedule: scheduled.schedule.map((entry) => ({ ...entry, period: { timeZone: 'UTC' } })),
          },
        ],
      },
      before.state,
    )
    expect(nextDay.closed).toMatchObject([{ level: 'fast', met: 300, missed: 20 }])
    expect(nextDay.state.windows.map((window) => window.level)).toEqual(['calm'])
  })

  it('lets a rolling window out of force run empty', () => {
    const inForce = judgeMinute(3 * MINUTE, { agreements, counts: { calm: [10, 0] } })
    expect(judgeMinute(30 * MINUTE, { agreements }, inForce.state).state.windows).toHaveLength(2)
    expect(judgeMinute(3 * HOUR, { agreements }, inForce.state).state.windows).toHaveLength(1)
  })
})

describe('the cause of a level that is not kept', () => {
  const cause = (given: Minute, before: Minute = {}): unknown => {
    const { verdicts } = judgeMinutes([{ ...given, ...before }, given, given])
    return verdicts[0]?.cause
  }

  it('is the load where it was above what was agreed', () => {
    expect(cause({ ...bad, arrivals: 900 })).toMatchObject({
      kind: 'load',
      evidence: [{ observed: 15, expected: 10 }],
    })
  })

  it('is not the load of a window before', () => {
    let judged = judgeMinutes(
      Array.from({ length: 5 }, () => ({ ...good, arrivals: 6_000 })),
      HOUR - 4 * MINUTE,
    )
    for (let minute = 1; minute <= 10; minute++)
      judged = judgeMinute(HOUR + minute * MINUTE, bad, judged.state)
    expect(only(judged)).toMatchObject({ state: 'breached', cause: { kind: 'platform' } })
  })

  it('is still the load of the window when that ends with this very tick', () => {
    const judged = judgeMinutes(
      Array.from({ length: 5 }, () => ({ ...bad, arrivals: 900 })),
      HOUR - 4 * MINUTE,
    )
    expect(only(judged)).toMatchObject({ window: { to: TEN + HOUR }, cause: { kind: 'load' } })
  })

  it('is the load where a level alone was agreed up to less', () => {
    const agreements = [agreement({ levels: [level('fast', { conditions: [upTo(4)] })], conditions: [] })]
    expect(cause({ ...bad, agreements, arrivals: 300 })).toMatchObject({
      kind: 'load',
      evidence: [{ observed: 5, expected: 4 }],
    })
  })

  it('is the load by the condition that it exceeds most', () => {
    const peak = { kind: 'load', atMost: perSecond(2), statistic: 'peak', per: MINUTE } as const
    const agreements = [agreement({ conditions: [upTo(10), peak] })]
    expect(cause({ ...bad, agreements, arrivals: 300 })).toMatchObject({
      evidence: [{ measure: 'peak load', observed: 5, expected: 2 }],
    })
  })

  it('is the cap with the numbers that the allocation found', () => {
    const agreements = [agreement({ conditions: [upTo(10), atMost(6)] })]
    const binding = { part: null, needed: 9, atMost: 6 }
    expect(cause({ ...bad, agreements, binding })).toMatchObject({
      kind: 'cap',
      evidence: [{ observed: 9, expected: 6 }],
    })
  })

  it('is not a cap that would not be in the way if parts took as long as expected', () => {
    const agreements = [agreement({ conditions: [upTo(10), atMost(6)] })]
    const binding = { part: null, needed: 9, atMost: 6 }
    const learned = { serviceMs: 100, seen: 200, ended: 200 }
    expect(cause({ ...bad, agreements, binding, learned })).toMatchObject({ kind: 'application' })
  })

  it('is the application where a part takes longer of itself than expected', () => {
    expect(cause({ ...bad, learned: { serviceMs: 100, seen: 200, ended: 200 } })).toMatchObject({
      kind: 'application',
      part: 'web',
    })
  })

  it('is the application where operations fail, even if few come with each tick', () => {
    expect(cause({ ...bad, learned: { failedShare: 0.3, ended: 200 } })).toMatchObject({
      kind: 'application',
      evidence: expect.arrayContaining([
        expect.objectContaining({ says: '60 of the last 200 operations of part web ended in an error.' }),
      ]),
    })
  })

  it('is the platform where instances are missing', () => {
    expect(cause({ ...bad, present: 1 })).toMatchObject({
      kind: 'platform',
      part: 'web',
      evidence: expect.arrayContaining([
        expect.objectContaining({ measure: 'ready instances', observed: 1, expected: 2 }),
      ]),
    })
  })

  it('is found too for a part that nothing is expected or known of', () => {
    const judged = judge({
      service: serviceOf(part('web')),
      agreements: [agreement()],
      terms: [termsAt(agreement(), epochMs(TEN + 1))],
      state: nothingJudged,
      now: epochMs(TEN + 1),
      dependencies: [],
      observation: observation([], {
        parts: [],
        span: { from: epochMs(TEN), to: epochMs(TEN + 1) },
        levels: [{ level: branded('fast'), met: 0, missed: 50 }],
      }),
      learned: {},
      allocation: {
        counts: {},
        scale: {
          needs: [],
          lastChangeAt: null,
          pressure: 1,
          excess: 0,
          calmSince: null,
          kept: null,
          expectedMisses: [],
        },
        spares: {},
        bid: plainBid(0, 0),
        binding: () => null,
        predicted: new Map(),
        reasons: [],
        reasonFor: () => ({ code: 'load-rises', part: partName('web'), says: '' }),
      },
    })
    expect(judged.verdicts[0]?.cause).toMatchObject({ kind: 'platform', part: 'web' })
  })
})

describe('what was missed', () => {
  const slow = { serviceMs: 100, seen: 200, ended: 200 }

  it('is counted by cause, and the share of the platform leaves out what it does not answer for', () => {
    const verdict = only(judgeMinutes([bad, good, good, { ...bad, learned: slow }]))
    expect(verdict).toMatchObject({ met: 800, missed: 400, missedBy: { platform: 200, application: 200 } })
    expect(verdict.platformShare).toBeCloseTo(800 / 1_000)
  })

  it('closes with the window, so that remedies can be worked out from it', () => {
    const judged = judgeMinutes([{ ...bad, learned: slow }, good], HOUR)
    expect(judged.closed).toMatchObject([{ missedBy: { application: 200 }, platformShare: 1 }])
  })

  it('in a short surge of a calm hour is not the fault of the platform, though the hour as a whole was calm', () => {
    const surge = { counts: { fast: [600, 600] }, arrivals: 1_200 } as const
    const judged = judgeMinutes([good, surge, surge, good, good, good])
    expect(only(judged)).toMatchObject({ missedBy: { load: 1_200 }, platformShare: 1 })
  })

  it('names for a broken window the cause that broke it, also when all is well again', () => {
    const judged = judgeMinutes([
      ...Array.from({ length: 40 }, () => ({ counts: { fast: [10, 290] }, learned: slow }) as const),
      ...Array.from({ length: 10 }, () => good),
    ])
    expect(only(judged)).toMatchObject({
      state: 'breached',
      cause: { kind: 'application', part: 'web', since: TEN + MINUTE, helps: expect.stringContaining('web') },
    })
  })
})

describe('a level of one part', () => {
  const ofData = level('quick', { scope: { part: partName('data') } })
  const agreements = [agreement({ levels: [ofData] })]
  const counts = { quick: [100, 200] } as const

  it('is not missed for the sake of a part that it does not depend on', () => {
    const slow = { serviceMs: 15, seen: 200, ended: 200 }
    // Above what is expected of web and logic would be other figures: 15 ms is slow for web alone.
    const judged = judgeMinute(MINUTE, { agreements, counts, learned: slow })
    expect(only(judged).cause).toMatchObject({ kind: 'platform', part: 'data' })
  })
})

describe('a level that is sampled', () => {
  it('is judged from what was observed, without a source that counts it', () => {
    const short = level('short', { metric: { kind: 'queue-length', limit: 3 } })
    expect(only(judgeMinute(MINUTE, { agreements: [agreement({ levels: [short] })] }))).toMatchObject({
      state: 'kept',
      met: 60,
      reason: expect.stringContaining('0 of 60 seconds missed the limit'),
    })
  })
})

describe('the samples of the load', () => {
  it('reach as far back as the windows do, and no further', () => {
    const state = judgeMinutes(Array.from({ length: 200 }, () => good)).state
    expect(state.loads).toHaveLength(1)
    expect(state.loads[0]?.samples.length).toBe(62)
  })

  it('are kept in each unit of time that a condition is stated in', () => {
    const secondly = {
      kind: 'load',
      atMost: perSecond(20),
      statistic: 'peak',
      per: durationMs(1_000),
    } as const
    const agreements = [agreement({ conditions: [upTo(10), secondly] })]
    expect(judgeMinutes([{ agreements }, { agreements }]).state.loads.map(({ perMs }) => perMs)).toEqual([
      60_000, 1_000,
    ])
  })
})
