/** The two sides of the comparison: what core predicts, and what the simulated world counts on fixed instances. */
import type { Level } from '@holdfast/core/agreement'
import { predictWithin, stationsOf, visitedParts, type LoadedPart } from '@holdfast/core/allocation'
import {
  branded,
  durationMs,
  instanceIdOf,
  minutes,
  perSecond,
  ratio,
  type LevelName,
} from '@holdfast/core/units'
import { World } from '@holdfast/simulator'
import type { PanelCase } from './panel.ts'

export const loadedParts = ({ service, counts }: PanelCase): readonly LoadedPart[] =>
  visitedParts(service).map(({ part, visits, callers }) => {
    if (part.characteristics === null) throw new Error('Every part of the panel has characteristics.')
    const stations = stationsOf(part.characteristics, null)
    return { part: part.name, visits, callers, stations, instances: counts[part.name] ?? 0 }
  })

export const predictedShares = (one: PanelCase): readonly number[] =>
  one.limitsMs.map((limitMs) => predictWithin(loadedParts(one), one.rate, limitMs, 0))

export interface SimulatedShare {
  readonly share: number
  /** One standard error, from the spread of the run's pieces: operations near each other wait alike. */
  readonly error: number
}

const PIECES = 20

/** Nearly full services wait alike for long, so that they run on until this error, or so many pieces. */
const SURE_ENOUGH = 0.002
const MOST_PIECES = 120

/** Before that the queues are not what they are in the long run. */
const WARM_UP = minutes(2)

/** Shares within each limit, over about so many operations of constant load, more where these are not enough. */
export function simulatedShares(one: PanelCase, operations: number, seed: number): readonly SimulatedShare[] {
  const { service, rate, counts, limitsMs } = one
  const pieceMs = (operations / rate / PIECES) * 1_000
  const duration = durationMs(Math.ceil(WARM_UP + MOST_PIECES * pieceMs))
  const load = { kind: 'constant', rate: perSecond(rate) } as const
  const world = new World({ service, load, faults: [], seed, duration })
  world.carryOut(
    service.parts.flatMap(({ name, instanceType, revision }) =>
      Array.from({ length: counts[name] ?? 0 }, (_, number) => ({
        id: instanceIdOf(service.name, name, 1, number + 1),
        part: name,
        instanceType,
        revision,
      })),
    ),
  )
  world.runUntil(WARM_UP)
  const pieces: (readonly number[])[] = []
  const shares = (): readonly SimulatedShare[] =>
    limitsMs.map((_, i) => overPieces(pieces.map((piece) => piece[i] ?? 0)))
  const isSure = (): boolean => pieces.length >= PIECES && shares().every(({ error }) => error <= SURE_ENOUGH)
  while (pieces.length < MOST_PIECES && !isSure()) {
    world.countLevels(limitsMs.map(levelWithin))
    world.runUntil(WARM_UP + (pieces.length + 1) * pieceMs)
    pieces.push(world.meter.levels.map(({ met, missed }) => met / Math.max(1, met + missed)))
  }
  return shares()
}

function overPieces(shares: readonly number[]): SimulatedShare {
  const share = shares.reduce((sum, one) => sum + one, 0) / shares.length
  const variance = shares.reduce((sum, one) => sum + (one - share) ** 2, 0) / (shares.length - 1)
  return { share, error: Math.sqrt(variance / shares.length) }
}

const levelWithin = (limitMs: number): Level => ({
  name: branded<LevelName>(`within-${limitMs}`),
  metric: { kind: 'response-time', limit: durationMs(limitMs) },
  ratio: ratio(0.9),
  window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
  scope: {},
  conditions: [],
})
