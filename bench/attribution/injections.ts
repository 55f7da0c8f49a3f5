/** Twelve things that go wrong, each with the cause that it is by construction. */
import { termsAt, type Agreement, type CauseKind, type Part } from '@holdfast/core/agreement'
import { durationMs, type DurationMs, type PartName } from '@holdfast/core/units'
import { createSizer, SIMULATION_BEGINS, type Fault, type LoadShape } from '@holdfast/simulator'
import { between, outside, type Subject } from './service-of.ts'

export interface Injection {
  readonly load: LoadShape
  readonly faults: readonly Fault[]
  readonly agreements: readonly Agreement[]
  /** The part that it happens to; null where it happens to none in particular. */
  readonly part: PartName | null
}

export interface InjectedCause {
  readonly name: string
  readonly is: CauseKind
  inject(subject: Subject, at: DurationMs, until: DurationMs): Injection
}

/** Nothing wrong, but for what is given. */
const injection = (subject: Subject, over: Partial<Injection>): Injection => ({
  load: steady(subject.load),
  faults: [],
  agreements: [subject.agreement],
  part: null,
  ...over,
})

const steady = (load: number): LoadShape => ({ kind: 'steps', steps: [[0, load]] })

const rising = (from: number, to: number, at: DurationMs, forSeconds: number): LoadShape => ({
  kind: 'points',
  points: [
    [0, from],
    [at / 1_000, from],
    [at / 1_000 + forSeconds, to],
  ],
})

const meanOf = ({ characteristics }: Part): number => characteristics?.serviceTime.mean ?? 1

/** Any part; a slowness of its own by which operations miss the limit, whatever the other parts do. */
function anyPart({ service, random, limitMs }: Subject): {
  readonly part: PartName
  readonly factor: number
} {
  const part = service.parts[Math.floor(random.next() * service.parts.length)] ?? lastPart(service.parts)
  return { part: part.name, factor: 1 + (limitMs / meanOf(part)) * between(random, 0.7, 1.5) }
}

function lastPart(parts: readonly Part[]): Part {
  const last = parts.at(-1)
  if (last === undefined) throw new Error('the service has no part')
  return last
}

/** The instances of each part that a load takes. */
const neededAt = ({ service, agreement }: Subject, load: number): Readonly<Record<string, number>> =>
  createSizer(service, [termsAt(agreement, SIMULATION_BEGINS)])(load) ?? {}

export const causes: readonly InjectedCause[] = [
  {
    name: 'slow code',
    is: 'application',
    inject(subject, from, to) {
      const { part, factor } = anyPart(subject)
      return injection(subject, { part, faults: [{ kind: 'slow-code', part, factor, from, to }] })
    },
  },
  {
    name: 'slow dependency',
    is: 'dependency',
    inject(subject, from, to) {
      const { part } = anyPart(subject)
      const addedMs = subject.limitMs * between(subject.random, 0.7, 1.5)
      const fault = { kind: 'slow-dependency', part, service: outside, addedMs, from, to } as const
      return injection(subject, { part, faults: [fault] })
    },
  },
  {
    name: 'lock',
    is: 'application',
    inject(subject, from, to) {
      const { name: part } = lastPart(subject.service.parts)
      const contention = between(subject.random, 1, 4)
      return injection(subject, { part, faults: [{ kind: 'lock', part, contention, from, to }] })
    },
  },
  {
    name: 'leak',
    is: 'application',
    inject(subject, from, to) {
      const { part, factor } = anyPart(subject)
      // As slow as slow code is within a minute.
      const perHour = factor * 60
      const fault = { kind: 'leak', part, perOperation: 0, perHour, crashesAt: null, from, to } as const
      return injection(subject, { part, faults: [fault] })
    },
  },
  {
    name: 'noisy neighbour',
    is: 'platform',
    inject(subject, from, to) {
      const { name: part } = lastPart(subject.service.parts)
      const share = between(subject.random, 0.85, 0.95)
      return injection(subject, { faults: [{ kind: 'noisy-neighbour', part, share, from, to }] })
    },
  },
  {
    name: 'throttled host',
    is: 'platform',
    inject(subject, from, to) {
      const { name: part } = lastPart(subject.service.parts)
      const share = between(subject.random, 0.85, 0.95)
      return injection(subject, { faults: [{ kind: 'throttled-host', part, share, from, to }] })
    },
  },
  {
    name: 'lost instance',
    is: 'platform',
    inject(subject, at) {
      const { name: part } = lastPart(subject.service.parts)
      const lost = { kind: 'lost-instance', part, at } as const
      return injection(subject, { part, faults: [lost, lost, lost] })
    },
  },
  {
    name: 'slow instances',
    is: 'platform',
    inject(subject, at) {
      const { name: part } = lastPart(subject.service.parts)
      const factor = between(subject.random, 8, 20)
      const slow = { kind: 'slow-instance', part, factor, at } as const
      // One is routed around; more than half would be slow code by all that can be measured.
      const half = Math.max(1, Math.floor((neededAt(subject, subject.load)[part] ?? 1) / 2))
      return injection(subject, { part, faults: Array.from({ length: half }, () => slow) })
    },
  },
  {
    name: 'cold start',
    is: 'platform',
    inject(subject, from, to) {
      const { name: part } = lastPart(subject.service.parts)
      const factor = between(subject.random, 4, 12)
      const warmUp = durationMs(Math.round(between(subject.random, 20_000, 120_000)))
      const fault = { kind: 'cold-start', part, factor, warmUp, from, to } as const
      // More load, though not more than was agreed, so that instances are started.
      return injection(subject, { load: rising(subject.load / 2, subject.load, from, 1), faults: [fault] })
    },
  },
  {
    name: 'surge over condition',
    is: 'load',
    inject(subject, from, to) {
      const factor = (subject.contracted / subject.load) * between(subject.random, 1.4, 3)
      return injection(subject, { faults: [{ kind: 'surge', factor, from, to }] })
    },
  },
  {
    name: 'cap',
    is: 'cap',
    inject(subject, at) {
      const { agreement, load, contracted } = subject
      // What the load takes before it rises, and no more.
      const before = load * 0.7
      const needed = neededAt(subject, before * 1.15)
      const atMost = Object.values(needed).reduce((sum, count) => sum + count, 0)
      const conditions = [...agreement.conditions, { kind: 'instances', atMost } as const]
      return injection(subject, {
        load: rising(before, contracted * 0.95, at, 240),
        agreements: [{ ...agreement, conditions }],
      })
    },
  },
  {
    name: 'bad deploy',
    is: 'application',
    inject(subject, at) {
      const { part, factor } = anyPart(subject)
      const failedShare = subject.random.next() < 0.5 ? 0 : between(subject.random, 0.1, 0.4)
      const fault = { kind: 'bad-deploy', part, revision: 'r2', factor, failedShare, at } as const
      return injection(subject, { part, faults: [fault] })
    },
  },
]
