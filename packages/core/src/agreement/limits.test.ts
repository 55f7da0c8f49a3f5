// What bounds the platform's duty: the contracted load and the caps, of agreements and of single levels (A3.2).
import { describe, expect, it } from 'vitest'
import {
  branded,
  durationMs,
  minutes,
  perSecond,
  ratio,
  type AgreementName,
  type LevelName,
  type PartName,
} from '../units/index.ts'
import type { Condition, Level, Terms } from './agreement.ts'
import { contractedLoad, instanceCap, loadConditions } from './limits.ts'
import { USUAL_THRESHOLDS } from './thresholds.ts'

const upTo = (rate: number): Condition => ({
  kind: 'load',
  atMost: perSecond(rate),
  statistic: 'average',
  per: minutes(1),
})

const partName = (name: string): PartName => branded<PartName>(name)

const cap = (atMost: number, part?: string): Condition =>
  part === undefined ? { kind: 'instances', atMost } : { kind: 'instances', atMost, part: partName(part) }

const level = (name: string, ...conditions: readonly Condition[]): Level => ({
  name: branded<LevelName>(name),
  metric: { kind: 'response-time', limit: durationMs(100) },
  ratio: ratio(0.9),
  window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
  scope: {},
  conditions,
})

const terms = (conditions: readonly Condition[], ...levels: readonly Level[]): Terms => ({
  agreement: branded<AgreementName>('gold'),
  version: 1,
  entry: null,
  levels,
  conditions,
})

describe('contractedLoad', () => {
  it.each<[string, readonly Terms[], number | null]>([
    ['the agreed load', [terms([upTo(10)], level('fast'))], 10],
    ['the strictest of several', [terms([upTo(10), upTo(8)], level('fast'))], 8],
    [
      'the most that any agreement holds up to',
      [terms([upTo(10)], level('a')), terms([upTo(20)], level('b'))],
      20,
    ],
    ['no bound where one agreement has none', [terms([upTo(10)], level('a')), terms([], level('b'))], null],
    [
      'the most that any level holds up to',
      [terms([], level('fast', upTo(10)), level('sure', upTo(50)))],
      50,
    ],
    ['no bound where one level has none', [terms([], level('fast', upTo(10)), level('sure'))], null],
    ['what binds both an agreement and its level', [terms([upTo(30)], level('fast', upTo(50)))], 30],
    ['the agreement alone where it promises no level', [terms([upTo(10)])], 10],
    ['no bound without an agreement', [], null],
  ])('is %s', (_, all, expected) => {
    expect(contractedLoad(all)).toBe(expected)
  })
})

describe('loadConditions', () => {
  it('are those of the agreement and of the level, and no others', () => {
    const fast = level('fast', upTo(20), { kind: 'characteristics', beyond: USUAL_THRESHOLDS })
    expect(loadConditions(terms([upTo(10), cap(5)], fast), fast)).toEqual([upTo(10), upTo(20)])
  })
})

describe('instanceCap', () => {
  const all = [terms([cap(20), cap(6, 'web')], level('fast', cap(15))), terms([cap(18), cap(4, 'data')])]

  it.each<[string | null, number | null]>([
    [null, 15],
    ['web', 6],
    ['data', 4],
    ['logic', null],
  ])('of %s is the strictest of all agreements and levels: %s', (part, expected) => {
    expect(instanceCap(all, part === null ? null : partName(part))).toBe(expected)
  })
})
