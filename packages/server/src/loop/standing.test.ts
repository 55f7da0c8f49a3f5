// How services stand towards those that depend on them. Goal: troubled only while they are, since when they are,
// and unknown wherever nothing is known.
import { describe, expect, it } from 'vitest'
import type { Agreement, Cause, Condition, Level, Verdict, VerdictState } from '@holdfast/core/agreement'
import type { Standing } from '@holdfast/core/control'
import {
  branded,
  epochMs,
  ratio,
  type AgreementName,
  type EpochMs,
  type LevelName,
  type ServiceName,
} from '@holdfast/core/units'
import { standingOf, standingsFor } from './standing.ts'

const mail = branded<ServiceName>('mail')
const shop = branded<ServiceName>('shop')
const at = (second: number): EpochMs => epochMs(1_000_000_000_000 + second * 1_000)

function verdict(state: VerdictState, over: Partial<Verdict> = {}): Verdict {
  const since = over.cause?.since ?? at(0)
  const cause: Cause = { kind: 'platform', part: null, since, evidence: [], helps: '' }
  return {
    agreement: branded<AgreementName>('standard'),
    level: branded<LevelName>('fast'),
    at: at(100),
    window: { from: at(0), to: at(3_600) },
    state,
    met: 80,
    missed: 20,
    missedBy: { platform: 20 },
    promised: ratio(0.9),
    measured: ratio(0.8),
    platformShare: ratio(0.8),
    budget: { allowed: 10, left: -10 },
    burn: 2,
    cause: state === 'breached' || state === 'at-risk' ? cause : null,
    reason: '20 of 100 operations missed the limit.',
    ...over,
  }
}

const troubledSince = (second: number): Partial<Verdict> => ({
  cause: { kind: 'load', part: null, since: at(second), evidence: [], helps: '' },
})

describe('how a service stands', () => {
  it('is its worst level, with what is said of it', () => {
    const verdicts = [verdict('kept'), verdict('at-risk'), verdict('breached', { reason: 'Too slow.' })]
    const { state, says } = standingOf(mail, verdicts, null, at(100))
    expect([state, says]).toEqual(['breached', 'Level fast: Too slow.'])
  })

  it('is troubled since its first miss, also where a loop that has just started sees it', () => {
    const verdicts = [verdict('at-risk', troubledSince(70)), verdict('breached', troubledSince(40))]
    expect(standingOf(mail, verdicts, null, at(100)).since).toBe(at(40))
  })

  it('stays troubled since then while its causes change', () => {
    const first = standingOf(mail, [verdict('at-risk', troubledSince(40))], null, at(50))
    const second = standingOf(mail, [verdict('breached', troubledSince(90))], first, at(100))
    expect(second).toMatchObject({ state: 'breached', since: at(40) })
    const kept = standingOf(mail, [verdict('kept')], second, at(102))
    expect(kept).toMatchObject({ state: 'kept', since: at(102) })
    expect(standingOf(mail, [verdict('kept')], kept, at(104)).since).toBe(at(102))
    expect(standingOf(mail, [verdict('at-risk', troubledSince(103))], kept, at(104)).since).toBe(at(103))
  })

  it('is kept again when a broken window goes well of late, for the rest of it', () => {
    const broken = standingOf(mail, [verdict('breached', { burn: 4 })], null, at(100))
    const well = standingOf(mail, [verdict('breached', { burn: 0.5 })], broken, at(102))
    expect(well).toMatchObject({ state: 'kept', since: at(102) })
    expect(well.says).toContain('A window of it is broken')
  })

  it('is unknown without a level that is in force and measured', () => {
    expect(standingOf(mail, [], null, at(1)).state).toBe('unknown')
    expect(standingOf(mail, [verdict('unknown')], null, at(1)).state).toBe('unknown')
    expect(standingOf(mail, [verdict('unknown'), verdict('kept')], null, at(1)).state).toBe('kept')
  })
})

const on = (service: ServiceName): Condition => ({ kind: 'dependency', service })

function agreement(over: Partial<Agreement>): Agreement {
  return {
    name: branded<AgreementName>('standard'),
    service: shop,
    version: 1,
    from: null,
    levels: [],
    conditions: [],
    schedule: [],
    remedies: [],
    price: null,
    places: null,
    coldStart: 'refused',
    ...over,
  }
}

const level = (conditions: readonly Condition[]): Level => ({
  name: branded<LevelName>('fast'),
  metric: { kind: 'error-ratio' },
  ratio: ratio(0.9),
  window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
  scope: {},
  conditions,
})

describe('the standings that a service is decided with', () => {
  const standing: Standing = {
    service: mail,
    state: 'kept',
    since: at(0),
    says: 'It keeps what it promised.',
  }

  it('are of the services that its agreements and their levels name, each once', () => {
    const agreements = [agreement({ conditions: [on(mail)], levels: [level([on(mail)])] })]
    expect(standingsFor(agreements, new Map([[mail, standing]]), at(9))).toEqual([standing])
    expect(standingsFor([agreement({})], new Map([[mail, standing]]), at(9))).toEqual([])
  })

  it('are only of what is in force', () => {
    const later = agreement({ version: 2, from: at(10), conditions: [on(mail)] })
    const agreements = [agreement({}), later]
    expect(standingsFor(agreements, new Map([[mail, standing]]), at(9))).toEqual([])
    expect(standingsFor(agreements, new Map([[mail, standing]]), at(10))).toEqual([standing])
  })

  it('say of a service that is not there, and of one not judged yet, that nothing is known', () => {
    const agreements = [agreement({ conditions: [on(mail)] })]
    expect(standingsFor(agreements, new Map(), at(9))).toEqual([
      { service: mail, state: 'unknown', since: at(9), says: 'There is no service of this name.' },
    ])
    expect(standingsFor(agreements, new Map([[mail, null]]), at(9))).toMatchObject([
      { state: 'unknown', says: 'It was not judged yet.' },
    ])
  })
})
