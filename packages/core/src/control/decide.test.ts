// One service from tick to tick: how it starts, follows its load, and takes to what changes around it.
import { describe, expect, it } from 'vitest'
import type { Agreement, Condition, Service } from '../agreement/index.ts'
import type { InstancePhase, ServiceObservation } from '../health/index.ts'
import { branded, epochMs, money, type InstanceId } from '../units/index.ts'
import { decide, newServiceState, STATE_VERSION, type Decision, type ServiceState } from './decide.ts'
import type { DesiredInstance } from './plan.ts'
import {
  agreement,
  atMost,
  calls,
  decideInput,
  expected,
  level,
  observation,
  part,
  partSeen,
  seen,
  serviceOf,
  shop,
  TEN,
  times,
  upTo,
} from './testing/shop.ts'

const TICK_MS = 5_000

/** What surrounds the service: changed from tick to tick by a test. */
interface Surroundings {
  service: Service
  agreements: readonly Agreement[]
  /** Operations a second. */
  load: number
  complete: boolean
  startTicks: number
  phase: (id: InstanceId) => InstancePhase | null
  seen: Partial<ServiceObservation>
}

/** A service with a platform that starts and stops what it is told. */
class Run {
  readonly around: Surroundings = {
    service: shop,
    agreements: [agreement()],
    load: 5,
    complete: true,
    startTicks: 1,
    phase: () => null,
    seen: {},
  }
  state: ServiceState = newServiceState
  desired: readonly DesiredInstance[] = []
  generation = 0
  now = TEN
  readonly #since = new Map<InstanceId, number>()

  tick(times = 1): Decision {
    let decision = this.#tick()
    for (let more = 1; more < times; more++) decision = this.#tick()
    return decision
  }

  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { part: name } of this.desired) counts[name] = (counts[name] ?? 0) + 1
    return counts
  }

  #tick(): Decision {
    const { service, agreements, load, complete, startTicks, phase } = this.around
    const from = this.now
    this.now += TICK_MS
    const present = this.desired.map((one) => {
      const age = this.now - (this.#since.get(one.id) ?? 0)
      return seen(one, phase(one.id) ?? (age > startTicks * TICK_MS ? 'ready' : 'starting'))
    })
    const decision = decide({
      service,
      agreements,
      state: this.state,
      generation: this.generation,
      desired: this.desired,
      observation: observation(present, {
        span: { from: epochMs(from), to: epochMs(this.now) },
        arrivals: (load * TICK_MS) / 1_000,
        complete,
        ...this.around.seen,
      }),
      dependencies: [],
      now: epochMs(this.now),
    })
    this.state = decision.state
    this.desired = decision.plan?.desired ?? this.desired
    this.generation = decision.plan?.generation ?? this.generation
    for (const { id } of this.desired) if (!this.#since.has(id)) this.#since.set(id, this.now)
    return decision
  }
}

const codes = ({ reasons }: Decision): readonly string[] => reasons.map(({ code }) => code)

const MINUTE_TICKS = 12

const missed: Partial<ServiceObservation> = { levels: [{ level: branded('fast'), met: 10, missed: 40 }] }

describe('the first ticks', () => {
  it('make a service ready for all that was agreed, with a margin, before anything is known of its load', () => {
    const run = new Run()
    const first = run.tick()
    expect(codes(first)).toEqual(expect.arrayContaining(['first-instances']))
    expect(run.desired.length).toBeGreaterThanOrEqual(18)
    expect(first.plan).toMatchObject({ basedOn: 0, generation: 1 })
    expect(run.tick().plan).toBeNull()
  })

  it('need no observation', () => {
    const { plan } = decide(
      decideInput({
        observation: observation([], { parts: [], span: { from: epochMs(TEN), to: epochMs(TEN) } }),
      }),
    )
    expect(plan?.changes.length).toBeGreaterThanOrEqual(18)
  })

  it('run the minimum where no load was agreed and none was seen', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [] })]
    expect(codes(run.tick())).toEqual(['first-instances', 'first-instances', 'first-instances'])
    expect(run.counts()).toEqual({ web: 1, logic: 1, data: 1 })
  })
})

