/** Whole fleets under a budget: does the price hold it, what happens when all come back at once, is the load known before. */
import {
  DueLedger,
  forecastLoad,
  GroupModel,
  learnLoad,
  nextPrice,
  noLoadExperience,
  PRICE_STEP_MS,
  type ClientModel,
} from '@holdfast/core/pacing'
import { exponential, seededRandom } from '@holdfast/core/stats'
import { START } from './populations.ts'

const MINUTE = 60_000
const JITTER = 0.1
const LIMITS = { leastMs: 1_000, mostMs: 3_600_000 }

export interface BudgetOutcome {
  /** Against the budget, of the steady time. */
  readonly mean: number
  /** Of the rates by the minute, against the budget. */
  readonly deviation: number
  /** From when the fleet has doubled until all means of five minutes are within a twentieth of the budget. */
  readonly backAfterMinutes: number
  /** Mean error of the next minute's forecast, against what came. */
  readonly forecastSteady: number
  readonly forecastDoubling: number
}

export interface BudgetRun {
  readonly clients: number
  readonly perSecond: number
  readonly minutes: number
  readonly doublesAt: number
}

/** Clients of the seed population under one price, from their first contact on. */
class Fleet {
  readonly #random = seededRandom(11)
  readonly #group = new GroupModel(300_000)
  readonly #ledger = new DueLedger(START)
  readonly #models: (ClientModel | undefined)[] = []
  readonly #dwells: readonly number[]
  readonly #changesAt: number[]
  readonly #bySecond: readonly number[][]
  newcomers = 0

  /** Half of the clients are there from the start, the other half come within the minute of the doubling. */
  constructor({ clients, minutes, doublesAt }: BudgetRun) {
    this.#dwells = Array.from({ length: clients }, (_, i) => (i % 10 === 0 ? 60_000 : 300_000))
    this.#changesAt = this.#dwells.map((dwell) => START + exponential(this.#random, dwell))
    this.#bySecond = Array.from({ length: 60 * minutes + 1 }, () => [])
    for (let i = 0; i < clients; i += 1)
      this.#come(i, START + (i % 2 === 0 ? 0 : doublesAt * MINUTE) + this.#random.next() * MINUTE)
  }

  /** Takes the updates of a second, and says how many they were. */
  run(second: number, price: number): number {
    const now = START + second * 1_000
    const due = this.#bySecond[second] ?? []
    for (const i of due) {
      const before = this.#models[i]
      if (before === undefined) this.newcomers += 1
      const seen = { kind: 'bit', changed: this.#changed(i, now) } as const
      const client = before === undefined ? this.#group.first(now) : this.#group.observe(before, seen, now)
      this.#models[i] = client
      const { intervalMs } = this.#group.next(client, { kind: 'price', costMs: price }, LIMITS)
      const wish = { now, intervalMs, jitter: JITTER, leastMs: LIMITS.leastMs, chance: this.#random.next() }
      this.#come(i, this.#ledger.issue(wish))
    }
    return due.length
  }

  /** Given out for the minute from a second on. */
  given(second: number): number {
    return this.#ledger.due(START + second * 1_000 - 1, MINUTE)
  }

  #come(i: number, at: number): void {
    this.#bySecond[Math.floor((at - START) / 1_000)]?.push(i)
  }

  #changed(i: number, now: number): boolean {
    let next = this.#changesAt[i] ?? Infinity
    const changed = next <= now
    while (next <= now) next += exponential(this.#random, this.#dwells[i] ?? 1)
    this.#changesAt[i] = next
    return changed
  }
}

const STEP_SECONDS = PRICE_STEP_MS / 1_000

export function runBudget(run: BudgetRun): BudgetOutcome {
  const { minutes, perSecond } = run
  const fleet = new Fleet(run)
  const came = new Float64Array(minutes)
  const forecasts = new Float64Array(minutes)
  let experience = noLoadExperience
  let price = 10_000
  let inStep = 0
  let given = 0
  for (let second = 0; second < 60 * minutes; second += 1) {
    const minute = Math.floor(second / 60)
    if (second % 60 === 0) {
      // Nobody told newcomers when to come, so they say nothing of what was given out.
      if (minute > 1) experience = learnLoad(experience, given, (came[minute - 1] ?? 0) - fleet.newcomers)
      fleet.newcomers = 0
      given = fleet.given(second)
      forecasts[minute] = forecastLoad(experience, given)
    }
    const updates = fleet.run(second, price)
    inStep += updates
    came[minute] = (came[minute] ?? 0) + updates
    if ((second + 1) % STEP_SECONDS !== 0) continue
    // What is given out for the next minute is known sooner than what comes.
    const ahead = forecastLoad(experience, fleet.given(second + 1)) / 60
    price = nextPrice(price, { perSecond: (ahead + inStep / STEP_SECONDS) / 2, budget: perSecond })
    inStep = 0
  }
  return budgetOutcome(run, came, forecasts)
}

const SETTLED_MINUTES = 30

function budgetOutcome(
  { perSecond, minutes, doublesAt }: BudgetRun,
  came: Float64Array,
  forecasts: Float64Array,
): BudgetOutcome {
  const rates = [...came].map((count) => count / 60 / perSecond)
  const steady = [...rates.slice(SETTLED_MINUTES, doublesAt), ...rates.slice(doublesAt + SETTLED_MINUTES)]
  const mean = meanOf(steady)
  const errors = rates.map((rate, minute) => Math.abs((forecasts[minute] ?? 0) / 60 / perSecond / rate - 1))
  // Of five minutes, as chance alone moves a single one by 2 %.
  let back = doublesAt
  for (let minute = doublesAt; minute < Math.min(minutes - 5, doublesAt + SETTLED_MINUTES); minute += 1)
    if (Math.abs(meanOf(rates.slice(minute, minute + 5)) - 1) > 0.05) back = minute + 1
  return {
    mean,
    deviation: Math.sqrt(meanOf(steady.map((rate) => (rate - mean) ** 2))),
    backAfterMinutes: back - doublesAt,
    forecastSteady: meanOf([
      ...errors.slice(SETTLED_MINUTES, doublesAt),
      ...errors.slice(doublesAt + SETTLED_MINUTES),
    ]),
    forecastDoubling: meanOf(errors.slice(doublesAt, doublesAt + 10)),
  }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * All clients come back within five seconds and are told a minute, with 1.05 times the mean as the most for a second. The
 * greatest second of the second and the third minute against the mean.
 */
export function runHerd(clients: number, spread: boolean): number {
  const random = seededRandom(5)
  const ledger = new DueLedger(START)
  const mostPerSecond = Math.ceil((clients / 60) * 1.05)
  let due = Float64Array.from({ length: clients }, () => START + random.next() * 5_000).toSorted()
  const seconds = new Uint32Array(600)
  for (let round = 0; round < 3; round += 1) {
    due = due
      .map((now) =>
        spread
          ? ledger.issue({
              now,
              intervalMs: MINUTE,
              leastMs: LIMITS.leastMs,
              jitter: JITTER,
              chance: random.next(),
              mostPerSecond,
            })
          : now + MINUTE * (1 + JITTER * (2 * random.next() - 1)),
      )
      .toSorted()
    for (const at of due) {
      const second = Math.floor((at - START) / 1_000)
      seconds[second] = (seconds[second] ?? 0) + 1
    }
  }
  const judged = seconds.subarray(60, 180)
  return Math.max(...judged) / (clients / 60)
}
