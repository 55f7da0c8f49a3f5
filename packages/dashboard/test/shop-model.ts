/**
 * A little model of a shop with three parts whose load rises and falls, to give the page something true to
 * life to show: instances follow the load, one falls over now and then, and response times tell. Seeded,
 * and moved on by the caller only: five seconds of its time a step.
 */
import { seededRandom } from '../../core/src/stats/index.ts'
import type { Random } from '../../core/src/stats/index.ts'
import type {
  ChangeView,
  HistoryPoint,
  InstanceView,
  ReasonView,
  ServiceDetail,
  ServiceSummary,
  WhyView,
} from '../../server/src/http/api.ts'
import type { LiveEvent } from '../../server/src/http/api.ts'
import { shopParts, fallOver, ready, resize, settle, visits } from './shop-parts.ts'
import type { PartModel } from './shop-parts.ts'
import {
  detailOf,
  fallReason,
  holdReason,
  riseReason,
  shortPart,
  stateOf,
  summaryOf,
  whyOf,
} from './shop-views.ts'
import type { ShopNow } from './shop-views.ts'

export const STEP_MS = 5_000

const LIMIT_MS = 100
/** The load rises and falls once in so long. */
const SWING_MS = 420_000
/** So many steps in a row must have something to spare before an instance is taken away. */
const STEPS_TO_SETTLE = 6
/** An instance of the processing part falls over at these steps. */
const FALLS_AT = new Set([52, 118])

export class ShopModel {
  readonly name: string
  readonly points: HistoryPoint[] = []
  readonly changes: ChangeView[] = []
  readonly #startMs: number
  readonly #random: Random
  readonly #parts: readonly PartModel[]
  #steps = 0
  #generation = 0
  #met = 0
  #missed = 0
  #reasons: readonly ReasonView[] = []

  constructor(name: string, seed: number, startMs: number) {
    this.name = name
    this.#startMs = startMs
    this.#random = seededRandom(seed)
    this.#parts = shopParts(name)
  }

  /** What the next five seconds bring, in the order of the live stream. */
  step(): readonly LiveEvent[] {
    this.#steps += 1
    const at = this.#now()
    const swing = Math.sin(((this.#steps * STEP_MS) / SWING_MS) * 2 * Math.PI - Math.PI / 2)
    const rate = 5.2 + 4 * swing + 0.7 * this.#random.next()
    const touched: InstanceView[] = this.#parts.flatMap((part) => settle(part, at))
    if (FALLS_AT.has(this.#steps))
      touched.push(...this.#parts.slice(1, 2).flatMap((part) => fallOver(part, at)))
    const changed = this.#plan(rate, at, touched)
    this.changes.push(...changed)
    const point = this.#measure(rate, at)
    this.points.push(point)
    return [
      ...changed.map((change): LiveEvent => ({ kind: 'change', service: this.name, change })),
      ...touched.map((instance): LiveEvent => ({ kind: 'instance', service: this.name, instance })),
      { kind: 'service', service: this.name, summary: this.summary(), point },
    ]
  }

  summary(): ServiceSummary {
    return summaryOf(this.#state())
  }

  detail(): ServiceDetail {
    return detailOf(this.#state(), this.#reasons)
  }

  /** What was said at the instant. */
  why(at: string): WhyView {
    const point = this.points.findLast((candidate) => candidate.at <= at) ?? null
    return whyOf({ ...this.#state(), at, last: point }, point)
  }

  instances(): readonly InstanceView[] {
    return this.#parts.flatMap(({ instances }) => instances)
  }

  #plan(rate: number, at: string, touched: InstanceView[]): readonly ChangeView[] {
    const changed: ChangeView[] = []
    const thoughts: ReasonView[] = []
    for (const part of this.#parts) {
      const needed = Math.max(1, Math.ceil((rate * visits(part)) / part.capacityPerSecond))
      part.spareSteps = needed < part.desired ? part.spareSteps + 1 : 0
      const isRise = part.desired === 0 || needed > part.desired
      if (!isRise && part.spareSteps < STEPS_TO_SETTLE) {
        if (part.spareSteps > 0) thoughts.push(holdReason(part))
        continue
      }
      const from = part.desired
      const to = isRise ? needed : from - 1
      const reason = isRise ? riseReason(part, rate, to) : fallReason(part, rate, to)
      touched.push(...resize(part, to, at))
      this.#generation += 1
      changed.push({ at, part: part.name, from, to, reason })
    }
    this.#reasons = thoughts
    return changed
  }

  #measure(rate: number, at: string): HistoryPoint {
    const random = this.#random
    const crowded = Math.max(
      ...this.#parts.map((part) => (rate * visits(part)) / (part.capacityPerSecond * ready(part))),
    )
    const p90Ms = (52 + 14 * random.next()) * (crowded > 1 ? 1 + (crowded - 1) * 4 : 0.8 + crowded * 0.2)
    const operations = Math.round(rate * (STEP_MS / 1_000))
    const missing = p90Ms > LIMIT_MS ? 0.4 : 0.035
    const missed = Math.round(operations * missing * (0.6 + 0.8 * random.next()))
    this.#missed += missed
    this.#met += operations - missed
    const state = stateOf(this.#met, this.#missed, p90Ms, LIMIT_MS)
    return {
      at,
      requestsPerSecond: rate,
      p50Ms: p90Ms * (0.55 + 0.05 * random.next()),
      p90Ms,
      p99Ms: p90Ms * (1.35 + 0.5 * random.next()),
      met: operations - missed,
      missed,
      state,
      cause: state === 'kept' ? null : { kind: 'platform', part: shortPart(this.#parts).name },
      parts: this.#parts.map((part) => ({ part: part.name, desired: part.desired, ready: ready(part) })),
    }
  }

  #now(): string {
    return new Date(this.#startMs + this.#steps * STEP_MS).toISOString()
  }

  #state(): ShopNow {
    return {
      name: this.name,
      at: this.#now(),
      limitMs: LIMIT_MS,
      parts: this.#parts,
      last: this.points.at(-1) ?? null,
      met: this.#met,
      missed: this.#missed,
      generation: this.#generation,
    }
  }
}
