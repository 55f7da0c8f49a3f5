/** Whole fleets under a budget: does the price hold it, what happens when all come back at once, is the load known before. */
import { DueLedger, WatchEngine, type Watch } from '@holdfast/core/pacing'
import { exponential, seededRandom } from '@holdfast/core/stats'
import { branded, type WatchName } from '@holdfast/core/units'
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

const WATCH: Watch = {
  name: branded<WatchName>('fleet'),
  parameters: [{ name: 'changes', type: 'number' }],
  significant: { kind: 'changed', parameter: 'changes' },
  wanted: null,
  budgetPerSecond: null,
  limits: LIMITS,
  firstGuessMs: 300_000,
  jitter: JITTER,
  classes: [],
  features: [],
  early: [],
  earlyIsAll: false,
  keptBy: 'server',
  mostClients: 10_000_000,
  forgetAfterMs: 7 * 86_400_000,
}

/** Clients of the seed population, from their first contact on. */
class Fleet {
  readonly engine: WatchEngine
  readonly #random = seededRandom(11)
  readonly #dwells: readonly number[]
  readonly #changesAt: number[]
  readonly #changes: number[]
  readonly #bySecond: readonly number[][]
  newcomers = 0

  /** Half of the clients are there from the start, the other half come within the minute of the doubling. */
  constructor({ clients, minutes, doublesAt, perSecond }: BudgetRun) {
    this.engine = new WatchEngine({ ...WATCH, budgetPerSecond: perSecond }, { now: START, seed: 1 })
    this.#dwells = Array.from({ length: clients }, (_, i) => (i % 10 === 0 ? 60_000 : 300_000))
    this.#changesAt = this.#dwells.map((dwell) => START + exponential(this.#random, dwell))
    this.#changes = this.#dwells.map(() => 0)
    this.#bySecond = Array.from({ length: 60 * minutes + 1 }, () => [])
    for (let i = 0; i < clients; i += 1)
      this.#come(i, START + (i % 2 === 0 ? 0 : doublesAt * MINUTE) + this.#random.next() * MINUTE)
  }

  /** Takes the updates of a second, and says how many they were. */
  run(second: number): number {
    const now = START + second * 1_000
    const due = this.#bySecond[second] ?? []
    for (const i of due) {
      const report = { parameters: { changes: this.#changesOf(i, now) } }
      const outcome = this.engine.update(`client-${i}`, report, now, this.#random.next())
      if (outcome.kind === 'taken' && outcome.isNew) this.newcomers += 1
      this.#come(i, outcome.dueAt)
    }
    this.engine.tick(now + 999)
    return due.length
  }

  #come(i: number, at: number): void {
    this.#bySecond[Math.ceil((at - START) / 1_000)]?.push(i)
  }

  #changesOf(i: number, now: number): number {
    for (let next = this.#changesAt[i] ?? Infinity; next <= now; next = this.#changesAt[i] ?? Infinity) {
      this.#changes[i] = (this.#changes[i] ?? 0) + 1
      this.#changesAt[i] = next + exponential(this.#random, this.#dwells[i] ?? 1)
    }
    return this.#changes[i] ?? 0
  }
}

export function runBudget(run: BudgetRun): BudgetOutcome {
  const fleet = new Fleet(run)
  const came = new Float64Array(run.minutes)
  const newcomers = new Float64Array(run.minutes)
  const forecasts = new Float64Array(run.minutes)
  for (let second = 0; second < 60 * run.minutes; second += 1) {
    const minute = Math.floor(second / 60)
    fleet.newcomers = 0
    came[minute] = (came[minute] ?? 0) + fleet.run(second)
    newcomers[minute] = (newcomers[minute] ?? 0) + fleet.newcomers
    forecasts[minute] = fleet.engine.budget.thisMinute?.updates ?? 0
  }
  return budgetOutcome(run, { came, newcomers, forecasts })
}

interface Seen {
  readonly came: Float64Array
  readonly newcomers: Float64Array
  readonly forecasts: Float64Array
}

const SETTLED_MINUTES = 30

function budgetOutcome(
  { perSecond, minutes, doublesAt }: BudgetRun,
  { came, newcomers, forecasts }: Seen,
): BudgetOutcome {
  const rates = [...came].map((count) => count / 60 / perSecond)
  const steady = [...rates.slice(SETTLED_MINUTES, doublesAt), ...rates.slice(doublesAt + SETTLED_MINUTES)]
  const mean = meanOf(steady)
  // Nobody told newcomers when to come.
  const errors = rates.map((_, minute) =>
    Math.abs((forecasts[minute] ?? 0) / Math.max(1, (came[minute] ?? 0) - (newcomers[minute] ?? 0)) - 1),
  )
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
