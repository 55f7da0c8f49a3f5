/**
 * Decides how many instances each part should have: those of least expected money for the load that is to be
 * expected now and when an order of now serves (A3.16, A3.17). Up at once; down only to what was enough for a
 * while. A change must be worth what it costs, so that noise changes nothing and a constant load settles.
 */
import { perSecond, roughRate, type DurationMs, type EpochMs, type PerSecond } from '../units/index.ts'
import { chooseRung, soundRung } from './choose-rung.ts'
import { expectedMoneyOf } from './expected-money.ts'
import { hourlyCost, sharesAt, type Ladder } from './ladder.ts'
import { chosenBefore } from './same-choice.ts'
import { keptOf, type KeptOutlooks, type Outlooks } from './outlook.ts'
import { totalOf, withinLimits, type InstanceCounts } from './sizing.ts'
import type { Stake } from './stake.ts'

/** What was needed in a short piece of time, at most. */
export interface Need {
  readonly at: EpochMs
  readonly counts: InstanceCounts
}

export interface ScaleState {
  /** Of the last `holdMs`, oldest first: only what none of them asked for is taken away. */
  readonly needs: readonly Need[]
  readonly lastChangeAt: EpochMs | null
  /** By how much more load than measured the instances are sized, since the model proved too hopeful; 1 when it holds. */
  readonly pressure: number
  /** Misses beyond what is expected and allowed, summed up while everything was settled; never below 0. */
  readonly excess: number
  /** Since when everything serves and nothing piles up; null while it does. */
  readonly calmSince: EpochMs | null
  /** The load that is planned for; null before there is one. */
  readonly kept: KeptOutlooks | null
  /** Share of misses that is expected of each level with what there is. */
  readonly expectedMisses: readonly number[]
}

export interface ScaleInput {
  readonly ladder: Ladder
  readonly outlooks: Outlooks
  readonly stakes: readonly Stake[]
  /** What the instances may cost an hour, in micro-units; null where nothing limits it. */
  readonly costAtMost: number | null
  readonly current: InstanceCounts
  /** Operations that wait now. */
  readonly waiting: number
  readonly state: ScaleState
  readonly now: EpochMs
  /** From an order until it serves. */
  readonly lead: DurationMs
  /** False when a source was missing: then nothing is taken away. */
  readonly complete: boolean
  /** All instances wanted are ready, so that what is measured is their doing. */
  readonly settled: boolean
}

export type ScaleCode = 'steady' | 'up' | 'down' | 'held-to-settle' | 'held-for-missing-data'

export interface ScaleDecision {
  readonly code: ScaleCode
  readonly counts: InstanceCounts
  readonly state: ScaleState
  readonly plannedRate: PerSecond
  readonly says: string
}

/** What was needed is kept for so long beyond an order's time: a fall has lasted before, and orders cost. */
const HOLD_MS = 60_000
/** Where a miss has its price, the money says already how much patience is worth. */
const HOLD_WHERE_PRICED_MS = 45_000
/** Needs are remembered in pieces of this length. */
const NEED_MS = 10_000
/** After a change its effect is waited for before anything is taken away. */
const SETTLE_MS = 30_000
/** A change is made when it saves what so long a use of one instance costs, besides its start. */
const CHANGE_WORTH_MS = 150_000
/** Over so long a change is to earn what it costs. */
const EARNS_MS = 120_000
const MS_PER_HOUR = 3_600_000

export const noScaleState: ScaleState = {
  needs: [],
  lastChangeAt: null,
  pressure: 1,
  excess: 0,
  calmSince: null,
  kept: null,
  expectedMisses: [],
}

export function scale(input: ScaleInput): ScaleDecision {
  const { ladder, outlooks, current, now } = input
  const need = needOf(input)
  const needs = remember(input.state.needs, need, now, holdMs(input.stakes) + input.lead)
  const up = mostOf([current, need])
  const held = mostOf(needs.map(({ counts }) => counts))
  const planned = perSecond(Math.max(outlooks.now.rate, outlooks.ahead.rate))
  const decide = (code: ScaleCode, to: InstanceCounts, says: string): ScaleDecision => {
    const counts = withinLimits(ladder.problem, to)
    const lastChangeAt = isSame(counts, current) ? input.state.lastChangeAt : now
    const state = { ...input.state, needs, lastChangeAt, kept: keptOf(outlooks) }
    return { code, counts, state, plannedRate: planned, says }
  }
  const rate = `Planned for ${roughRate(planned)}`
  if (!isSame(up, current) && isWorthIt(input, up)) {
    const target = withinLimits(ladder.problem, up)
    if (isSame(target, current)) return decide('steady', current, `${rate}; no more instances can be had.`)
    return decide(
      'up',
      upTo(input, up, need),
      `${rate}; the instances at hand would keep only ${keeps(input, current)}.`,
    )
  }
  const spared = lessOf(current, held)
  if (isSame(spared, current))
    return decide('steady', current, `${rate}; the instances at hand keep ${keeps(input, current)}.`)
  if (!input.complete)
    return decide('held-for-missing-data', current, 'A measurement is missing, so nothing is taken away.')
  const since = input.state.lastChangeAt === null ? Infinity : now - input.state.lastChangeAt
  if (!input.settled || since < SETTLE_MS || now - (needs[0]?.at ?? now) < SETTLE_MS)
    return decide('held-to-settle', current, 'Fewer instances would do; the last change has not settled yet.')
  if (!isWorthTaking(input, spared))
    return decide('steady', current, `${rate}; the instances at hand keep ${keeps(input, current)}.`)
  return decide('down', spared, `${rate}; fewer instances still keep ${keeps(input, spared)}.`)
}

