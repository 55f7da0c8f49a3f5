// Scale to zero under the real tick (A3.19): asleep when nothing comes, awake with the first operation.
import { describe, expect, it } from 'vitest'
import type { Agreement, Service } from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { epochMs } from '../units/index.ts'
import { newServiceState, type DecideInput } from './decide.ts'
import {
  agreement,
  decideInput,
  expected,
  observation,
  part,
  partSeen,
  seen,
  serviceOf,
  TEN,
} from './testing/shop.ts'
import { tick, type TickDecision } from './tick.ts'

const TICK_MS = 5_000

const sleepy: Service = serviceOf(part('web', { characteristics: expected(50, 10), minInstances: 0 }))

class Run {
  input: DecideInput
  at = TEN

  constructor(service: Service, agreements: readonly Agreement[]) {
    this.input = decideInput({ service, agreements, state: newServiceState })
  }

  get count(): number {
    return this.input.desired.length
  }

  ticks(count: number, arrivals: number, over: Partial<ServiceObservation> = {}): TickDecision[] {
    return Array.from({ length: count }, () => {
      this.at += TICK_MS
      const present = this.input.desired.map((one) => seen(one))
      const queued = present.length === 0 ? arrivals : 0
      const parts = [partSeen('web', present, { arrivals, queued })]
      const span = { from: epochMs(this.at - TICK_MS), to: epochMs(this.at) }
      const completed = arrivals - queued
      this.input = {
        ...this.input,
        now: epochMs(this.at),
        observation: observation(present, { span, arrivals, completed, parts, ...over }),
      }
      const [decision] = tick([this.input])
      if (decision === undefined) throw new Error('one service gives one decision')
      expect(decision.violations).toEqual([])
      const { state, plan } = decision
      const { desired, generation } = plan ?? this.input
      this.input = { ...this.input, state: JSON.parse(JSON.stringify(state)), desired, generation }
      return decision
    })
  }
}

const MINUTES = 12
const allowed = [agreement({ coldStart: 'allowed' })]

const codes = (decisions: readonly TickDecision[]): string[] =>
  decisions.flatMap(({ plan }) => plan?.changes.map(({ kind, reason }) => `${kind} ${reason.code}`) ?? [])

describe('a service that may sleep', () => {
  it('has no instance after minutes without an operation, and says why', () => {
    const run = new Run(sleepy, allowed)
    run.ticks(2 * MINUTES, 5)
    expect(run.count).toBeGreaterThan(0)
    run.ticks(4 * MINUTES, 0)
    expect(run.count).toBeGreaterThan(0)
    const decisions = run.ticks(26 * MINUTES, 0)
    expect(run.count).toBe(0)
    expect(codes(decisions).at(-1)).toBe('stop idle')
  })

  it('starts with the tick that sees the first operation', () => {
    const run = new Run(sleepy, allowed)
    run.ticks(2 * MINUTES, 5)
    run.ticks(30 * MINUTES, 0)
    expect(codes(run.ticks(1, 1))).toContain('start woken')
    expect(run.count).toBeGreaterThan(0)
  })

  it('changes nothing more while it sleeps', () => {
    const run = new Run(sleepy, allowed)
    run.ticks(2 * MINUTES, 5)
    run.ticks(30 * MINUTES, 0)
    expect(codes(run.ticks(10 * MINUTES, 0))).toEqual([])
  })

  it('keeps an instance where any agreement refuses a cold start, or the part has a minimum', () => {
    const refused = new Run(sleepy, [agreement()])
    refused.ticks(2 * MINUTES, 5)
    refused.ticks(30 * MINUTES, 0)
    expect(refused.count).toBeGreaterThan(0)
    const kept = new Run(serviceOf(part('web', { characteristics: expected(50, 10) })), allowed)
    kept.ticks(2 * MINUTES, 5)
    kept.ticks(30 * MINUTES, 0)
    expect(kept.count).toBeGreaterThan(0)
  })

  it('does not fall asleep while a measurement is missing', () => {
    const run = new Run(sleepy, allowed)
    run.ticks(2 * MINUTES, 5)
    run.ticks(30 * MINUTES, 0, { complete: false })
    expect(run.count).toBeGreaterThan(0)
  })

  it('wakes and sleeps without a model too', () => {
    const run = new Run(serviceOf(part('web', { minInstances: 0 })), [])
    run.ticks(2, 1)
    expect(run.count).toBe(1)
    run.ticks(6 * MINUTES, 0)
    expect(run.count).toBe(0)
  })
})