describe('a service', () => {
  it('follows its load down and up again, and keeps still while that is constant', () => {
    const run = new Run()
    run.around.load = 2
    run.tick(20 * MINUTE_TICKS)
    const calm = run.desired.length
    expect(calm).toBeLessThan(12)
    const generation = run.generation
    run.tick(30 * MINUTE_TICKS)
    expect(run.generation).toBe(generation)
    run.around.load = 10
    run.tick(5 * MINUTE_TICKS)
    expect(run.desired.length).toBeGreaterThan(calm)
  })

  it('runs its minima without an agreement, and goes down to them when the last one is taken back', () => {
    const run = new Run()
    run.tick(5)
    run.around.agreements = []
    const decision = run.tick()
    expect(run.counts()).toEqual({ web: 1, logic: 1, data: 1 })
    expect(decision.reasons[0]).toMatchObject({
      code: 'limits-changed',
      says: 'No agreement asks for more than the minimum.',
    })
    const [victim] = run.desired
    run.desired = run.desired.slice(1)
    expect(codes(run.tick())).toEqual(['lost-instance'])
    expect(run.desired.some(({ part: name }) => name === victim?.part)).toBe(true)
  })

  it('runs its minima where nothing is expected of a part that operations visit', () => {
    const run = new Run()
    run.around.service = serviceOf(
      part('web', { characteristics: expected(10, 10), calls: calls('data') }),
      part('data', { minInstances: 2 }),
    )
    expect(run.tick().reasons[0]?.says).toBe('Without expected characteristics parts run at their minimum.')
    expect(run.counts()).toEqual({ web: 1, data: 2 })
  })

  it('runs beside its parts one that no operation visits, which takes its share of the cap', () => {
    const run = new Run()
    run.around.service = { ...shop, parts: [...shop.parts, part('batch', { minInstances: 2 })] }
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(12)] })]
    run.tick(3)
    expect(run.counts()['batch']).toBe(2)
    expect(run.desired).toHaveLength(12)
    const generation = run.generation
    run.tick(20)
    expect(run.generation).toBe(generation)
  })

  it('takes nothing away while a source is missing, and says so', () => {
    const run = new Run()
    run.around.load = 1
    run.tick(MINUTE_TICKS / 2)
    run.around.complete = false
    const before = run.desired.length
    expect(codes(run.tick(3 * MINUTE_TICKS))).toContain('held-for-missing-data')
    expect(run.desired).toHaveLength(before)
    run.around.complete = true
    run.tick(20 * MINUTE_TICKS)
    expect(run.desired.length).toBeLessThan(before)
  })

  it('replaces an instance that failed, at once and with a reason', () => {
    const run = new Run()
    run.tick(5)
    const [victim] = run.desired
    const before = run.counts()
    run.around.phase = (id) => (id === victim?.id ? 'failed' : null)
    const { plan } = run.tick()
    expect(plan?.changes.map(({ kind, reason }) => [kind, reason.code])).toEqual([
      ['start', 'lost-instance'],
      ['stop', 'lost-instance'],
    ])
    expect(run.counts()).toEqual(before)
  })
})

describe('the agreed load and the caps', () => {
  it('bound what is planned for, and it is said', () => {
    const run = new Run()
    run.around.load = 40
    const decision = run.tick(5 * MINUTE_TICKS)
    expect(codes(decision)).toContain('held-at-agreed-load')
    expect(run.desired.length).toBeLessThanOrEqual(20)
  })

  it('bound all instances, and it is said', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(10)] })]
    expect(codes(run.tick())).toContain('held-by-cap')
    expect(run.desired).toHaveLength(10)
  })

  it('bound single parts, without filling up the others', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(3, 'data')] })]
    expect(codes(run.tick())).toContain('held-by-cap')
    expect(run.counts()).toMatchObject({ data: 3 })
    expect(run.desired.length).toBeLessThan(12)
  })

  it('are obeyed when they are lowered below what runs', () => {
    const run = new Run()
    run.tick(5)
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(9)] })]
    const lowered = run.tick()
    expect(run.desired).toHaveLength(9)
    expect(new Set(lowered.plan?.changes.map(({ reason }) => reason.code))).toEqual(
      new Set(['limits-changed']),
    )
    expect(run.tick(10).plan).toBeNull()
  })

  it('are obeyed when a part may have fewer or must have more', () => {
    const run = new Run()
    run.tick(3)
    run.around.service = {
      ...shop,
      parts: shop.parts.map((one) =>
        one.name === 'data'
          ? { ...one, maxInstances: 4 }
          : one.name === 'web'
            ? { ...one, minInstances: 8 }
            : one,
      ),
    }
    const { plan } = run.tick()
    expect(run.counts()).toMatchObject({ data: 4, web: 8 })
    expect(new Set(plan?.changes.map(({ reason }) => reason.code))).toEqual(new Set(['limits-changed']))
  })

  it('do not excuse the cap where the levels could be kept under it without a margin', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(18)] })]
    run.around.seen = missed
    const { verdicts, reasons } = run.tick(5)
    expect(reasons.map(({ code }) => code)).toContain('held-by-cap')
    expect(verdicts[0]?.cause?.kind).toBe('platform')
  })

  it('excuse with the number that would really be needed', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(12)] })]
    run.around.seen = missed
    expect(run.tick(5).verdicts[0]).toMatchObject({
      state: 'at-risk',
      cause: { kind: 'cap', evidence: [{ observed: 18, expected: 12 }] },
    })
  })

  it('excuse with the part that is held', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(4, 'data')] })]
    run.around.seen = missed
    expect(run.tick(5).verdicts[0]?.cause).toMatchObject({
      kind: 'cap',
      part: 'data',
      evidence: [{ expected: 4 }],
    })
  })

  it('excuse with what keeping the level would cost', () => {
    const run = new Run()
    // 0.04 EUR an hour for each instance: twelve of them all month.
    const cost: Condition = { kind: 'cost', atMostPerMonth: money(350_400_000n, 'EUR') }
    run.around.agreements = [agreement({ conditions: [upTo(10), cost] })]
    run.around.seen = missed
    const verdict = run.tick(5).verdicts[0]
    expect(run.desired.length).toBeLessThanOrEqual(12)
    expect(verdict?.cause).toMatchObject({ kind: 'cap', part: null, evidence: [{ expected: 350_400_000 }] })
  })
})

