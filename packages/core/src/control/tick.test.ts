/**
 * Goal: whatever services, agreements and observations come in whatever order, a tick gives plans that hold
 * all invariants, gives the same for the same, and leaves its input alone. Method: random services with
 * random events from tick to tick, checked beside `checkPlan` by counting anew.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  instanceCap,
  termsAt,
  type Agreement,
  type Condition,
  type Level,
  type Part,
} from '../agreement/index.ts'
import type { Service } from '../agreement/index.ts'
import type { InstancePhase, LevelCount, ServiceObservation } from '../health/index.ts'
import {
  branded,
  durationMs,
  epochMs,
  minutes,
  perSecond,
  ratio,
  seconds,
  type LevelName,
} from '../units/index.ts'
import { canonicalJson } from './canonical-json.ts'
import { type DecideInput } from './decide.ts'
import type { DesiredInstance } from './plan.ts'
import {
  agreement,
  decideInput,
  instances,
  level,
  observation,
  part,
  partName,
  partSeen,
  seen,
  serviceOf,
  shop,
  times,
} from './testing/shop.ts'
import { tick, type TickDecision } from './tick.ts'

const NAMES = ['a', 'b', 'c', 'd'] as const

const characteristics = fc.record({
  serviceTime: fc.oneof(
    fc.record({ mean: fc.integer({ min: 1, max: 60 }).map(durationMs) }),
    fc.record({
      mean: fc.integer({ min: 1, max: 60 }).map(durationMs),
      percentile: fc.record({
        ratio: fc.constantFrom(0.5, 0.9, 0.99).map(ratio),
        value: fc.integer({ min: 1, max: 200 }).map(durationMs),
      }),
    }),
  ),
  capacity: fc.integer({ min: 1, max: 200 }).map(perSecond),
  startTime: fc.integer({ min: 0, max: 20 }).map(seconds),
})

const anyPart = fc.record({
  characteristics: fc.option(characteristics, { freq: 8, nil: null }),
  calls: fc.subarray([1, 2, 3]),
  times: fc.constantFrom(0.5, 1, 2),
  revision: fc.constantFrom('r1', 'r1', 'r2'),
  minInstances: fc.integer({ min: 0, max: 3 }),
  more: fc.integer({ min: 0, max: 8 }),
})

/** Each part calls later ones only, so that there is no cycle. */
const anyService: fc.Arbitrary<Service> = fc
  .tuple(fc.array(anyPart, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([given, takesOperations]) => {
    const parts = given.map(({ calls, times: each, more, ...rest }, i): Part =>
      part(NAMES[i] ?? 'a', {
        ...rest,
        calls: calls.flatMap((to) =>
          to > i && to < given.length ? [{ part: partName(NAMES[to] ?? ''), times: each }] : [],
        ),
        maxInstances: Math.max(1, rest.minInstances + more),
      }),
    )
    return { ...serviceOf(...parts), ...(takesOperations ? {} : { entry: null }) }
  })

const anyLoadCondition: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constant('load' as const),
  atMost: fc.integer({ min: 1, max: 50 }).map(perSecond),
  statistic: fc.constantFrom('average', 'peak', 'p95'),
  per: fc.constantFrom(1_000, 10_000, 60_000).map(durationMs),
})

const anyLevel = (name: string): fc.Arbitrary<Level> =>
  fc
    .record({
      metric: fc.oneof(
        fc.record({
          kind: fc.constant('response-time' as const),
          limit: fc.integer({ min: 5, max: 500 }).map(durationMs),
        }),
        fc.constantFrom({ kind: 'error-ratio' as const }, { kind: 'availability' as const }),
      ),
      ratio: fc.constantFrom(0.5, 0.9, 0.999, 1).map(ratio),
      window: fc.constantFrom<Level['window']>(
        { kind: 'calendar', unit: 'minute', timeZone: 'UTC' },
        { kind: 'calendar', unit: 'hour', timeZone: 'Asia/Kolkata' },
        { kind: 'rolling', length: minutes(2) },
      ),
      scope: fc.constantFrom<Level['scope']>({}, {}, { part: partName('a') }),
      conditions: fc.array(anyLoadCondition, { maxLength: 1 }),
    })
    .map((over) => level(name, over))

/** A cap is never below the minima: such a manifest is refused. */
interface AnyAgreement {
  readonly levels: readonly Level[]
  readonly loads: readonly Condition[]
  readonly overMinima: number | null
  readonly ofPart: { readonly part: number; readonly overMinimum: number } | null
  readonly scheduled: readonly Level[] | null
}

