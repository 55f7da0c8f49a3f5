// Whose fault it is, in the order of A3.14, each with its evidence.
import { describe, expect, it } from 'vitest'
import { perSecond, type PartName, type ServiceName } from '../units/index.ts'
import { findCause, type Circumstances, type PartCircumstance } from './find-cause.ts'

const part = (name: string, over: Partial<PartCircumstance> = {}): PartCircumstance => ({
  part: name as PartName,
  expectedServiceMs: 20,
  measuredServiceMs: 21,
  waitingMs: 2,
  completed: 500,
  failed: 0,
  wanted: 3,
  ready: 3,
  ...over,
})

const usual: Circumstances = { load: null, cap: null, parts: [part('web'), part('data')], dependencies: [] }
const over = { measured: perSecond(12), contracted: perSecond(10), statistic: 'average' } as const

describe('findCause', () => {
  it('blames the load when it is above what was agreed, whatever else is wrong', () => {
    const cause = findCause({
      ...usual,
      load: over,
      cap: { part: null, needed: 21, atMost: 20 },
      parts: [part('web', { measuredServiceMs: 90 })],
    })
    expect(cause).toMatchObject({ kind: 'load', evidence: [{ observed: 12, expected: 10, unit: '1/s' }] })
  })

  it('does not blame a load at the agreed bound', () => {
    expect(findCause({ ...usual, load: { ...over, measured: perSecond(10) } }).kind).toBe('platform')
  })

  it('blames the cap before the application', () => {
    const cause = findCause({
      ...usual,
      cap: { part: null, needed: 23, atMost: 20 },
      parts: [part('web', { measuredServiceMs: 90 })],
    })
    expect(cause).toMatchObject({ kind: 'cap', evidence: [{ observed: 23, expected: 20 }] })
  })

  it('names the part that a cap holds', () => {
    const cap = { part: 'data' as PartName, needed: 12, atMost: 5 }
    expect(findCause({ ...usual, cap })).toMatchObject({
      kind: 'cap',
      part: 'data',
      evidence: [{ subject: 'data', says: expect.stringContaining('12 instances of part data; 5 are') }],
    })
  })

  it('blames the application when a part is slow of itself, and names the worst part', () => {
    const cause = findCause({
      ...usual,
      parts: [part('web', { measuredServiceMs: 40 }), part('data', { measuredServiceMs: 80 })],
    })
    expect(cause).toMatchObject({ kind: 'application', part: 'data' })
    expect(cause.evidence.map(({ subject, observed }) => [subject, observed])).toEqual([
      ['data', 80],
      ['web', 40],
    ])
  })

  it('blames the application when a part answers with errors', () => {
    expect(findCause({ ...usual, parts: [part('web', { failed: 100 })] })).toMatchObject({
      kind: 'application',
      part: 'web',
    })
  })

  it('does not judge a part by a handful of operations', () => {
    expect(findCause({ ...usual, parts: [part('web', { measuredServiceMs: 90, completed: 3 })] }).kind).toBe(
      'platform',
    )
  })

  it('blames a dependency that is not kept when nothing of its own is wrong', () => {
    expect(findCause({ ...usual, dependencies: ['payments' as ServiceName] })).toMatchObject({
      kind: 'dependency',
      evidence: [{ subject: 'payments' }],
    })
  })

  it('blames the platform for waiting, and shows which part waits and which has too few instances', () => {
    const cause = findCause({ ...usual, parts: [part('web', { ready: 1 }), part('data', { waitingMs: 80 })] })
    expect(cause).toMatchObject({ kind: 'platform', part: 'web' })
    expect(cause.evidence.map(({ measure }) => measure)).toEqual(['ready instances', 'waiting time'])
  })
})