describe('levels that instances cannot help', () => {
  it('leave the service at a sound utilisation, and it is said that more would not help', () => {
    const run = new Run()
    const strict = level('fast', { metric: { kind: 'response-time', limit: branded(60) } })
    run.around.agreements = [agreement({ levels: [strict] })]
    expect(codes(run.tick())).toContain('more-would-not-help')
    expect(run.counts()).toEqual({ web: 2, logic: 3, data: 7 })
  })

  it('of a single part are not mistaken for those of the whole service', () => {
    const run = new Run()
    const ofPart = level('quick', {
      metric: { kind: 'response-time', limit: branded(60) },
      scope: { part: branded('data') },
    })
    run.around.agreements = [agreement({ levels: [level('fast'), ofPart] })]
    const { reasons, verdicts } = run.tick()
    expect(reasons.map(({ code }) => code)).not.toContain('more-would-not-help')
    expect(verdicts[1]).toMatchObject({ level: 'quick', state: 'kept' })
  })
})

describe('a changed manifest', () => {
  it('has all instances replaced without more of them than before and after, in a few ticks', () => {
    const run = new Run()
    run.tick(5 * MINUTE_TICKS)
    const before = run.counts()
    run.around.agreements = [agreement({ conditions: [upTo(10)] })]
    run.around.service = { ...shop, parts: shop.parts.map((one) => ({ ...one, revision: 'r2' })) }
    let most = 0
    for (let tick = 0; tick < 10; tick++) {
      run.tick()
      most = Math.max(most, run.desired.length)
    }
    expect(most).toBeLessThanOrEqual(2 * 20)
    expect(run.counts()).toEqual(before)
    expect(new Set(run.desired.map(({ revision }) => revision))).toEqual(new Set(['r2']))
  })

  it('is rolled out under a full cap too, one by one, with all but one serving', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [upTo(10), atMost(12)] })]
    run.tick(MINUTE_TICKS)
    run.around.service = { ...shop, parts: shop.parts.map((one) => ({ ...one, revision: 'r2' })) }
    for (let tick = 0; tick < 80; tick++) {
      run.tick()
      expect(run.desired.length).toBeLessThanOrEqual(12)
      expect(run.desired.length).toBeGreaterThanOrEqual(9)
    }
    expect(run.desired).toHaveLength(12)
    expect(new Set(run.desired.map(({ revision }) => revision))).toEqual(new Set(['r2']))
  })

  it('has a new part started and a removed one stopped', () => {
    const run = new Run()
    run.around.agreements = [agreement({ conditions: [upTo(10)] })]
    run.tick(2 * MINUTE_TICKS)
    run.around.service = serviceOf(
      part('web', { characteristics: expected(10, 10), calls: calls('cache') }),
      part('cache', { characteristics: expected(5, 20) }),
    )
    const { plan } = run.tick()
    expect(plan?.changes.find(({ kind }) => kind === 'start')?.reason).toMatchObject({
      code: 'first-instances',
      part: 'cache',
      says: expect.stringContaining('is new'),
    })
    expect(Object.keys(run.counts()).toSorted()).toEqual(['cache', 'web'])
  })
})