const anyAgreement: fc.Arbitrary<AnyAgreement> = fc.record({
  levels: fc.tuple(anyLevel('fast'), anyLevel('sure')).chain((both) => fc.subarray([...both])),
  loads: fc.array(anyLoadCondition, { maxLength: 2 }),
  overMinima: fc.option(fc.integer({ min: 0, max: 12 })),
  ofPart: fc.option(fc.record({ part: fc.nat(3), overMinimum: fc.nat(4) })),
  scheduled: fc.option(anyLevel('fast').map((one) => [one])),
})

function agreementFor(service: Service, given: AnyAgreement, index: number): Agreement {
  const minima = service.parts.reduce((sum, { minInstances }) => sum + minInstances, 0)
  const limited = given.ofPart === null ? undefined : service.parts[given.ofPart.part]
  return agreement({
    name: branded(`agreement-${index}`),
    // Names of levels are unique over the agreements of a service.
    levels: given.levels.map((one) => ({ ...one, name: branded<LevelName>(`${one.name}-${index}`) })),
    conditions: [
      ...given.loads,
      ...(given.overMinima === null
        ? []
        : [{ kind: 'instances' as const, atMost: Math.max(1, minima + given.overMinima) }]),
      ...(limited === undefined
        ? []
        : [
            {
              kind: 'instances' as const,
              part: limited.name,
              atMost: Math.max(1, limited.minInstances + (given.ofPart?.overMinimum ?? 0)),
            },
          ]),
    ],
    schedule:
      given.scheduled === null
        ? []
        : [
            {
              name: 'now and then',
              period: { timeZone: 'UTC', from: 601, to: 603 },
              levels: given.scheduled,
            },
          ],
  })
}

const anyPhase = fc.constantFrom<InstancePhase | 'unknown'>(
  'ready',
  'ready',
  'ready',
  'ready',
  'starting',
  'backing-off',
  'failed',
  'draining',
  'unknown',
)

/** What happens between two ticks. */
const anyEvent = fc.record({
  ms: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(5_000, 30_000) },
    { weight: 1, arbitrary: fc.integer({ min: -20_000, max: 120_000 }) },
  ),
  rate: fc.integer({ min: 0, max: 60 }),
  served: fc.constantFrom(0, 0.5, 1),
  slower: fc.constantFrom(1, 1, 1, 1.4, 3),
  missed: fc.constantFrom(0, 0, 0.05, 0.5, 1),
  complete: fc.constantFrom(true, true, true, false),
  phases: fc.oneof(
    { weight: 3, arbitrary: fc.constant<InstancePhase[]>(['ready']) },
    { weight: 1, arbitrary: fc.array(anyPhase, { minLength: 1, maxLength: 7 }) },
  ),
  orphans: fc.nat(1),
  /** The manifest is applied anew, as another one. */
  applied: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.tuple(anyService, fc.array(anyAgreement, { maxLength: 2 })) },
  ),
})
type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer Event> ? Event : never

function observed(
  { rate, served, slower, missed, complete, phases, orphans }: AnyEvent,
  {
    service,
    agreements,
    desired,
    span,
  }: Pick<DecideInput, 'service' | 'agreements' | 'desired'> & Pick<ServiceObservation, 'span'>,
): ServiceObservation {
  const arrivals = Math.max(0, Math.round((rate * (span.to - span.from)) / 1_000))
  const completed = Math.round(arrivals * served)
  const counts = agreements
    .flatMap((one) => termsAt(one, span.to).levels)
    .map(({ name }): LevelCount => ({
      level: name,
      met: completed - Math.round(completed * missed),
      missed: Math.round(completed * missed),
    }))
  const present = desired.flatMap((one, i) => {
    const phase = phases[i % phases.length] ?? 'ready'
    return phase === 'unknown' ? [] : [seen(one, phase, { inFlight: i % 3, restarts: i })]
  })
  const strays = instances('a', orphans, 9_000).map((one) => seen(one))
  return observation([], {
    span,
    complete,
    arrivals,
    completed,
    failed: arrivals - completed,
    levels: counts,
    response: times(completed, 80 * slower),
    parts: service.parts.map(({ name, characteristics: expects }) =>
      partSeen(
        name,
        [...present, ...strays].filter((one) => one.part === name),
        {
          arrivals,
          completed,
          failed: arrivals - completed,
          service: times(completed, (expects?.serviceTime.mean ?? 10) * slower),
          waiting: times(completed, 10 * slower),
        },
      ),
    ),
  })
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) frozen(inner)
  }
  return value
}

/** The state as a store gives it back. */
const stored = (input: DecideInput): DecideInput => ({
  ...input,
  state: JSON.parse(JSON.stringify(input.state)) as DecideInput['state'],
})

