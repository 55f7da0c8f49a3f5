/**
 * How many updates a contender needs for a wanted staleness: its knob is searched until two runs lie on both sides, and
 * between the nearest two it is interpolated.
 */
import type { Contender } from './policies.ts'
import { simulate, type Outcome } from './simulate.ts'
import type { World } from './world.ts'

export type Measure = 'mean' | 'worst' | 'p95'

const STEPS_OUT = 9
const REFINED = 3

export class Curve {
  readonly #contender: Contender
  readonly #world: World
  readonly #runs = new Map<number, Outcome | null>()

  constructor(contender: Contender, world: World) {
    this.#contender = contender
    this.#world = world
  }

  at(knob: number): Outcome | null {
    const before = this.#runs.get(knob)
    if (before !== undefined) return before
    const policy = this.#contender.begin(this.#world, knob)
    const outcome = policy === null ? null : simulate(this.#world, policy)
    this.#runs.set(knob, outcome)
    return outcome
  }

  /** Updates for each client and hour; null where no knob reaches it. */
  updatesAt(measure: Measure, wanted: number): number | null {
    const [least, most] = this.#contender.knobs
    let ratio = 3
    let refined = 0
    let knob = this.#contender.knob
    if (this.at(knob) === null) return null
    for (let step = 0; step < STEPS_OUT + REFINED; step += 1) {
      const { below, above } = this.#around(measure, wanted)
      if (below !== null && above !== null) {
        if (refined === REFINED || Math.abs(Math.log(above.knob / below.knob)) < 0.1) break
        refined += 1
        knob = Math.sqrt(below.knob * above.knob)
      } else {
        const end = below ?? above
        if (end === null) return null
        const next = below === null ? end.knob / ratio : end.knob * ratio
        ratio *= 1.5
        knob = Math.min(most, Math.max(least, next))
      }
      if (this.#runs.has(knob)) break
      this.at(knob)
    }
    const { below, above } = this.#around(measure, wanted)
    return below === null || above === null ? null : between(below, above, wanted)
  }

  /** The nearest runs that are fresher and staler than wanted. */
  #around(measure: Measure, wanted: number): { readonly below: Point | null; readonly above: Point | null } {
    let below: Point | null = null
    let above: Point | null = null
    for (const [knob, outcome] of this.#runs) {
      if (outcome === null) continue
      const point = { knob, stale: outcome[measure], updates: outcome.updatesPerHour }
      if (point.stale <= wanted && (below === null || point.stale > below.stale)) below = point
      if (point.stale > wanted && (above === null || point.stale < above.stale)) above = point
    }
    return { below, above }
  }
}

interface Point {
  readonly knob: number
  readonly stale: number
  readonly updates: number
}

/** Even in the logarithm, as staleness is nearly a power of the updates; linear from none at all. */
function between(below: Point, above: Point, wanted: number): number {
  if (below.stale <= 0) {
    const share = (wanted - below.stale) / (above.stale - below.stale)
    return below.updates + share * (above.updates - below.updates)
  }
  const share = Math.log(wanted / below.stale) / Math.log(above.stale / below.stale)
  return below.updates * (above.updates / below.updates) ** share
}
