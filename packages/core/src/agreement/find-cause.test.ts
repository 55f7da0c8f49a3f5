// Whose fault it is, in the order of A3.14, each with its evidence.
import { describe, expect, it } from 'vitest'
import {
  branded,
  durationMs,
  epochMs,
  perSecond,
  type InstanceId,
  type PartName,
  type ServiceName,
} from '../units/index.ts'
import { diagnosePart, type PartDiagnosis } from './diagnose-part.ts'
import { findCause, type Circumstances, type DependencyCircumstance, type FoundCause } from './find-cause.ts'
import type { InstanceFigures, PartCircumstance } from './part-figures.ts'
import { USUAL_THRESHOLDS } from './thresholds.ts'
import type { Cause } from './verdict.ts'

const now = epochMs(1_000_000_000)
const partOf = (name: string): PartName => branded<PartName>(name)

type Figures = Partial<PartCircumstance> & { readonly instances?: readonly InstanceFigures[] }

const part = (name: string, over: Figures = {}): PartDiagnosis =>
  diagnosePart(
    {
      part: partOf(name),
      expectedServiceMs: 20,
      measuredServiceMs: 21,
      waitingMs: 2,
      completed: 500,
      failed: 0,
      wanted: 3,
      ready: 3,
      instances: [],
      revisions: [],
      variation: 0.1,
      ...over,
    },
    USUAL_THRESHOLDS,
    now,
  )

/** The cause under usual circumstances but for what is given; parts are outside since now. */
function found(over: Partial<Circumstances>): FoundCause {
  const parts = over.parts ?? [part('web'), part('data')]
  return findCause({
    now,
    load: null,
    cap: null,
    parts,
    thresholds: USUAL_THRESHOLDS,
    outsideSince: new Map(parts.map((one) => [one.part, now])),
    dependencies: [],
    ...over,
  })
}

const cause = (over: Partial<Circumstances>): Cause => found(over).cause

const over = {
  measured: perSecond(12),
  contracted: perSecond(10),
  statistic: 'average',
  from: epochMs(now - 60_000),
  draining: false,
} as const

const payments = (over: Partial<DependencyCircumstance> = {}): DependencyCircumstance => ({
  service: branded<ServiceName>('payments'),
  state: 'breached',
  since: epochMs(now - 60_000),
  says: '400 of 1000 operations missed the limit.',
  ...over,
})

