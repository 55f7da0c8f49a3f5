/**
 * Who is compared, each with one knob that makes it ask more or less often: ours in both modes, the rules that servers use
 * today, and one that is told each client's law. All but the last see only whether something changed.
 */
import {
  costFor,
  GroupModel,
  intervalAt,
  lookAhead,
  solveSchedules,
  type ClientModel,
} from '@holdfast/core/pacing'
import { knownHazard } from './known-hazard.ts'
import { MOST_MS, type Policy } from './simulate.ts'
import type { World } from './world.ts'

export interface Contender {
  readonly name: string
  /** A knob that is about right. */
  readonly knob: number
  /** The least and the greatest useful one. */
  readonly knobs: readonly [number, number]
  /** Null where it cannot run. */
  begin(world: World, knob: number): Policy | null
}

const FIRST_MS = 60_000
const LIMITS = { leastMs: 100, mostMs: MOST_MS }
/** What an operator would guess of clients that nobody knows. */
const GUESS_MS = 300_000

function modelled(wantedOf: (knob: number) => Parameters<GroupModel['next']>[1]): Contender['begin'] {
  return (_world, knob) => {
    const group = new GroupModel(GUESS_MS)
    const clients: (ClientModel | undefined)[] = []
    const wanted = wantedOf(knob)
    return {
      next(i, at, changed) {
        const before = clients[i]
        const client =
          before === undefined || changed === null
            ? group.first(at)
            : group.observe(before, { kind: 'bit', changed }, at)
        clients[i] = client
        return group.next(client, wanted, LIMITS).intervalMs
      },
    }
  }
}

export const oursBound: Contender = {
  name: 'ours',
  knob: 0.1,
  knobs: [0.001, 0.9],
  begin: modelled((share) => ({ kind: 'stale', share })),
}

export const oursPrice: Contender = {
  name: 'ours',
  knob: 20_000,
  knobs: [10, 10_000_000],
  begin: modelled((costMs) => ({ kind: 'price', costMs })),
}

export const fixed: Contender = {
  name: 'fixed',
  knob: 60_000,
  knobs: [100, MOST_MS],
  begin: (_world, knob) => ({ next: () => knob }),
}

interface Memory {
  readonly intervalMs: number
  readonly updatedAt: number
  readonly changedAt: number
}

function remembering(
  next: (knob: number, memory: Memory, at: number, changed: boolean) => number,
): Contender['begin'] {
  return (_world, knob) => {
    const memories: (Memory | undefined)[] = []
    return {
      next(i, at, changed) {
        const known = memories[i] ?? { intervalMs: FIRST_MS, updatedAt: at, changedAt: at - FIRST_MS }
        // Where a change was seen it is as old as half the time since the last update, for all that is known.
        const changedAt = changed === true ? (known.updatedAt + at) / 2 : known.changedAt
        const before = { ...known, changedAt }
        const wished = next(knob, before, at, changed ?? false)
        const intervalMs = Math.min(MOST_MS, Math.max(LIMITS.leastMs, wished))
        memories[i] = { intervalMs, updatedAt: at, changedAt }
        return intervalMs
      },
    }
  }
}

export const peers: readonly Contender[] = [
  {
    name: 'AIMD',
    knob: 5_000,
    knobs: [10, 3_600_000],
    begin: remembering((knob, { intervalMs }, _at, changed) =>
      changed ? intervalMs / 2 : intervalMs + knob,
    ),
  },
  {
    name: 'MIMD',
    knob: 0.2,
    knobs: [0.002, 0.9],
    begin: remembering((knob, { intervalMs }, _at, changed) =>
      changed ? intervalMs / 2 : intervalMs * 2 ** (knob / (1 - knob)),
    ),
  },
  {
    name: 'Alex',
    knob: 0.2,
    knobs: [0.002, 10],
    begin: remembering((knob, { changedAt }, at) => knob * (at - changedAt)),
  },
]

/** In `bound` mode a share of time for each client, else a price for all. */
export function knownLaw(mode: 'bound' | 'price'): Contender {
  const ours = mode === 'bound' ? oursBound : oursPrice
  return {
    ...ours,
    name: 'known law',
    begin({ clients }, knob) {
      const laws = clients.map(({ made }) => made)
      if (laws.some((made) => made === undefined || made.law === null)) return null
      const schedules = {
        'by chance': solveSchedules(knownHazard('by chance')),
        regular: solveSchedules(knownHazard('regular')),
      }
      const costs = {
        'by chance': costFor(schedules['by chance'], knob, [1]),
        regular: costFor(schedules.regular, knob, [1]),
      }
      const ages = laws.map(() => ({ at: 0, changedAt: 0 }))
      return {
        next(i, at, changed) {
          const { law, dwellMs } = laws[i] ?? { law: null, dwellMs: 1 }
          const schedule = schedules[law ?? 'by chance']
          const memory = ages[i] ?? { at, changedAt: at }
          if (changed === null) memory.changedAt = at
          else if (changed) {
            const length = (at - memory.at) / dwellMs
            const ahead = lookAhead(schedule.hazard, (memory.at - memory.changedAt) / dwellMs, length)
            memory.changedAt = at - Math.min(length, ahead.stale / ahead.chance) * dwellMs
          }
          memory.at = at
          const cost = mode === 'bound' ? costs[law ?? 'by chance'] : knob / dwellMs
          return intervalAt(schedule, cost, (at - memory.changedAt) / dwellMs) * dwellMs
        },
      }
    },
  }
}