/** Enough until an order of now has served for a while. */
function needOf(input: ScaleInput): InstanceCounts {
  const { counts } = chosenBefore(input, input.stakes.length === 0 ? soundRung : chooseRung)
  return withinLimits(input.ladder.problem, counts)
}

/** Where more of one and still as many of the others would pass a cap, what is needed now counts alone. */
function upTo({ ladder, costAtMost }: ScaleInput, up: InstanceCounts, need: InstanceCounts): InstanceCounts {
  const { atMost } = ladder.problem
  const tooMany = atMost !== null && totalOf(up) > atMost
  const tooDear = costAtMost !== null && hourlyCost(ladder.problem, up) > costAtMost
  return tooMany || tooDear ? need : up
}

function isWorthIt(input: ScaleInput, up: InstanceCounts): boolean {
  const { ladder, current, stakes } = input
  const below = ladder.problem.parts.some(({ part, atLeast }) => (current[part] ?? 0) < atLeast)
  if (below || stakes.length === 0) return true
  if (stakes.some((stake) => !stake.isPriced && isShort(input, stake))) return true
  if (!stakes.some(({ isPriced }) => isPriced)) return false
  const moneyOf = expectedMoneyOf(input)
  const [as, then] = [moneyOf(current), moneyOf(up)]
  const gained = as.cost + as.remedies - then.cost - then.remedies
  return gained * (EARNS_MS / MS_PER_HOUR) > changeCost(input, current, up)
}

/** A promise without a price is short when it would be broken; what sizing aims for lies above, so that noise changes nothing. */
function isShort({ ladder, outlooks, current }: ScaleInput, { goal, owed }: Stake): boolean {
  const promised = owed[0]?.below ?? 0
  return [outlooks.now, outlooks.ahead].some(({ scenarios }) => {
    const kept = scenarios.reduce(
      (sum, { rate, chance }) => sum + chance * (sharesAt(ladder, current, rate)[goal] ?? 0),
      0,
    )
    return kept < promised
  })
}

/** Taking away spares what it costs; it is worth it when that soon pays for ordering the same again. */
const isWorthTaking = (input: ScaleInput, spared: InstanceCounts): boolean =>
  (hourlyCost(input.ladder.problem, input.current) - hourlyCost(input.ladder.problem, spared)) *
    ((2 * EARNS_MS) / MS_PER_HOUR) >
  changeCost(input, spared, input.current)

/** Starts are paid for before they serve, and each change is a risk of its own. */
function changeCost({ ladder, lead }: ScaleInput, from: InstanceCounts, to: InstanceCounts): number {
  const { parts } = ladder.problem
  const started = hourlyCost(ladder.problem, to) - hourlyCost(ladder.problem, from)
  const one = Math.min(...parts.map(({ price }) => price))
  return (Math.max(0, started) * lead + one * CHANGE_WORTH_MS) / MS_PER_HOUR
}

const holdMs = (stakes: readonly Stake[]): number =>
  stakes.length > 0 && stakes.every(({ isPriced }) => isPriced) ? HOLD_WHERE_PRICED_MS : HOLD_MS

function remember(
  needs: readonly Need[],
  counts: InstanceCounts,
  now: EpochMs,
  holdMs: number,
): readonly Need[] {
  const kept = needs.filter(({ at }) => at > now - holdMs - NEED_MS)
  const last = kept.at(-1)
  if (last === undefined || now - last.at >= NEED_MS) return [...kept, { at: now, counts }]
  if (covers(last.counts, counts)) return kept.length === needs.length ? needs : kept
  return [...kept.slice(0, -1), { at: last.at, counts: mostOf([last.counts, counts]) }]
}

/** Whether there is at least as many of every part. */
const covers = (
  counts: Readonly<Record<string, number>>,
  others: Readonly<Record<string, number>>,
): boolean => Object.keys(others).every((part) => (counts[part] ?? -1) >= countOf(others, part))

function mostOf(all: readonly InstanceCounts[]): InstanceCounts {
  const result: Record<string, number> = {}
  for (const counts of all) {
    for (const part in counts) result[part] = Math.max(countOf(result, part), countOf(counts, part))
  }
  return result
}

function lessOf(a: InstanceCounts, b: InstanceCounts): InstanceCounts {
  const result: Record<string, number> = {}
  for (const part in a) result[part] = Math.min(countOf(a, part), countOf(b, part))
  return result
}

const isSame = (a: InstanceCounts, b: InstanceCounts): boolean => hasSame(a, b) && hasSame(b, a)

function hasSame(a: InstanceCounts, b: InstanceCounts): boolean {
  for (const part in a) if (countOf(a, part) !== countOf(b, part)) return false
  return true
}

const countOf = (counts: Readonly<Record<string, number>>, part: string): number => counts[part] ?? 0

function keeps({ ladder, outlooks }: ScaleInput, counts: InstanceCounts): string {
  const shares = sharesAt(ladder, counts, Math.max(outlooks.now.rate, outlooks.ahead.rate))
  return shares.length === 0
    ? 'the load'
    : shares.map((share) => `${(share * 100).toFixed(1)} %`).join(' and ')
}