describe('findCause', () => {
  it('blames the load when it is above what was agreed, whatever else is wrong', () => {
    const blamed = cause({
      load: over,
      cap: { part: null, needed: 21, atMost: 20 },
      parts: [part('web', { measuredServiceMs: 90 })],
    })
    expect(blamed).toMatchObject({ kind: 'load', evidence: [{ observed: 12, expected: 10, unit: '1/s' }] })
    expect(blamed.since).toBe(over.from)
  })

  it('says that the backlog of a surge drains where the surge itself is over', () => {
    expect(cause({ load: { ...over, draining: true } }).evidence[0]?.says).toContain('still drains')
  })

  it('blames the cap before the application', () => {
    const blamed = cause({
      cap: { part: null, needed: 23, atMost: 20 },
      parts: [part('web', { measuredServiceMs: 90 })],
    })
    expect(blamed).toMatchObject({ kind: 'cap', evidence: [{ observed: 23, expected: 20 }] })
  })

  it('names the part that a cap holds', () => {
    const cap = { part: partOf('data'), needed: 12, atMost: 5 }
    expect(cause({ cap })).toMatchObject({
      kind: 'cap',
      part: 'data',
      evidence: [{ subject: 'data', says: expect.stringContaining('12 instances of part data; 5 are') }],
      helps: expect.stringContaining('12 instances'),
    })
  })

  it('says a cap on cost in money', () => {
    const cap = { part: null, needed: 250_000_000, atMost: 200_000_000, currency: 'EUR' }
    expect(cause({ cap }).evidence[0]?.says).toBe(
      'Keeping the level takes 250.00 EUR a month; 200.00 EUR a month is allowed.',
    )
  })

  it('blames the application when a part is slow of itself, and names the worst part', () => {
    const blamed = cause({
      parts: [part('web', { measuredServiceMs: 40 }), part('data', { measuredServiceMs: 80 })],
    })
    expect(blamed).toMatchObject({ kind: 'application', part: 'data' })
    expect(blamed.evidence.map(({ subject, observed }) => [subject, observed])).toEqual([
      ['data', 80],
      ['web', 40],
    ])
  })

  it('blames the application when a part answers with errors', () => {
    expect(cause({ parts: [part('web', { failed: 100 })] })).toMatchObject({
      kind: 'application',
      part: 'web',
    })
  })

  it('does not judge a part by a handful of operations', () => {
    expect(cause({ parts: [part('web', { measuredServiceMs: 90, completed: 3 })] }).kind).toBe('platform')
  })

  it('blames the application only when as many parts are outside as the agreement says', () => {
    const thresholds = { ...USUAL_THRESHOLDS, parts: 2 }
    const [slow, well] = [part('web', { measuredServiceMs: 90 }), part('data')]
    expect(cause({ thresholds, parts: [slow, well] }).kind).toBe('platform')
    expect(cause({ thresholds, parts: [slow, part('data', { measuredServiceMs: 90 })] }).kind).toBe(
      'application',
    )
  })

  it('blames the application only after it was outside for as long as the agreement says', () => {
    const thresholds = { ...USUAL_THRESHOLDS, lasting: durationMs(60_000) }
    const parts = [part('web', { measuredServiceMs: 90 })]
    const since = (ms: number) => new Map([[partOf('web'), epochMs(now - ms)]])
    expect(cause({ thresholds, parts, outsideSince: since(59_000) }).kind).toBe('platform')
    expect(cause({ thresholds, parts, outsideSince: since(60_000) })).toMatchObject({
      kind: 'application',
      since: now - 60_000,
    })
  })

  it('blames the platform for waiting, and shows which part waits and which has too few instances', () => {
    const blamed = cause({ parts: [part('web', { ready: 1 }), part('data', { waitingMs: 80 })] })
    expect(blamed).toMatchObject({ kind: 'platform', part: 'data' })
    expect(blamed.evidence.map(({ measure }) => measure)).toEqual(['ready instances', 'waiting time'])
  })

  it('is sure of the platform where an instance was lost, and not where some are only on their way', () => {
    const lost = { id: branded<InstanceId>('web-1'), phase: 'failed' } as const
    const figures: InstanceFigures = {
      ...lost,
      revision: 'r1',
      phaseSince: now,
      warming: false,
      restarts: 0,
      serviceMs: null,
      seen: 0,
      firstMs: null,
      failedShare: 0,
      ended: 0,
      host: null,
      heldUpShare: 0,
    }
    const blamed = found({ parts: [part('web', { ready: 2, instances: [figures] }), part('data')] })
    expect(blamed).toMatchObject({ sure: true, cause: { part: 'web' } })
    expect(blamed.cause.evidence[0]?.says).toBe('Instance web-1 of part web ended unasked.')
    expect(found({ parts: [part('web', { ready: 1 })] }).sure).toBe(false)
    expect(found({ parts: [part('web', { waitingMs: 80 })] }).sure).toBe(false)
  })
})

describe('a dependency that is not kept', () => {
  it('is blamed when nothing of its own is wrong', () => {
    expect(cause({ dependencies: [payments()] })).toMatchObject({
      kind: 'dependency',
      evidence: [{ subject: 'payments' }],
    })
  })

  it('explains a part that got slow after it, or a little before its verdict came', () => {
    const parts = [part('web', { measuredServiceMs: 90 })]
    for (const since of [epochMs(now - 60_000), epochMs(now + 100_000)])
      expect(cause({ parts, dependencies: [payments({ since })] })).toMatchObject({
        kind: 'dependency',
        part: 'web',
      })
  })

  it('does not explain a part that was slow long before it', () => {
    const parts = [part('web', { measuredServiceMs: 90 })]
    const outsideSince = new Map([[partOf('web'), epochMs(now - 1_000_000)]])
    expect(cause({ parts, outsideSince, dependencies: [payments()] }).kind).toBe('application')
  })

  it('does not explain missing instances or waiting while all parts take as long as expected', () => {
    const dependencies = [payments()]
    expect(cause({ dependencies, parts: [part('web', { ready: 1 })] }).kind).toBe('platform')
    expect(cause({ dependencies, parts: [part('web', { waitingMs: 80 })] }).kind).toBe('platform')
    expect(cause({ dependencies, parts: [part('web', { waitingMs: 80, measuredServiceMs: 27 })] }).kind).toBe(
      'dependency',
    )
  })
})
