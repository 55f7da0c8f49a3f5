/**
 * Goal: any rule runs in the same world, sees only what it may see, and its run comes to figures that add up.
 * Method: rules that do one known thing, on the example shop.
 */
import type { InstanceCounts } from '@holdfast/core/allocation'
import { durationMs, minutes, perSecond, seconds, type DurationMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import type { Autoscaler, Seen } from './autoscaler.ts'
import { runAutoscaler } from './run-autoscaler.ts'
import { simulate } from './run-simulation.ts'
import { shop, shopAgreement } from './shop.ts'
import { SIMULATION_BEGINS, type RunInput } from './simulation-input.ts'

const [front, middle, back] = shop.parts.map(({ name }) => name)
if (front === undefined || middle === undefined || back === undefined)
  throw new Error('The shop has three parts.')

const countsOf = (...[a, b, c]: readonly [number, number, number]): InstanceCounts => ({
  [front]: a,
  [middle]: b,
  [back]: c,
})

const plenty = countsOf(3, 5, 10)

const shopRun: RunInput = {
  service: shop,
  agreements: [shopAgreement],
  load: { kind: 'constant', rate: perSecond(5) },
  seed: 3,
  duration: minutes(90),
  initial: plenty,
}

/** Wants what the script says for the number of its decision; notes all that it sees. */
function scripted(
  script: (decision: number) => InstanceCounts,
  timing: { readonly every?: DurationMs; readonly signalAge?: DurationMs } = {},
): { readonly autoscaler: Autoscaler<number>; readonly seen: (readonly [now: number, Seen])[] } {
  const seen: (readonly [now: number, Seen])[] = []
  const { every = seconds(15), signalAge = durationMs(0) } = timing
  return {
    seen,
    autoscaler: {
      name: 'scripted',
      every,
      signalAge,
      begin: 0,
      decide(state, what, now) {
        seen.push([now - SIMULATION_BEGINS, what])
        return { state: state + 1, counts: script(state) }
      },
    },
  }
}

test('Where counts stay, nothing is started, stopped or scaled, and instances count for all of the time.', () => {
  const { figures, decisions } = runAutoscaler(shopRun, scripted(() => plenty).autoscaler)
  expect(decisions).toBe(90 * 4 + 1)
  expect([figures.scalings, figures.started, figures.stopped, figures.failed]).toEqual([0, 0, 0, 0])
  expect(figures.instanceMs).toEqual({
    [front]: 3 * minutes(90),
    [middle]: 5 * minutes(90),
    [back]: 10 * minutes(90),
  })
})

test('The windows of a level hold each operation that ended, in the hour in which it did.', () => {
  const { figures } = runAutoscaler(shopRun, scripted(() => plenty).autoscaler)
  const [level] = figures.levels
  expect(level?.windows.map(({ from, to }) => [from - SIMULATION_BEGINS, to - SIMULATION_BEGINS])).toEqual([
    [0, minutes(60)],
    [minutes(60), minutes(120)],
  ])
  const counted = level?.windows.reduce((sum, { met, missed }) => sum + met + missed, 0)
  expect(counted).toBe(figures.completed)
  expect(figures.arrivals - figures.completed).toBeLessThan(10)
})

test('Seconds without instances are seconds below, as soon as operations end again.', () => {
  const { figures } = runAutoscaler(
    shopRun,
    scripted((n) => (n < 40 ? countsOf(1, 1, 1) : plenty)).autoscaler,
  )
  const [level] = figures.levels
  expect(level?.secondsBelow).toBeGreaterThan(9 * 60)
  expect(level?.secondsBelow).toBeLessThan(level?.secondsWithOperations ?? 0)
})

test('Each instant at which counts change is one scaling, however many instances it starts or stops.', () => {
  const { figures } = runAutoscaler(
    shopRun,
    scripted((n) => (n % 20 < 10 ? plenty : countsOf(4, 6, 12))).autoscaler,
  )
  expect(figures.scalings).toBe(36)
  expect(figures.started).toBe(18 * 4)
  expect(figures.stopped).toBe(18 * 4)
})

test('What comes before the figures begin is left out of all of them.', () => {
  const script = (n: number): InstanceCounts => (n < 100 ? countsOf(4, 6, 12) : plenty)
  const { figures } = runAutoscaler({ ...shopRun, figuresFrom: minutes(60) }, scripted(script).autoscaler)
  expect([figures.scalings, figures.started, figures.stopped]).toEqual([0, 0, 0])
  expect(figures.instanceMs[back]).toBe(10 * minutes(30))
  expect(figures.levels[0]?.windows.length).toBe(1)
  expect(figures.levels[0]?.secondsWithOperations).toBeLessThanOrEqual(30 * 60)
  expect(figures.arrivals / (30 * 60)).toBeCloseTo(5, 0)
})

test('A rule sees the span that ended as long ago as its signal is old, and counts as they are.', () => {
  const { autoscaler, seen } = scripted((n) => (n < 3 ? plenty : countsOf(4, 5, 10)), {
    every: seconds(15),
    signalAge: durationMs(27_500),
  })
  runAutoscaler({ ...shopRun, duration: minutes(3) }, autoscaler)
  expect(seen.slice(0, 2).map(([, { observation }]) => observation.complete)).toEqual([false, false])
  for (const [now, { observation }] of seen.slice(3)) {
    expect(observation.complete).toBe(true)
    expect(observation.span.to - SIMULATION_BEGINS).toBe(now - 27_500)
    expect(observation.span.to - observation.span.from).toBe(15_000)
  }
  expect(seen.map(([, { counts }]) => counts[front])).toEqual([3, 3, 3, 3, ...Array<number>(9).fill(4)])
})

test('A part is as busy as its operations keep its stations, and saturated as often as they find all of them taken.', () => {
  const onePart = { ...shop, parts: shop.parts.slice(0, 1).map((part) => ({ ...part, calls: [] })) }
  const { autoscaler, seen } = scripted(() => ({ [front]: 1 }))
  runAutoscaler({ ...shopRun, service: onePart, duration: minutes(600), initial: { [front]: 1 } }, autoscaler)
  const use = seen.slice(1).flatMap(
    ([
      ,
      {
        use: [of],
      },
    ]) => (of === undefined ? [] : [of]),
  )
  const mean = (of: (each: (typeof use)[number]) => number): number =>
    use.reduce((sum, each) => sum + of(each), 0) / use.length
  // 5/s of 100 ms each at one station: it is taken half of the time.
  expect(mean(({ busyMean }) => busyMean)).toBeCloseTo(0.5, 1)
  expect(mean(({ saturatedShare }) => saturatedShare)).toBeCloseTo(0.5, 1)
  expect(use.every(({ busyMean }) => busyMean >= -1e-9 && busyMean <= 1 + 1e-9)).toBe(true)
})

test('An instance that fails is replaced within a second without being asked for.', () => {
  const { autoscaler, seen } = scripted(() => plenty)
  const faults = [{ kind: 'lost-instance', part: back, at: seconds(100) }] as const
  const { figures } = runAutoscaler({ ...shopRun, duration: minutes(3), faults }, autoscaler)
  expect([figures.scalings, figures.started, figures.stopped]).toEqual([0, 1, 1])
  const [, { observation }] = seen.at(-1) ?? [0, { observation: null }]
  const phases = observation?.parts.at(-1)?.instances.map(({ phase }) => phase)
  expect(phases).toEqual(Array<string>(10).fill('ready'))
})

test('The counts that Holdfast decides on come to the same figures when another rule orders them.', () => {
  const load = { kind: 'sine', low: perSecond(1), high: perSecond(9), period: minutes(60) } as const
  const input: RunInput = { ...shopRun, load, duration: minutes(60) }
  const decided: InstanceCounts[] = []
  const ours = simulate({
    ...input,
    tickEvery: seconds(5),
    onTick: ({ desired }) => {
      const counts: Record<string, number> = { [front]: 0, [middle]: 0, [back]: 0 }
      for (const { part } of desired) counts[part] = (counts[part] ?? 0) + 1
      decided.push(counts)
    },
  })
  const same = scripted((n) => decided[n] ?? plenty, { every: seconds(5) })
  const { figures } = runAutoscaler(input, same.autoscaler)
  expect(figures.scalings).toBe(ours.figures.scalings)
  expect(figures.started).toBe(ours.figures.started)
  expect(figures.arrivals).toBe(ours.figures.arrivals)
  expect(figures.levels[0]?.windows.length).toBe(ours.figures.levels[0]?.windows.length)
})
