/** Goal: the fake keeps the platforms' contract and obeys the test's clock. Method: a clock moved by hand. */
import { addDuration, durationMs, epochMs, seconds, type EpochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { createFakePlatform } from './fake-platform.ts'
import { describePlatformContract, specOf, type Behaviour } from './platform-contract.ts'
import type { InstanceSpec, RunSpec } from './platform.ts'

const STEP = durationMs(50)
/** More than any time-out or back-off that the contract waits for. */
const STEPS_AT_MOST = 2_000

const run = (behaviour: Behaviour): RunSpec => ({
  command: [behaviour],
  directory: '/',
  environment: {},
  readiness:
    behaviour === 'unasked'
      ? { kind: 'running' }
      : { kind: 'http', path: '/readyz', within: durationMs(300) },
  drain: seconds(5),
})

const behaviourOf = ({ run }: InstanceSpec) => ({
  readyAfter: run.command[0] === 'deaf' ? null : durationMs(100),
  endsAfter: durationMs(run.command[0] === 'lingers' ? 400 : 0),
})

function clockByHand(): { now: () => EpochMs; advance: () => void } {
  let time = epochMs(1_000)
  return {
    now: () => time,
    advance: () => {
      time = addDuration(time, STEP)
    },
  }
}

describePlatformContract('The fake', async (limits) => {
  const { now, advance } = clockByHand()
  const platform = createFakePlatform({ now, limits, behaviour: behaviourOf })
  return {
    platform,
    run,
    async until(condition) {
      for (let step = 0; step < STEPS_AT_MOST; step++) {
        if (await condition()) return
        advance()
      }
      throw new Error('the condition never held')
    },
    async finish(promise) {
      for (let step = 0; step < STEPS_AT_MOST; step++) {
        advance()
        platform.settle()
      }
      return promise
    },
    crash: async (id) => platform.crash(id),
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  }
})

it('does nothing before its time has come', async () => {
  const { now, advance } = clockByHand()
  const platform = createFakePlatform({ now, limits: { instances: 1 }, behaviour: behaviourOf })
  await platform.start(specOf('shop-data-1', run('serves')))
  expect(await platform.list()).toMatchObject([{ phase: 'starting' }])
  advance()
  expect(await platform.list()).toMatchObject([{ phase: 'starting' }])
  advance()
  expect(await platform.list()).toMatchObject([{ phase: 'ready', phaseSince: 1_100 }])
})

it('gives up an instance that can never be started, as a real platform does', async () => {
  const { now, advance } = clockByHand()
  const behaviour = () => ({ startFault: 'no such program' })
  const platform = createFakePlatform({ now, limits: { instances: 1 }, behaviour })
  await platform.start(specOf('shop-data-1', run('serves')))
  for (let step = 0; step < STEPS_AT_MOST; step++) advance()
  const [instance] = await platform.list()
  expect(instance).toMatchObject({ phase: 'failed', restarts: 7, address: null })
  expect(instance?.says).toBe('could not be started: no such program; given up after 8 failures in a row')
})

it('kills an instance that does not end within its drain', async () => {
  const { now, advance } = clockByHand()
  const platform = createFakePlatform({
    now,
    limits: { instances: 1 },
    behaviour: () => ({ endsAfter: null }),
  })
  const spec = specOf('shop-data-1', run('serves'))
  await platform.start(spec)
  const stopping = platform.stop(spec.id)
  const before = now()
  while ((await platform.list()).length > 0) advance()
  expect(now() - before).toBe(spec.run.drain)
  expect(await stopping).toEqual({ ok: true })
})
