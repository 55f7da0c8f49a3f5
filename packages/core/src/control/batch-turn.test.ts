/**
 * Goal: a service with work to a deadline is done in time whenever that can be, in the valleys of the services
 * beside it, and nothing runs afterwards. Method: whole lives under the real tick, in a world whose instances do
 * what their capacity says and sometimes fail.
 */
import { describe, expect, it } from 'vitest'
import type { Service } from '../agreement/index.ts'
import type { InstanceObservation } from '../health/index.ts'
import { epochMs, type EpochMs, type InstanceId } from '../units/index.ts'
import {
  decideInput,
  expected,
  observation,
  part,
  partName,
  partSeen,
  seen,
  serviceOf,
  TEN,
} from './testing/shop.ts'
import type { DesiredInstance } from './plan.ts'
import { tick, type TickDecision } from './tick.ts'
import { newServiceState, type DecideInput } from './decide.ts'

const TICK_MS = 10_000
const HOUR = 3_600_000

/** One operation a second each, five seconds to start. */
const worker: Service['parts'][number] = part('worker', {
  characteristics: expected(1_000, 1),
  maxInstances: 10,
})

const batchOf = (operations: number, hours: number): Service => ({
  ...serviceOf(worker),
  batch: { operations, deadline: epochMs(TEN + hours * HOUR) },
})

interface Life {
  readonly service: Service
  readonly hours: number
  readonly capacity?: number | null
  /** A failed instance is back after a minute. */
  readonly failsAt?: (now: EpochMs, id: InstanceId) => boolean
  /** Does this share of what it should. */
  readonly pace?: number
}

interface Lived {
  readonly doneAt: number | null
  readonly decisions: readonly TickDecision[]
  readonly most: number
  readonly atEnd: number
}

function live({ service, hours, capacity = null, failsAt = () => false, pace = 1 }: Life): Lived {
  const begun = { service, agreements: [] }
  let held: Pick<DecideInput, 'desired' | 'generation' | 'state'> = {
    desired: [],
    generation: 0,
    state: newServiceState,
  }
  const readyAt = new Map<InstanceId, number>()
  const downUntil = new Map<InstanceId, number>()
  const decisions: TickDecision[] = []
  let left = service.batch?.operations ?? 0
  let doneAt: number | null = null
  let most = 0
  for (let at = TEN; at <= TEN + hours * HOUR; at += TICK_MS) {
    const now = epochMs(at)
    for (const { id } of held.desired.filter((one) => failsAt(now, one.id))) downUntil.set(id, at + 60_000)
    const present = look(held.desired, at, readyAt, downUntil)
    const ready = present.filter(({ phase }) => phase === 'ready').length
    const completed = Math.min(left, Math.round((ready * pace * TICK_MS) / 1_000))
    left -= completed
    if (left === 0) doneAt ??= at
    const parts = [partSeen('worker', present, { completed, inPartMean: ready, queued: left > 0 ? 5 : 0 })]
    const span = { from: epochMs(at - TICK_MS), to: now }
    const seenNow = observation(present, { span, completed, arrivals: completed, parts })
    const [decision] = tick([decideInput({ ...begun, ...held, now, observation: seenNow })], { capacity })
    if (decision === undefined) throw new Error('one service gives one decision')
    decisions.push(decision)
    expect(decision.violations).toEqual([])
    const { desired, generation } = decision.plan ?? held
    for (const { id } of desired.filter((one) => !readyAt.has(one.id))) readyAt.set(id, at + 5_000)
    most = Math.max(most, desired.length)
    held = { desired, generation, state: JSON.parse(JSON.stringify(decision.state)) }
  }
  return { doneAt, decisions, most, atEnd: held.desired.length }
}

function look(
  desired: readonly DesiredInstance[],
  at: number,
  readyAt: ReadonlyMap<InstanceId, number>,
  downUntil: ReadonlyMap<InstanceId, number>,
): readonly InstanceObservation[] {
  return desired.map((one) => {
    const ready = readyAt.get(one.id) ?? 0
    if ((downUntil.get(one.id) ?? 0) > at) return seen(one, 'backing-off', { phaseSince: epochMs(at - 1) })
    return seen(one, ready <= at ? 'ready' : 'starting', { phaseSince: epochMs(ready) })
  })
}

const hoursAfter = (at: number | null): number => (at === null ? Infinity : (at - TEN) / HOUR)

const codes = ({ decisions }: Lived): ReadonlySet<string> =>
  new Set(decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code)))

describe('a service with work to a deadline', () => {
  it('runs as few instances as are enough, is done in time, and has none afterwards', () => {
    const lived = live({ service: batchOf(20_000, 2), hours: 2.2 })
    expect(hoursAfter(lived.doneAt)).toBeLessThanOrEqual(2)
    expect(lived.most).toBeLessThanOrEqual(4)
    expect(lived.atEnd).toBe(0)
    expect(lived.decisions.at(-1)?.reasons.map(({ code }) => code)).toEqual(['batch-done'])
  })

  it('makes up for instances that fail and for operations that take longer than expected', () => {
    const failsAt = (now: EpochMs, id: InstanceId): boolean => (now / TICK_MS + id.length) % 30 === 0
    const lived = live({ service: batchOf(20_000, 2), hours: 2, failsAt, pace: 0.7 })
    expect(hoursAfter(lived.doneAt)).toBeLessThanOrEqual(2)
    expect(lived.most).toBeGreaterThan(4)
  })

  it('is not changed more often than its work asks for', () => {
    const lived = live({ service: batchOf(20_000, 2), hours: 2 })
    expect(lived.decisions.filter(({ plan }) => plan !== null).length).toBeLessThanOrEqual(6)
  })

  it('says when the deadline is out of reach, and works on', () => {
    const lived = live({ service: batchOf(100_000, 2), hours: 2.1 })
    expect(lived.doneAt).toBeNull()
    expect(codes(lived)).toContain('batch-late')
    expect(lived.atEnd).toBe(10)
  })

  it('counts what was done of the work when its deadline is moved, and begins anew with new work', () => {
    const service = batchOf(1_000, 2)
    const first = decideInput({ service, agreements: [] })
    const [begun] = tick([first])
    const seenSome = observation([], { completed: 400 })
    const later = { ...first, observation: seenSome, state: begun?.state ?? newServiceState }
    const [some] = tick([later])
    expect(some?.state.batch).toMatchObject({ operations: 1_000, done: 400 })
    const [moved] = tick([{ ...later, service: batchOf(1_000, 3), state: some?.state ?? newServiceState }])
    expect(moved?.state.batch).toMatchObject({ done: 800, deadline: TEN + 3 * HOUR })
    const [done] = tick([{ ...later, state: moved?.state ?? newServiceState }])
    expect(done?.state.batch?.done).toBe(1_200)
    const [fresh] = tick([{ ...later, service: batchOf(500, 4), state: done?.state ?? newServiceState }])
    expect(fresh?.state.batch).toMatchObject({ operations: 500, done: 0 })
  })

  it('takes nothing away while a measurement is missing', () => {
    const service = batchOf(1, 2)
    const desired = [1, 2].map((n) => ({ ...worker, id: `w${n}` as InstanceId, part: partName('worker') }))
    const state = { ...newServiceState, wanted: { [partName('worker')]: 2 } }
    const [decision] = tick([
      decideInput({
        service,
        agreements: [],
        desired: desired.map(({ id, part: of, instanceType, revision }) => ({
          id,
          part: of,
          instanceType,
          revision,
        })),
        state,
        observation: observation([], { complete: false }),
      }),
    ])
    expect(decision?.plan).toBeNull()
  })
})