const countOf = (desired: readonly DesiredInstance[], name?: string): number =>
  desired.filter((one) => name === undefined || one.part === name).length

function checkDecision(input: DecideInput, { plan, state }: TickDecision): void {
  expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  if (plan === null) return
  const terms = input.agreements.map((one) => termsAt(one, input.now))
  for (const name of [undefined, ...input.service.parts.map((one) => one.name)]) {
    const cap = instanceCap(terms, name ?? null)
    const [before, after] = [countOf(input.desired, name), countOf(plan.desired, name)]
    if (cap !== null && after > before) expect(after).toBeLessThanOrEqual(cap)
  }
  const ready = new Set(
    input.observation.parts.flatMap((one) =>
      one.instances.filter(({ phase }) => phase === 'ready').map(({ id }) => id),
    ),
  )
  for (const { name } of input.service.parts) {
    const serving = input.desired.filter((one) => one.part === name && ready.has(one.id))
    const kept = plan.desired.filter((one) => one.part === name)
    if (serving.length > 0 && kept.length > 0) expect(kept.some(({ id }) => ready.has(id))).toBe(true)
  }
  expect(new Set(plan.desired.map(({ id }) => id)).size).toBe(plan.desired.length)
}

function live(
  first: readonly [Service, readonly AnyAgreement[]],
  events: readonly AnyEvent[],
  check: (input: DecideInput, decision: TickDecision) => void,
): void {
  let [service, given] = first
  let input = decideInput({ service, agreements: given.map((one, i) => agreementFor(service, one, i)) })
  for (const event of events) {
    if (event.applied !== null) {
      ;[service, given] = event.applied
    }
    const agreements = given.map((one, i) => agreementFor(service, one, i))
    const span = { from: input.now, to: epochMs(input.now + event.ms) }
    const { desired } = input
    input = frozen({
      ...input,
      service,
      agreements,
      observation: observed(event, { service, agreements, desired, span }),
      now: span.to,
    })
    const [decision] = tick([input])
    if (decision === undefined) throw new Error('one service gives one decision')
    check(input, decision)
    input = {
      ...input,
      state: decision.state,
      desired: decision.plan?.desired ?? input.desired,
      generation: decision.plan?.generation ?? input.generation,
    }
  }
}

const anyLife = fc.tuple(
  fc.tuple(anyService, fc.array(anyAgreement, { maxLength: 2 })),
  fc.array(anyEvent, { minLength: 1, maxLength: 40, size: 'max' }),
)

describe('tick', () => {
  it('holds every invariant, whatever comes', () => {
    fc.assert(
      fc.property(anyLife, ([first, events]) =>
        live(first, events, (input, decision) => {
          expect(decision.violations).toEqual([])
          checkDecision(input, decision)
        }),
      ),
      { numRuns: 150 },
    )
  })

  it('gives the same for the same, also from a state that was stored in between', () => {
    fc.assert(
      fc.property(anyLife, ([first, events]) =>
        live(first, events, (input, decision) => {
          expect(tick([input])).toEqual([decision])
          expect(canonicalJson(tick([stored(input)]))).toBe(canonicalJson([decision]))
        }),
      ),
      { numRuns: 40 },
    )
  })

  it('decides each service on its own', () => {
    const one = decideInput()
    const other = decideInput({ service: { ...shop, name: branded('other') }, agreements: [] })
    expect(tick([one, other])).toEqual([...tick([one]), ...tick([other])])
  })

  it('withholds a plan that breaks an invariant, and reports it', () => {
    // A service that was given the same instance twice, as no store would give it.
    const [twice] = instances('web', 1)
    if (twice === undefined) throw new Error('one is given')
    const [decision] = tick([decideInput({ desired: [twice, twice] })])
    expect(decision?.plan).toBeNull()
    expect(new Set(decision?.violations.map(({ invariant }) => invariant))).toEqual(
      new Set(['ids-are-unique']),
    )
  })

  it('settles after whatever came: nothing changes any more once all is well', () => {
    fc.assert(
      fc.property(anyLife, fc.integer({ min: 0, max: 20 }), ([first, events], rate) => {
        const calm: AnyEvent = {
          ms: 5_000,
          rate,
          served: 1,
          slower: 1,
          missed: 0,
          complete: true,
          phases: ['ready'],
          orphans: 0,
          applied: null,
        }
        let calmTicks = 0
        live(first, [...events, ...Array.from({ length: 300 }, () => calm)], (_, { plan }) => {
          calmTicks += 1
          if (calmTicks > events.length + 280) expect(plan).toBeNull()
        })
      }),
      { numRuns: 15 },
    )
  })
})