describe('a clock that is set back', () => {
  it('leaves the service as it is, and control goes on', () => {
    const run = new Run()
    run.around.load = 10
    run.tick(3 * MINUTE_TICKS)
    const before = run.counts()
    run.now -= 3_600_000
    run.tick(2)
    expect(run.counts()).toEqual(before)
    const [victim] = run.desired
    run.around.phase = (id) => (id === victim?.id ? 'failed' : null)
    expect(codes(run.tick())).toContain('lost-instance')
    run.tick(3 * MINUTE_TICKS)
    expect(run.counts()).toEqual(before)
  })

  it('between the begin and the end of a span counts no load', () => {
    const given = decideInput({
      observation: observation([], {
        arrivals: 1_000,
        span: { from: epochMs(TEN), to: epochMs(TEN - 9_000) },
      }),
      now: epochMs(TEN - 9_000),
    })
    expect(decide(given).state.forecaster).toEqual(newServiceState.forecaster)
  })
})

describe('measured service times', () => {
  it('move the model: a slower part gets more instances than a quick one', () => {
    const settled = (dataMs: number): number => {
      const run = new Run()
      const serviceMs: Readonly<Record<string, number>> = { web: 10, logic: 20, data: dataMs }
      for (let tick = 0; tick < 15 * MINUTE_TICKS; tick++) {
        const parts = shop.parts.map(({ name }) =>
          partSeen(
            name,
            run.desired.filter((one) => one.part === name).map((one) => seen(one)),
            { completed: 25, service: times(25, serviceMs[name] ?? 0) },
          ),
        )
        run.around.seen = { parts }
        run.tick()
      }
      return run.desired.length
    }
    expect(settled(68)).toBeGreaterThan(settled(30))
  })
})

it('gives no instance a name that another one had', () => {
  const run = new Run()
  run.tick(2)
  const ids = new Set(run.desired.map(({ id }) => id))
  run.around.phase = (id) => (ids.has(id) ? 'failed' : null)
  run.tick()
  expect(run.desired.filter(({ id }) => ids.has(id))).toEqual([])
  expect(new Set(run.desired.map(({ id }) => id)).size).toBe(run.desired.length)
})

