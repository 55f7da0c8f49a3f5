/**
 * Goal: what a run's owner, its neighbours and its clocks do comes to the tick as it would in production.
 * Method: runs of the example shop in which one of them does something.
 */
import { branded, durationMs, minutes, perSecond, seconds, type ServiceName } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import type { Autoscaler } from './autoscaler.ts'
import { runAutoscaler } from './run-autoscaler.ts'
import { simulate } from './run-simulation.ts'
import { shop, shopAgreement } from './shop.ts'
import { SIMULATION_BEGINS, type SimulatedTick, type SimulationInput } from './simulation-input.ts'
import type { Fault } from './world/faults.ts'

const [, middle] = shop.parts
if (middle === undefined) throw new Error('The shop has three parts.')

const initial = Object.fromEntries(shop.parts.map(({ name }, i) => [name, [3, 5, 9][i] ?? 1]))

const calm: SimulationInput = {
  service: shop,
  agreements: [shopAgreement],
  load: { kind: 'constant', rate: perSecond(5) },
  seed: 2,
  duration: minutes(20),
  tickEvery: seconds(5),
  initial,
}

function ticksOf(more: Partial<SimulationInput>): readonly SimulatedTick[] {
  const ticks: SimulatedTick[] = []
  const { summary } = simulate({ ...calm, ...more, onTick: (ticked) => ticks.push(ticked) })
  expect(summary.violations).toEqual([])
  return ticks
}

const revisionsOf = ({ observation }: SimulatedTick): readonly string[] =>
  observation.parts.flatMap(({ instances }) => instances.map(({ part, revision }) => `${part} ${revision}`))

const deploy: Fault = {
  kind: 'bad-deploy',
  part: middle.name,
  revision: '2',
  factor: 1,
  failedShare: 0,
  at: minutes(5),
}

test('Instances that a run begins with are ready at once, and its first tick finds them there.', () => {
  const [first] = ticksOf({})
  const phases = first?.observation.parts.flatMap(({ instances }) => instances.map(({ phase }) => phase))
  expect(phases).toEqual(Array<string>(17).fill('ready'))
  const stopped = first?.decision.plan?.changes.filter(({ kind }) => kind === 'stop') ?? []
  expect(stopped).toEqual([])
})

test('A tick whose signal is old sees the span that ended so long ago, and the promise is kept all the same.', () => {
  const ticks = ticksOf({ signalAge: seconds(15) })
  for (const { now, observation } of ticks.slice(3)) expect(now - observation.span.to).toBe(15_000)
  expect(ticks.slice(0, 3).every(({ observation }) => !observation.complete)).toBe(true)
  const { figures } = simulate({ ...calm, signalAge: seconds(15) })
  const [window] = figures.levels[0]?.windows ?? []
  expect((window?.met ?? 0) / ((window?.met ?? 0) + (window?.missed ?? 0))).toBeGreaterThan(0.9)
})

test('The tick is told how the services fare that are called, in its entries of the journal too.', () => {
  const service = branded<ServiceName>('payments')
  const { journal } = simulate({
    ...calm,
    faults: [
      {
        kind: 'slow-dependency',
        part: middle.name,
        service,
        addedMs: 200,
        from: minutes(5),
        to: minutes(15),
      },
    ],
  })
  const told = journal.map(({ body }) => JSON.parse(body))
  const states = told.map(({ at, dependencies }) => [
    at - SIMULATION_BEGINS < minutes(5) || at - SIMULATION_BEGINS >= minutes(15) ? 'kept' : 'breached',
    dependencies[0]?.state,
  ])
  expect(states.every(([expected, state]) => expected === state)).toBe(true)
  expect(states.some(([expected]) => expected === 'breached')).toBe(true)
})

test(
  'A deployed revision replaces the old one, for Holdfast and for any other rule.',
  { timeout: 20_000 },
  () => {
    const last = ticksOf({ faults: [deploy] }).at(-1)
    const still: Autoscaler<null> = {
      name: 'still',
      every: seconds(15),
      signalAge: durationMs(0),
      begin: null,
      decide: (_, { counts }) => ({ state: null, counts }),
    }
    let seen: readonly string[] = []
    const { figures } = runAutoscaler(
      {
        ...calm,
        faults: [deploy],
        onTick: ({ seen: { observation } }) => {
          seen = observation.parts.flatMap(({ instances }) =>
            instances.map(({ part, revision }) => `${part} ${revision}`),
          )
        },
      },
      still,
    )
    for (const revisions of [last === undefined ? [] : revisionsOf(last), seen]) {
      expect(revisions).toContain(`${middle.name} 2`)
      expect(revisions).not.toContain(`${middle.name} 1`)
    }
    // One more at a time, so that the five that were there stay that many.
    expect(figures.started).toBe(5)
    expect(figures.stopped).toBe(5)
    expect(figures.failed).toBe(0)
  },
)
