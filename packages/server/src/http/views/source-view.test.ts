// Goal: how a source fares is said as whoever looks for a fault would say it.
import { branded, epochMs, type SourceName } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import type { SourceStatus } from '../../sources/index.ts'
import { sourceStatusView } from './source-view.ts'

const ran = (more: Partial<NonNullable<SourceStatus['run']>>): SourceStatus['run'] => ({
  rounds: 3,
  failed: 0,
  says: null,
  lastRoundAt: epochMs(1_000),
  lastSuccessAt: epochMs(1_000),
  ...more,
})

const status = (more: Partial<SourceStatus>): SourceStatus => ({
  name: branded<SourceName>('metrics'),
  declared: null,
  run: ran({}),
  arrivedAt: epochMs(1_000),
  series: 4,
  faults: {},
  believedAbout: [],
  ...more,
})
const viewOf = (more: Partial<SourceStatus>): ReturnType<typeof sourceStatusView> =>
  sourceStatusView(status(more), epochMs(2_000))

it('is well while some of what it says is understood', () => {
  expect(viewOf({ faults: { malformed: 2 } })).toMatchObject({ state: 'well', says: null })
})

it('fails where nothing that it says is understood', () => {
  expect(viewOf({ series: 0, faults: { malformed: 2 } })).toMatchObject({
    state: 'failing',
    says: 'Nothing that it says could be understood.',
  })
})

it('waits before its first round, and fails with what went wrong', () => {
  expect(viewOf({ run: ran({ rounds: 0 }), series: 0 }).state).toBe('waiting')
  expect(viewOf({ run: ran({ failed: 1, says: 'No answer.' }) })).toMatchObject({
    state: 'failing',
    says: 'No answer.',
  })
})
