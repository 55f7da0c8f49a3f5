// A service that is only advised (A3.24). Goal: what is decided is said and never ordered, it is the same for as
// long as its ground lasts, and is said once; from the tick on that acts again it is carried out.
import { describe, expect, it } from 'vitest'
import type { Service } from '../agreement/index.ts'
import type { InstancePhase } from '../health/index.ts'
import { branded, epochMs, type LevelName, type PartName } from '../units/index.ts'
import { isWorthAnEntry, decisionEntry, saidBy, type Said } from './decision-entry.ts'
import type { DecideInput } from './decide.ts'
import type { DesiredInstance, Plan } from './plan.ts'
import { tick, type TickDecision } from './tick.ts'
import { agreement, decideInput, instances, observation, seen, shop, TEN } from './testing/shop.ts'

const TICK_MS = 5_000

/** Longer than everything that is waited for before instances go. */
const LONG = 30

interface World {
  readonly mode: Service['mode']
  readonly desired: readonly DesiredInstance[]
  /** Operations a second. */
  readonly load: number
  readonly phase?: InstancePhase
  readonly missed?: number
}

const SERVICES: Readonly<Record<Service['mode'], Service>> = {
  act: shop,
  advise: { ...shop, mode: 'advise' },
}

/** Ticks a service in a world that does only what it is told. */
class Run {
  input: DecideInput = decideInput({ agreements: [agreement()] })
  said: Said = null
  entries = 0

  ticks(count: number, { mode, desired, load, phase = 'ready', missed = 0 }: World): readonly TickDecision[] {
    return Array.from({ length: count }, () => {
      const from = this.input.now
      const now = epochMs(from + TICK_MS)
      const present = desired.map((one) => seen(one, phase))
      const arrivals = (load * TICK_MS) / 1_000
      const levels = [{ level: branded<LevelName>('fast'), met: arrivals - missed, missed }]
      const span = { from: epochMs(from), to: now }
      this.input = {
        ...this.input,
        service: SERVICES[mode],
        desired,
        now,
        observation: observation(present, { span, arrivals, levels }),
      }
      const [decision] = tick([this.input])
      if (decision === undefined) throw new Error('one service gives one decision')
      if (isWorthAnEntry(decision, this.said)) this.entries += 1
      this.said = saidBy(decision)
      this.input = { ...this.input, state: decision.state }
      return decision
    })
  }
}

const countsOf = (plan: Plan | null | undefined): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { part } of plan?.desired ?? []) counts[part] = (counts[part] ?? 0) + 1
  return counts
}

const running = (web: number, logic: number, data: number): readonly DesiredInstance[] => [
  ...instances('web', web),
  ...instances('logic', logic),
  ...instances('data', data),
]

