// Goal: "why" picks the right decision and says what it saw, thought, did, and what came of it.
import type { DesiredInstance } from '@holdfast/core/control'
import { epochMs, type ServiceName } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import type { JournalEntry } from '../../store/store.ts'
import { explain } from './explain.ts'

const nine = Date.UTC(2026, 10, 27, 9)
const minute = 60_000
const shop = 'shop' as ServiceName

const entry = (
  sequence: number,
  minutes: number,
  kind: JournalEntry['kind'],
  body: unknown,
): JournalEntry => ({
  service: shop,
  sequence,
  at: epochMs(nine + minutes * minute),
  kind,
  actor: 'loop',
  body: JSON.stringify(body),
  previousHash: '',
  hash: '',
})

const times = (count: number, meanMs: number) => ({
  count,
  meanMs,
  squaredVariation: 1,
  p50Ms: meanMs,
  p90Ms: meanMs * 2,
  p99Ms: meanMs * 4,
  maxMs: meanMs * 5,
})
const instance = (
  id: string,
): Pick<DesiredInstance, 'revision'> & { readonly id: string; readonly part: string } => ({
  id,
  part: 'web',
  revision: 'r1',
})
const loadRises = { code: 'load-rises', part: 'web', says: 'Load rose to 9 a second.' }

const decision = (minutes: number, plan: unknown, reasons: readonly unknown[]) => ({
  at: nine + minutes * minute,
  basedOn: 1,
  generation: 2,
  observation: {
    service: 'shop',
    span: { from: nine + minutes * minute - 10_000, to: nine + minutes * minute },
    complete: true,
    arrivals: 90,
    completed: 88,
    failed: 2,
    response: times(88, 40),
    levels: [],
    parts: [
      {
        part: 'web',
        arrivals: 90,
        completed: 88,
        failed: 2,
        queued: 3,
        inPartMean: 2,
        service: times(88, 21),
        waiting: times(88, 12.346),
        instances: [{ phase: 'ready' }, { phase: 'starting' }],
      },
    ],
  },
  verdicts: [
    {
      agreement: 'shop-gold',
      level: 'quick',
      at: nine,
      window: { from: nine, to: nine + 60 * minute },
      state: 'kept',
      met: 88,
      missed: 2,
      promised: 0.9,
      measured: 0.978,
      budget: { allowed: 9, left: 7 },
      burn: 0.2,
      cause: null,
      reason: '98 % within 100 ms.',
    },
  ],
  plan,
  reasons,
  before: {},
})

const grows = {
  at: nine,
  basedOn: 1,
  generation: 2,
  desired: [instance('web-1'), instance('web-2')],
  changes: [{ kind: 'start', instance: instance('web-2'), reason: loadRises }],
}
const entries = [
  entry(1, 0, 'decision', decision(0, grows, [loadRises])),
  entry(2, 0, 'outcome', {
    decision: 1,
    actions: [{ kind: 'start', instance: 'web-2', ok: false, says: 'no port' }],
  }),
  entry(
    3,
    5,
    'decision',
    decision(5, null, [{ code: 'held-to-settle', part: 'web', says: 'Waits for web-2.' }]),
  ),
  entry(4, 6, 'change', { action: 'changed' }),
]

it('explains the latest decision at or before the instant that is asked for', () => {
  const why = explain('shop', entries, epochMs(nine + 4 * minute))
  expect(why).toMatchObject({
    service: 'shop',
    askedFor: '2026-11-27T09:04:00.000Z',
    decidedAt: '2026-11-27T09:00:00.000Z',
    sequence: 1,
    says: 'web goes from 1 to 2 instances: Load rose to 9 a second.',
    changes: [{ part: 'web', from: 1, to: 2, reason: loadRises }],
    verdicts: [
      { agreement: 'shop-gold', level: 'quick', windowTo: '2026-11-27T10:00:00.000Z', missesLeft: 7 },
    ],
    outcome: ['start web-2: failed, no port'],
  })
})

it('says what the decision saw, in figures with units', () => {
  expect(explain('shop', entries, epochMs(nine)).observed).toEqual([
    'Over 10 s: 90 operations arrived (9 a second), 2 failed.',
    'Response time: 90 % within 80 ms, 99 % within 160 ms.',
    'web: 1 of 2 instances ready, 3 operations queued, service 21 ms and waiting 12.3 ms on average.',
  ])
})

it('says why nothing was changed', () => {
  expect(explain('shop', entries, epochMs(nine + 9 * minute))).toMatchObject({
    sequence: 3,
    changes: [],
    says: 'Everything stayed as it was. Waits for web-2.',
    outcome: [],
  })
})

it('says of advice that it was not carried out', () => {
  const body = { ...decision(5, null, [loadRises]), advice: grows }
  const why = explain('shop', [entry(5, 5, 'decision', body)], epochMs(nine + 9 * minute))
  expect(why).toMatchObject({
    says: 'Only advised, not carried out: web would go from 1 to 2 instances: Load rose to 9 a second.',
    changes: [],
    advice: [{ part: 'web', from: 1, to: 2 }],
  })
})

it('says how the services fared that it depends on', () => {
  const dependencies = [
    {
      service: 'mail',
      state: 'breached',
      since: nine,
      says: 'Level fast: 9 of 10 operations missed the limit.',
    },
  ]
  const body = { ...decision(5, null, []), dependencies }
  const why = explain('shop', [entry(5, 5, 'decision', body)], epochMs(nine + 9 * minute))
  expect(why.observed.at(-1)).toBe(
    'Service mail, which this one depends on: breached since 2026-11-27T09:00:00.000Z. Level fast: 9 of 10 operations missed the limit.',
  )
})

it('says so when nothing was decided up to then', () => {
  expect(explain('shop', entries, epochMs(nine - 1))).toMatchObject({
    sequence: null,
    says: 'Nothing was decided for shop up to then.',
  })
})

it('passes over entries whose body it cannot read', () => {
  const unreadable = [
    entry(5, 7, 'decision', { from: 'another version' }),
    { ...entry(6, 8, 'decision', 0), body: '{' },
  ]
  expect(explain('shop', [...entries, ...unreadable], epochMs(nine + 9 * minute)).sequence).toBe(3)
})
