/** Goal: each process is either explained by one record or ended. Method: the decision alone, without processes. */
import { durationMs, epochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { specOf } from '../platform-contract.ts'
import { planAdoption } from './adoption.ts'
import type { InstanceRecord, RunRecord } from './instance-record.ts'
import type { MarkedProcess } from './process-identity.ts'

const spec = specOf('shop-data-1', {
  command: ['node'],
  directory: '/',
  environment: {},
  readiness: { kind: 'running' },
  drain: durationMs(0),
})

const record = (run: Partial<RunRecord> | null): InstanceRecord => ({
  spec,
  restarts: 0,
  failures: 0,
  stopping: false,
  run: run === null ? null : { mark: 'run-1', port: 4_000, startedAt: epochMs(0), process: null, ...run },
})

const found = (pid: number, run: string, group = pid): MarkedProcess => ({
  pid,
  group,
  run,
  started: `start-of-${pid}`,
})
const identity = { pid: 10, started: 'start-of-10' }

it('takes over the recorded process with all that it started', () => {
  const known = record({ process: identity })
  const marked = [found(10, 'run-1'), found(11, 'run-1', 10), found(12, 'run-1')]
  expect(planAdoption([{ record: known, alive: true }], marked, null)).toEqual({
    instances: [{ record: known, process: identity }],
    leftovers: [],
  })
})

it('finds the process that was started but not yet recorded by its mark', () => {
  const known = record({})
  const marked = [found(11, 'run-1', 10), found(10, 'run-1')]
  expect(planAdoption([{ record: known, alive: false }], marked, null)).toEqual({
    instances: [{ record: known, process: identity }],
    leftovers: [],
  })
})

it('takes over a recorded process that has overwritten its environment', () => {
  const known = record({ process: identity })
  expect(planAdoption([{ record: known, alive: true }], [], null).instances[0]?.process).toEqual(identity)
})

it('ends what is left of a run whose first process is no more', () => {
  const known = record({ process: identity })
  expect(planAdoption([{ record: known, alive: false }], [found(11, 'run-1', 10)], null)).toEqual({
    instances: [{ record: known, process: null }],
    leftovers: [10],
  })
})

it('ends an older run of an instance beside the recorded one', () => {
  const marked = [found(10, 'run-1'), found(20, 'run-0'), found(21, 'run-0', 20)]
  const plan = planAdoption([{ record: record({ process: identity }), alive: true }], marked, null)
  expect(plan.leftovers).toEqual([20])
})

it('ends what no record explains', () => {
  expect(planAdoption([], [found(30, 'run-9'), found(31, '')], null).leftovers).toEqual([30, 31])
})

it('never ends the server itself, nor a group that it took over', () => {
  const marked = [found(10, 'run-1'), found(40, 'run-9'), found(41, 'run-8', 10)]
  expect(
    planAdoption([{ record: record({ process: identity }), alive: true }], marked, 40).leftovers,
  ).toEqual([])
})

it('finds no process for an instance that waited for its restart', () => {
  expect(planAdoption([{ record: record(null), alive: false }], [], null).instances[0]?.process).toBeNull()
})