describe('a service that is only advised', () => {
  it('is told at every tick which first instances to start, and is not given one', () => {
    const run = new Run()
    const decisions = run.ticks(LONG, { mode: 'advise', desired: [], load: 0 })
    expect(decisions.map(({ plan }) => plan)).toEqual(decisions.map(() => null))
    const [first] = decisions
    expect(first?.advice?.changes.map(({ kind, reason }) => `${kind} ${reason.code}`)).toEqual(
      first?.advice?.changes.map(() => 'start first-instances'),
    )
    expect(first?.advice?.desired.length).toBeGreaterThanOrEqual(18)
    expect(run.input.state.wanted).toEqual({})
  })

  it('is advised to what would be done with the same instances if it acted', () => {
    const acts = new Run().ticks(1, { mode: 'act', desired: [], load: 0 })
    const advised = new Run().ticks(1, { mode: 'advise', desired: [], load: 0 })
    expect(advised[0]?.advice).toEqual(acts[0]?.plan)
    const codes = (decision: TickDecision | undefined): readonly string[] =>
      (decision?.reasons ?? []).map(({ code }) => code).filter((code) => code !== 'steady')
    expect(codes(advised[0])).toEqual(codes(acts[0]))
    expect(advised[0]?.reasons.some(({ code }) => code === 'steady')).toBe(false)
    expect(acts[0]?.advice).toBeNull()
  })

  it('is told the same for as long as there is ground for it, in one entry', () => {
    const run = new Run()
    const desired = running(2, 2, 4)
    run.ticks(LONG, { mode: 'advise', desired, load: 9 })
    const entries = run.entries
    const later = run.ticks(LONG, { mode: 'advise', desired, load: 9 })
    expect(later.every(({ advice }) => advice !== null)).toBe(true)
    expect(new Set(later.map(({ advice }) => JSON.stringify(countsOf(advice)))).size).toBe(1)
    expect(run.entries).toBe(entries)
  })

  it('is not told more and more because it misses what it was not given instances for', () => {
    const run = new Run()
    const desired = running(2, 2, 4)
    const first = run.ticks(LONG, { mode: 'advise', desired, load: 9 }).at(-1)
    const missing = run.ticks(LONG, { mode: 'advise', desired, load: 9, missed: 40 }).at(-1)
    const [before, after] = [first?.advice?.desired.length ?? 0, missing?.advice?.desired.length ?? 0]
    expect(Math.abs(after - before)).toBeLessThanOrEqual(1)
    expect(run.input.state.scale.pressure).toBe(1)
  })

  it('is told of fewer that would do, steadily, and of nothing once it has them', () => {
    const run = new Run()
    const many = running(4, 5, 10)
    run.ticks(LONG, { mode: 'advise', desired: many, load: 1 })
    const advised = run.ticks(LONG, { mode: 'advise', desired: many, load: 1 })
    const counts = countsOf(advised.at(-1)?.advice)
    expect(advised.every(({ advice }) => advice?.changes.every(({ kind }) => kind === 'stop'))).toBe(true)
    const of = (part: string): number => counts[part as PartName] ?? 0
    const followed = running(of('web'), of('logic'), of('data'))
    expect(run.ticks(LONG, { mode: 'advise', desired: followed, load: 1 }).at(-1)?.advice).toBeNull()
  })

  it('is told of lost instances, which stay lost', () => {
    const run = new Run()
    const desired = running(4, 5, 10)
    run.ticks(1, { mode: 'advise', desired, load: 0 })
    const [lost] = run.ticks(1, { mode: 'advise', desired, load: 0, phase: 'failed' })
    expect(lost?.plan).toBeNull()
    expect(lost?.advice?.changes.some(({ reason }) => reason.code === 'lost-instance')).toBe(true)
  })

  it('gets what was advised with the first tick that acts', () => {
    const run = new Run()
    const advised = run.ticks(3, { mode: 'advise', desired: [], load: 0 }).at(-1)
    const [acted] = run.ticks(1, { mode: 'act', desired: [], load: 0 })
    expect(acted?.advice).toBeNull()
    expect(countsOf(acted?.plan)).toEqual(countsOf(advised?.advice))
  })

  it('is judged by the instances that it has, whoever decided on them', () => {
    const enough = new Run().ticks(2, { mode: 'advise', desired: running(4, 5, 10), load: 5 }).at(-1)
    expect(enough?.verdicts.map(({ state }) => state)).toEqual(['kept'])
  })

  it('has its advice in the entry, which services that act do not have', () => {
    const bodyOf = (mode: Service['mode']): unknown => {
      const input = decideInput({ service: { ...shop, mode }, now: epochMs(TEN) })
      const [decision] = tick([input])
      if (decision === undefined) throw new Error('one service gives one decision')
      return JSON.parse(decisionEntry(input, decision, 1).body)
    }
    expect(bodyOf('advise')).toMatchObject({ plan: null, basedOn: 0, generation: 0, advice: { basedOn: 0 } })
    expect(bodyOf('act')).not.toHaveProperty('advice')
  })

  it('is not advised to what would break an invariant', () => {
    const [twice] = instances('web', 1)
    if (twice === undefined) throw new Error('one is given')
    const service: Service = { ...shop, mode: 'advise' }
    const [decision] = tick([decideInput({ service, desired: [twice, twice] })])
    expect(decision?.advice).toBeNull()
    expect(decision?.violations).not.toEqual([])
  })
})
