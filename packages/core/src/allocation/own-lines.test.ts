/**
 * Goal: instances with lines of their own wait as they should compared with one line for all. Method: the cases in
 * which both are the same, and the direction in which each cause moves the wait. How much is tested against the
 * simulated world.
 */
import { expect, test } from 'vitest'
import { waitDistribution } from '../stats/index.ts'
import { branded, durationMs, perSecond, ratio, seconds, type PartName } from '../units/index.ts'
import { GRID, POINTS } from './masses.ts'
import { NOTHING_AFTER, type TimeAfter } from './blind-lines.ts'
import { lineTails, linesOf, waitBehind, waitTails } from './own-lines.ts'
import { capacityOf, stationsOf, type LoadedPart } from './stations.ts'

const STEP_SECONDS = 0.001

const partOf = (instances: number, p95Ms: number | null): LoadedPart => ({
  part: branded<PartName>('web'),
  visits: 1,
  callers: [],
  stations: stationsOf(
    {
      serviceTime: {
        mean: durationMs(20),
        ...(p95Ms === null ? {} : { percentile: { ratio: ratio(0.95), value: durationMs(p95Ms) } }),
      },
      capacity: perSecond(50),
      startTime: seconds(1),
    },
    null,
  ),
  instances,
})

interface Loaded {
  readonly arrivalRate: number
  readonly after: TimeAfter
  readonly stepSeconds: number
}

function tailsAt(part: LoadedPart, { arrivalRate, after, stepSeconds }: Loaded): readonly number[] {
  const lines = linesOf(part, arrivalRate)
  const tails = lineTails(lines, stepSeconds, () => waitBehind(part.stations, stepSeconds))
  return [...waitTails(lines, tails, after)]
}

const tailsOf = (part: LoadedPart, after: TimeAfter = NOTHING_AFTER): readonly number[] => {
  const arrivalRate = 0.8 * part.instances * capacityOf(part.stations)
  return tailsAt(part, { arrivalRate, after, stepSeconds: STEP_SECONDS })
}

const oneLine = ({ stations, instances }: LoadedPart): readonly number[] => {
  const wait = waitDistribution({
    servers: instances,
    arrivalRate: 0.8 * instances * capacityOf(stations),
    occupancy: stations.occupancySeconds,
    arrivalVariation: 1,
    occupancyVariation: stations.occupancyVariation,
  })
  return Array.from({ length: POINTS }, (_, i) =>
    wait.probabilityOver(Math.min(i + 0.5, GRID) * STEP_SECONDS),
  )
}

test.for([partOf(1, null), partOf(6, null)])('With constant times all wait as in one line.', (part) => {
  expect(tailsOf(part)).toEqual(oneLine(part))
})

test.for([30, 40, 55])(
  'At one instance the mean wait is that of Pollaczek and Khinchine, p95 %s ms.',
  (p95Ms) => {
    const part = partOf(1, p95Ms)
    const { occupancySeconds, occupancyVariation } = part.stations
    const stepSeconds = 0.005
    // Of what lies beyond the grid the exponential tail is known.
    const tails = tailsAt(part, {
      arrivalRate: 0.8 * capacityOf(part.stations),
      after: NOTHING_AFTER,
      stepSeconds,
    })
    const [end, before] = [tails[GRID] ?? 0, tails[GRID - 1] ?? 0]
    const beyond = (end * stepSeconds) / 2 / Math.log(before / end)
    const mean = tails.slice(0, GRID).reduce((sum, tail) => sum + tail * stepSeconds, beyond)
    const exact = (0.8 * occupancySeconds * (1 + occupancyVariation)) / 2 / 0.2
    expect(mean / exact).toBeCloseTo(1, 1)
  },
)

test('Where an instance pauses after each operation, they take turns, and hardly wait longer than in one line.', () => {
  const pausing = stationsOf(
    {
      serviceTime: { mean: durationMs(2), percentile: { ratio: ratio(0.95), value: durationMs(5) } },
      capacity: perSecond(50),
      startTime: seconds(1),
    },
    null,
  )
  const part: LoadedPart = { ...partOf(6, null), stations: pausing }
  const [paused, common] = [tailsOf(part), oneLine(part)]
  for (const [i, tail] of paused.entries()) expect(Math.abs(tail - (common[i] ?? 0))).toBeLessThan(0.01)
})

test('With lines of their own fewer operations wait, and more wait long.', () => {
  const part = partOf(6, 55)
  const [own, common] = [tailsOf(part), oneLine(part)]
  expect(own[0]).toBeLessThan(common[0] ?? 0)
  expect(own.at(-1)).toBeGreaterThan(common.at(-1) ?? 1)
})

test('A longer wait is never likelier than a shorter one.', () => {
  const tails = tailsOf(partOf(6, 55), { meanSeconds: 0.1, variance: 0.01 })
  expect(tails.every((tail, i) => i === 0 || tail <= (tails[i - 1] ?? 0) + 1e-12)).toBe(true)
})

test('A wait that nobody has is never less than impossible, however long operations are in flight elsewhere.', () => {
  const percentile = { ratio: ratio(0.95), value: durationMs(60) }
  const stations = stationsOf(
    { serviceTime: { mean: durationMs(25), percentile }, capacity: perSecond(400), startTime: seconds(1) },
    null,
  )
  const part: LoadedPart = { ...partOf(2, null), stations }
  const after = { meanSeconds: 0.04, variance: 0.001 }
  const tails = tailsAt(part, { arrivalRate: 700, after, stepSeconds: 0.2 / GRID })
  expect(tails.every((tail) => tail >= 0)).toBe(true)
})

test('The longer operations are in flight elsewhere, the less is known of who is free, and the longer they wait.', () => {
  const after = (meanSeconds: number): number =>
    tailsOf(partOf(6, 55), { meanSeconds, variance: meanSeconds ** 2 })[20] ?? 0
  expect(after(0.05)).toBeGreaterThan(after(0))
  expect(after(0.5)).toBeGreaterThan(after(0.05))
})

test('What comes back in the order in which it left tells who is free, however long it was elsewhere.', () => {
  const part = partOf(6, null)
  expect(tailsOf(part, { meanSeconds: 0.5, variance: 0 })).toEqual(tailsOf(part))
  expect(tailsOf(part, { meanSeconds: 0.5, variance: 0.01 })[20]).toBeGreaterThan(tailsOf(part)[20] ?? 1)
})

test('Of an operation that comes again and again the waits are as if times were exponential.', () => {
  const again = { ...partOf(1, null), visits: 20 }
  expect(tailsOf(again)[0]).toBeGreaterThan(0)
  expect(tailsOf(again).at(-1)).toBeGreaterThan(oneLine(partOf(1, null)).at(-1) ?? 1)
})