it('remembers what STATE_VERSION names: whoever changes this list raises the version', () => {
  const run = new Run()
  run.tick(MINUTE_TICKS)
  const [web] = run.desired
  if (web === undefined) throw new Error('no instance to be seen')
  const served = { completed: 25, service: times(25, 10), waiting: times(25, 1) }
  const instanceSeen = seen(web, 'ready', { completed: 25, serviceMeanMs: 10 })
  run.around.seen = { ...missed, parts: [partSeen('web', [instanceSeen], served)] }
  run.tick()
  const id = web.id
  const paths = (value: unknown, path: string): readonly string[] => {
    if (typeof value !== 'object' || value === null) return [path]
    if (Array.isArray(value)) return value.slice(-1).flatMap((one) => paths(one, `${path}[]`))
    return Object.entries(value).flatMap(([key, child]) => paths(child, `${path}.${key}`))
  }
  const remembered = paths(run.state, `v${STATE_VERSION}`)
    .map((path) => path.replace(id, 'INSTANCE'))
    .filter((path) => !/\.(logic|data)\b/.test(path))
  expect(remembered).toMatchInlineSnapshot(`
    [
      "v4.forecaster.recent.until",
      "v4.forecaster.recent.cells[][]",
      "v4.forecaster.minutes.sum",
      "v4.forecaster.minutes.weight",
      "v4.forecaster.lagging.sum",
      "v4.forecaster.lagging.weight",
      "v4.forecaster.base.sum",
      "v4.forecaster.base.weight",
      "v4.forecaster.steady.arrivals",
      "v4.forecaster.steady.ms",
      "v4.forecaster.dispersion.sum",
      "v4.forecaster.dispersion.weight",
      "v4.forecaster.decay.left",
      "v4.forecaster.decay.was",
      "v4.forecaster.day.rates",
      "v4.forecaster.day.open.index",
      "v4.forecaster.day.open.ms",
      "v4.forecaster.day.open.arrivals",
      "v4.forecaster.day.came",
      "v4.forecaster.day.expected",
      "v4.forecaster.week.rates",
      "v4.forecaster.week.open.index",
      "v4.forecaster.week.open.ms",
      "v4.forecaster.week.open.arrivals",
      "v4.forecaster.week.came",
      "v4.forecaster.week.expected",
      "v4.forecaster.repetition.history",
      "v4.forecaster.repetition.open.index",
      "v4.forecaster.repetition.open.ms",
      "v4.forecaster.repetition.open.arrivals",
      "v4.forecaster.repetition.slotsToSearch",
      "v4.forecaster.repetition.found",
      "v4.forecaster.seenMs",
      "v4.forecaster.leadMs",
      "v4.forecaster.trust[]",
      "v4.forecaster.bands.relative.seen",
      "v4.forecaster.bands.relative.scale",
      "v4.forecaster.bands.relative.quantiles[]",
      "v4.forecaster.bands.relative.chance",
      "v4.forecaster.bands.absolute.seen",
      "v4.forecaster.bands.absolute.scale",
      "v4.forecaster.bands.absolute.quantiles[]",
      "v4.forecaster.bands.absolute.chance",
      "v4.forecaster.bands.odds",
      "v4.forecaster.issued[][][]",
      "v4.judge.windows[].level",
      "v4.judge.windows[].window.from",
      "v4.judge.windows[].window.to",
      "v4.judge.windows[].met",
      "v4.judge.windows[].missed",
      "v4.judge.windows[].missedBy.platform",
      "v4.judge.windows[].causes[].cause.kind",
      "v4.judge.windows[].causes[].cause.part",
      "v4.judge.windows[].causes[].cause.since",
      "v4.judge.windows[].causes[].cause.evidence[].subject",
      "v4.judge.windows[].causes[].cause.evidence[].measure",
      "v4.judge.windows[].causes[].cause.evidence[].unit",
      "v4.judge.windows[].causes[].cause.evidence[].observed",
      "v4.judge.windows[].causes[].cause.evidence[].expected",
      "v4.judge.windows[].causes[].cause.evidence[].says",
      "v4.judge.windows[].causes[].cause.helps",
      "v4.judge.windows[].causes[].until",
      "v4.judge.windows[].causes[].sure",
      "v4.judge.windows[].open[].at",
      "v4.judge.windows[].open[].kind",
      "v4.judge.windows[].open[].missed",
      "v4.judge.windows[].open[].sure",
      "v4.judge.windows[].open[].surging",
      "v4.judge.windows[].cells[].from",
      "v4.judge.windows[].cells[].met",
      "v4.judge.windows[].cells[].missed",
      "v4.judge.windows[].cells[].missedBy.platform",
      "v4.judge.windows[].agreement",
      "v4.judge.loads[].perMs",
      "v4.judge.loads[].samples[].from",
      "v4.judge.loads[].samples[].operations",
      "v4.learned.web.serviceMs",
      "v4.learned.web.waitingMs",
      "v4.learned.web.seen",
      "v4.learned.web.variation",
      "v4.learned.web.failedShare",
      "v4.learned.web.ended",
      "v4.learned.web.instances.INSTANCE.serviceMs",
      "v4.learned.web.instances.INSTANCE.seen",
      "v4.learned.web.instances.INSTANCE.firstMs",
      "v4.learned.web.instances.INSTANCE.heldUpShare",
      "v4.learned.web.instances.INSTANCE.failedShare",
      "v4.learned.web.instances.INSTANCE.ended",
      "v4.learned.web.revisions[].serviceMs",
      "v4.learned.web.revisions[].seen",
      "v4.learned.web.revisions[].failedShare",
      "v4.learned.web.revisions[].ended",
      "v4.learned.web.revisions[].warmUpMs",
      "v4.learned.web.revisions[].warmUpSeen",
      "v4.learned.web.revisions[].revision",
      "v4.learned.web.revisions[].since",
      "v4.overheadMs",
      "v4.serviceTimes.web.shortMs",
      "v4.serviceTimes.web.longMs",
      "v4.serviceTimes.web.variation",
      "v4.serviceTimes.web.seen",
      "v4.serviceTimes.web.plannedMs",
      "v4.serviceTimes.web.basedOn",
      "v4.scale.needs[].at",
      "v4.scale.needs[].counts.web",
      "v4.scale.lastChangeAt",
      "v4.scale.pressure",
      "v4.scale.excess",
      "v4.scale.calmSince",
      "v4.scale.kept.now[]",
      "v4.scale.kept.ahead[]",
      "v4.scale.kept.usual[]",
      "v4.scale.expectedMisses[]",
      "v4.wanted.web",
      "v4.idleSince",
      "v4.fragility.instanceHours",
      "v4.fragility.failures",
      "v4.batch",
    ]
  `)
})
