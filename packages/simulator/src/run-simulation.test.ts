/**
 * Goal: a run is the same to the byte whenever its seed is the same, and its journal alone is enough to make
 * every decision again. Method: whole runs of the example shop, each with the command that repeats it.
 */
import type { InstanceCounts } from '@holdfast/core/allocation'
import { canonicalJson, tick, verifyChain, type DecideInput } from '@holdfast/core/control'
import { addDuration, durationMs, hours, minutes, perSecond, ratio, seconds } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { sha256 } from './decision-journal.ts'
import { simulate } from './run-simulation.ts'
import { shop, shopAgreement } from './shop.ts'
import { SIMULATION_BEGINS, type SimulationInput } from './simulation-input.ts'

const risingHour: Omit<SimulationInput, 'seed'> = {
  service: shop,
  agreements: [shopAgreement],
  load: { kind: 'sine', low: perSecond(1), high: perSecond(9), period: minutes(30) },
  duration: minutes(30),
  tickEvery: seconds(5),
}

/** Of the shop's parts, in the order in which they call each other. */
const counts = (...each: readonly number[]): InstanceCounts =>
  Object.fromEntries(shop.parts.map(({ name }, i) => [name, each[i] ?? 0]))

test('Two runs with one seed give the same journal hash, and another seed gives another one.', () => {
  const first = simulate({ ...risingHour, seed: 7 })
  const second = simulate({ ...risingHour, seed: 7 })
  const other = simulate({ ...risingHour, seed: 8 })
  expect(second.journalHash).toBe(first.journalHash)
  expect(second.summary).toEqual(first.summary)
  expect(other.journalHash).not.toBe(first.journalHash)
})

test('The journal of a run is an unbroken chain whose last hash is the hash of the run.', () => {
  const { journal, journalHash } = simulate({ ...risingHour, seed: 7, duration: minutes(20) })
  const checked = verifyChain(journal, sha256)
  expect(checked).toEqual({
    intact: true,
    brokenAt: null,
    verified: { sequence: journal.length, hash: journalHash },
  })
})

test('Every decision can be made again from its journal entry alone, to the byte.', () => {
  const { journal } = simulate({
    ...risingHour,
    seed: 7,
    faults: [{ kind: 'failures', perInstanceHour: 0.5 }],
  })
  expect(journal.length).toBeGreaterThan(5)
  for (const { body } of journal) {
    const written = JSON.parse(body)
    const input: DecideInput = {
      service: shop,
      agreements: [shopAgreement],
      state: written.before.state,
      desired: written.before.desired,
      generation: written.basedOn,
      observation: written.observation,
      dependencies: written.dependencies,
      now: written.at,
    }
    const [again] = tick([input])
    expect(canonicalJson(again?.plan)).toBe(canonicalJson(written.plan))
    expect(canonicalJson(again?.verdicts)).toBe(canonicalJson(written.verdicts))
    expect(canonicalJson(again?.reasons)).toBe(canonicalJson(written.reasons))
  }
})

test('A run that lasts no whole number of ticks ends with its last whole tick.', () => {
  const { ticks } = simulate({ ...risingHour, seed: 1, duration: durationMs(12_000) })
  expect(ticks).toBe(3)
})

test('A run begins when it is told to, so that hours of the calendar are those of that day.', () => {
  const begins = addDuration(SIMULATION_BEGINS, minutes(50))
  const { figures } = simulate({
    service: shop,
    agreements: [shopAgreement],
    load: { kind: 'constant', rate: perSecond(5) },
    seed: 1,
    duration: minutes(20),
    begins,
    tickEvery: seconds(5),
  })
  const hour = addDuration(SIMULATION_BEGINS, hours(1))
  expect(figures.levels[0]?.windows.map(({ from, to }) => [from, to])).toEqual([
    [SIMULATION_BEGINS, hour],
    [hour, addDuration(hour, hours(1))],
  ])
})

test('A service that is only advised runs with what it began with, and its journal holds what was advised.', () => {
  const { journal, summary, figures } = simulate({
    ...risingHour,
    service: { ...shop, mode: 'advise' },
    initial: counts(2, 3, 6),
    seed: 7,
  })
  expect(figures).toMatchObject({ scalings: 0, started: 0, stopped: 0 })
  expect(summary).toMatchObject({ changes: 0, maxInstances: 11 })
  const bodies = journal.map(({ body }) => JSON.parse(body))
  expect(bodies.every(({ plan, generation }) => plan === null && generation === 0)).toBe(true)
  expect(bodies.some(({ advice }) => advice !== null)).toBe(true)
})

test('Each window is judged by the version of the agreement that was in force when it began.', () => {
  const half = addDuration(SIMULATION_BEGINS, minutes(30))
  const [level] = shopAgreement.levels
  if (level === undefined) throw new Error('the shop promises something')
  const minuteLevel = { ...level, window: { kind: 'calendar', unit: 'minute', timeZone: 'UTC' } as const }
  const unkeepable = { ...minuteLevel, metric: { kind: 'response-time', limit: durationMs(1) } as const }
  const lenient = { ...shopAgreement, levels: [{ ...unkeepable, ratio: ratio(0) }] }
  const strict = { ...shopAgreement, version: 2, from: half, levels: [unkeepable] }
  const later = { ...strict, version: 3, from: addDuration(half, hours(9)), levels: [] }
  const { summary } = simulate({
    ...risingHour,
    agreements: [lenient, strict, later],
    duration: hours(1),
    initial: counts(3, 4, 8),
    seed: 7,
  })
  expect(summary.levels).toMatchObject([{ windowsKept: 30, windowsBroken: 30 }])
})

test('The bounds are of what is in force, not of what is signed for later.', () => {
  const levels = shopAgreement.levels.map((level) => ({ ...level, ratio: ratio(0.99) }))
  const dear = { ...shopAgreement, version: 2, from: addDuration(SIMULATION_BEGINS, hours(9)), levels }
  const given = { ...risingHour, duration: minutes(4), seed: 7 }
  const now = simulate(given).summary
  const { staticPeakHours, clairvoyantHours } = simulate({
    ...given,
    agreements: [shopAgreement, dear],
  }).summary
  expect([staticPeakHours, clairvoyantHours]).toEqual([now.staticPeakHours, now.clairvoyantHours])
})
