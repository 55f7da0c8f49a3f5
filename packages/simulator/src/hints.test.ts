/**
 * Goal: what the owner announces is there when it begins and let go after it (A3.17). Method: a run of the
 * example shop with a hint, whose load comes as announced, beside the same run without the hint.
 */
import { addDuration, durationMs, minutes, perSecond, seconds } from '@holdfast/core/units'
import { describe, expect, test } from 'vitest'
import { simulate } from './run-simulation.ts'
import { shop, shopAgreement } from './shop.ts'
import { SIMULATION_BEGINS, type SimulationInput } from './simulation-input.ts'

const FROM = minutes(20)
const TO = minutes(30)

/** From 2 to 8 operations a second in one second, for ten minutes. */
const surge: Omit<SimulationInput, 'service' | 'seed'> = {
  agreements: [shopAgreement],
  load: {
    kind: 'steps',
    steps: [
      [0, perSecond(2)],
      [FROM / 1_000, perSecond(8)],
      [TO / 1_000, perSecond(2)],
    ],
  },
  duration: minutes(45),
  tickEvery: seconds(5),
}

const hinted = {
  ...shop,
  hints: [
    {
      name: 'sale',
      from: addDuration(SIMULATION_BEGINS, FROM),
      to: addDuration(SIMULATION_BEGINS, TO),
      factor: 4,
    },
  ],
}

/** Instances wanted at each tick, and operations that missed their limit in the first minute of the surge. */
function run(service: typeof shop): { readonly at: (ms: number) => number; readonly missed: number } {
  const totals = new Map<number, number>()
  let missed = 0
  simulate({
    ...surge,
    service,
    seed: 5,
    onTick: ({ now, desired, observation }) => {
      const ms = now - SIMULATION_BEGINS
      totals.set(ms, desired.length)
      if (ms > FROM && ms <= FROM + minutes(1))
        missed += observation.levels.reduce((sum, level) => sum + level.missed, 0)
    },
  })
  return { at: (ms) => totals.get(ms) ?? 0, missed }
}

describe('a hint', () => {
  const [told, untold] = [run(hinted), run(shop)]

  test('raises the instances a start and a tick before it begins, and not minutes before', () => {
    const before = told.at(FROM - minutes(2))
    const start = durationMs(3_000 + 5_000)
    expect(told.at(FROM - 5_000)).toBeGreaterThan(before + 4)
    expect(told.at(Math.floor((FROM - start) / 5_000) * 5_000 - 5_000)).toBe(before)
    expect(untold.at(FROM - 5_000)).toBeLessThanOrEqual(before + 1)
  })

  test('is let go of after its end', () => {
    expect(told.at(TO + minutes(10))).toBeLessThanOrEqual(told.at(FROM - minutes(2)) + 1)
    expect(told.at(TO - minutes(1))).toBeGreaterThan(told.at(TO + minutes(10)) + 4)
  })

  test('spares most of the operations that a surge without it would miss', () => {
    expect(untold.missed).toBeGreaterThan(20)
    expect(told.missed).toBeLessThan(untold.missed / 3)
  })
})
