/**
 * What an operation takes at a part and at all that it calls from there. Calls that every operation makes are simply
 * added; what only some operations call is a branch of its own, for whoever does not make the call is spared all that
 * comes behind it.
 */
import type { PartName } from '../units/index.ts'
import { addMasses, GRID, massesOf, pointMass, POINTS, type Points } from './masses.ts'
import type { LoadedPart, ServiceShape } from './stations.ts'
import { standardNormalCdf } from '../stats/index.ts'

/** A part as operations come to it, whatever its instances. */
export type ModelledPart = Omit<LoadedPart, 'instances'>

export interface Branch {
  /** Parts that every operation on the branch visits: their places among all, and how often. */
  readonly sure: readonly { readonly place: number; readonly visits: number }[]
  readonly chances: readonly Chance[]
  /** Service times of the sure visits, as masses. */
  readonly serving: Points
}

interface Chance {
  readonly branch: Branch
  readonly probability: number
  /** So often the chance is taken. */
  readonly times: number
  /** The part itself, where it calls none, and how often it is surely visited besides: it waits alike each time. */
  readonly again: { readonly place: number; readonly visits: number } | null
}

/** The parts by place: how often whoever visits the part at `from` visits each, whatever chance decides. */
export function sureVisits(parts: readonly ModelledPart[], from: number): readonly number[] {
  const visits = new Map<PartName, number>()
  return parts.map(({ part, callers }, place) => {
    const sure = callers.reduce(
      (sum, caller) => sum + (visits.get(caller.part) ?? 0) * Math.floor(caller.times),
      place === from ? 1 : 0,
    )
    visits.set(part, sure)
    return sure
  })
}

/**
 * The places of the parts that are surely visited, in the order in which an operation comes to each first. A part
 * makes its calls one after the other; of two that it calls, the one that is called first comes later among the parts.
 */
function inOrder(
  parts: readonly ModelledPart[],
  from: number,
  seen: Set<number> = new Set(),
): readonly number[] {
  if (seen.has(from)) return []
  seen.add(from)
  const caller = parts[from]?.part
  const called = [...parts.keys()].filter((place) =>
    parts[place]?.callers.some(({ part, times }) => part === caller && times >= 1),
  )
  return [from, ...called.toReversed().flatMap((place) => inOrder(parts, place, seen))]
}

/** From the entry on, whose constant service times are left out: they are taken off the limit. */
export function branchOf(parts: readonly ModelledPart[], stepMs: number): Branch {
  const places = new Map(parts.map(({ part }, place) => [part, place]))
  const known = new Map<number, Branch>()
  const branchFrom = (from: number): Branch => {
    const found = known.get(from)
    if (found !== undefined) return found
    const visits = sureVisits(parts, from)
    const chances = parts.flatMap(({ callers }, place) =>
      callers.flatMap((caller): readonly Chance[] => {
        const probability = caller.times - Math.floor(caller.times)
        const times = visits[places.get(caller.part) ?? -1] ?? 0
        if (times === 0 || probability === 0) return []
        const branch = branchFrom(place)
        const isAgain =
          times === 1 && (visits[place] ?? 0) > 0 && branch.sure.length === 1 && branch.chances.length === 0
        return [{ branch, probability, times, again: isAgain ? { place, visits: visits[place] ?? 0 } : null }]
      }),
    )
    const agains = new Set(chances.flatMap(({ again }) => (again === null ? [] : [again.place])))
    const made: Branch = {
      sure: inOrder(parts, from)
        .filter((place) => !agains.has(place))
        .map((place) => ({ place, visits: visits[place] ?? 0 })),
      chances,
      serving: servingOf(parts, visits, { stepMs, withConstant: from > 0 }),
    }
    known.set(from, made)
    return made
  }
  return branchFrom(0)
}

/** Adds what those who take the chances wait and are served. */
export const withChances = (
  before: Points,
  { chances }: Branch,
  waits: (place: number, visits: number) => Points,
): Points =>
  chances.reduce((sum, { branch, probability, times, again }) => {
    if (again !== null) {
      const { place, visits } = again
      const more = addMasses(addMasses(sum, waits(place, visits + 1)), branch.serving)
      return eitherOf(addMasses(sum, waits(place, visits)), more, probability)
    }
    const taken = delaysOf(branch, waits)
    let total = sum
    for (let i = 0; i < times; i++) total = eitherOf(total, addMasses(total, taken), probability)
    return total
  }, before)

const eitherOf = (one: Points, other: Points, probability: number): Points =>
  one.map((mass, point) => (1 - probability) * mass + probability * (other[point] ?? 0))

function delaysOf(branch: Branch, waits: (place: number, visits: number) => Points): Points {
  const sure = branch.sure.reduce(
    (sum, { place, visits }) => addMasses(sum, waits(place, visits)),
    branch.serving,
  )
  return withChances(sure, branch, waits)
}

interface ServingOptions {
  readonly stepMs: number
  readonly withConstant: boolean
}

function servingOf(
  parts: readonly ModelledPart[],
  visits: readonly number[],
  { stepMs, withConstant }: ServingOptions,
): Points {
  let sum = pointMass()
  let constantMs = 0
  for (const [place, { stations }] of parts.entries()) {
    const times = visits[place] ?? 0
    const { service } = stations
    if (service.sigma === 0) constantMs += service.meanMs * times
    else if (times > 0) {
      const one = masses(service, stepMs)
      for (let i = 0; i < times; i++) sum = addMasses(sum, one)
    }
  }
  return withConstant ? later(sum, Math.round(constantMs / stepMs)) : sum
}

function later(masses: Points, steps: number): Points {
  return Array.from({ length: POINTS }, (_, i) => masses[i - steps] ?? 0)
}

/** One service time that varies, as masses: each at the grid point it is nearest to. */
function masses(service: ServiceShape, stepMs: number): Points {
  const mu = Math.log(service.meanMs) - service.sigma ** 2 / 2
  const within = (ms: number): number => standardNormalCdf((Math.log(ms) - mu) / service.sigma)
  return massesOf((point) => within(Math.min(point + 0.5, GRID) * stepMs))
}
