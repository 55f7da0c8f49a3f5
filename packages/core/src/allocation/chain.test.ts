/**
 * Goal: waits along a chain are those of theory where theory knows them, and what only some operations call is
 * waited for by these alone. How near the rest is to the simulated world is measured by a bench.
 */
import { expect, test } from 'vitest'
import { branded, durationMs, perSecond, ratio, seconds, type PartName } from '../units/index.ts'
import { waitsAlong, type Link } from './chain.ts'
import { addMasses, cumulated, GRID, POINTS, pointMass, type Points } from './masses.ts'
import { predictWithin } from './response-model.ts'
import { stationsOf, type LoadedPart } from './stations.ts'

interface Station {
  readonly instances?: number
  readonly meanMs?: number
  readonly p95Ms?: number
  readonly callers?: LoadedPart['callers']
  readonly visits?: number
}

const partOf = (name: string, { instances = 1, meanMs = 20, p95Ms, ...rest }: Station = {}): LoadedPart => ({
  part: branded<PartName>(name),
  visits: 1,
  callers: [],
  ...rest,
  stations: stationsOf(
    {
      serviceTime: {
        mean: durationMs(meanMs),
        ...(p95Ms === undefined ? {} : { percentile: { ratio: ratio(0.95), value: durationMs(p95Ms) } }),
      },
      capacity: perSecond(1_000 / meanMs),
      startTime: seconds(1),
    },
    null,
  ),
  instances,
})

/** As a link whose wait is exponential, and as long as it is busy. */
const linkOf = (part: LoadedPart, use: number): Link => ({
  part,
  use,
  meanSeconds: use,
  isRepeated: false,
  tails: Array.from({ length: POINTS }, (_, i) => use * Math.exp((-(1 - use) * Math.min(i + 0.5, GRID)) / 4)),
})

const shares = (waits: readonly Points[]): Points =>
  cumulated(waits.reduce((sum, more) => addMasses(sum, more)))

const called = (by: string, times = 1): LoadedPart['callers'] => [{ part: branded<PartName>(by), times }]

test('Behind a server with constant times that is as busy or busier nobody waits again (Friedman).', () => {
  const slowest = linkOf(partOf('slow'), 0.8)
  const alone = shares(waitsAlong([slowest]))
  const others = [linkOf(partOf('fast'), 0.5), linkOf(partOf('many', { instances: 3 }), 0.7)]
  const together = shares(waitsAlong([slowest, ...others]))
  for (let i = 0; i < POINTS; i++) expect(together[i]).toBeCloseTo(alone[i] ?? 0, 9)
})

test('In front of or behind it, the slowest part of constant times decides alike.', () => {
  const links = [linkOf(partOf('fast'), 0.5), linkOf(partOf('slow'), 0.8)] as const
  const there = shares(waitsAlong(links))
  const back = shares(waitsAlong(links.toReversed()))
  for (let i = 0; i < POINTS; i++) expect(back[i]).toBeCloseTo(there[i] ?? 0, 9)
})

test('Exponential times leave arrivals as they were, so that waits add up as if parts were apart (Burke).', () => {
  const exponential = partOf('web', { p95Ms: 55 })
  const stations = { ...exponential.stations, occupancyVariation: 1 }
  const link = linkOf({ ...exponential, stations }, 0.7)
  const [one] = waitsAlong([link])
  const apart = shares([one ?? pointMass(), one ?? pointMass()])
  const along = shares(waitsAlong([link, link]))
  // Some of them stay in step.
  for (let i = 0; i < POINTS; i++) expect(Math.abs((along[i] ?? 0) - (apart[i] ?? 0))).toBeLessThan(0.02)
})

test('The more even the part before works, the less is waited.', () => {
  const second = linkOf(partOf('second', { p95Ms: 55 }), 0.7)
  const within = (p95Ms: number): number =>
    shares(waitsAlong([linkOf(partOf('first', { p95Ms }), 0.7), second]))[10] ?? 0
  const [even, middle, wild] = [within(30), within(50), within(75)]
  expect(even).toBeGreaterThan(middle)
  expect(middle).toBeGreaterThan(wild)
})

const HARDLY = 0.01

test('Of a call that half of the operations make the others have nothing.', () => {
  const parts = [partOf('front'), partOf('data', { meanMs: 100, visits: 0.5, callers: called('front', 0.5) })]
  expect(predictWithin(parts, HARDLY, 90, 0)).toBeCloseTo(0.5, 2)
  expect(predictWithin(parts, HARDLY, 130, 0)).toBeCloseTo(1, 2)
})

test('What a seldom called part calls is called with it, never without.', () => {
  const parts = [
    partOf('front'),
    partOf('data', { meanMs: 100, visits: 0.5, callers: called('front', 0.5) }),
    partOf('disk', { meanMs: 100, visits: 0.25, callers: called('data', 0.5) }),
  ]
  expect(predictWithin(parts, HARDLY, 90, 0)).toBeCloseTo(0.5, 2)
  expect(predictWithin(parts, HARDLY, 150, 0)).toBeCloseTo(0.75, 2)
})

test('A call that some operations make once more is served once more for these.', () => {
  const parts = [partOf('front'), partOf('data', { visits: 1.3, callers: called('front', 1.3) })]
  expect(predictWithin(parts, HARDLY, 50, 0)).toBeCloseTo(0.7, 2)
  expect(predictWithin(parts, HARDLY, 65, 0)).toBeCloseTo(1, 2)
})
