/**
 * Steers all clients of a watch together: one price for an update, due times spread over the seconds, and what will come in
 * the next minute. Changes in place with every update; it has no clock.
 */
import { DueLedger, type DueWish } from './due-ledger.ts'
import { forecastLoad, learnLoad, noLoadExperience, type LoadExperience } from './load-forecast.ts'
import { nextPrice, PRICE_STEP_MS } from './price-control.ts'

const MINUTE = 60_000
/** Of the time in which a client changes: for who changes every five minutes, an interval of one. */
const FIRST_PRICE = 1 / 50
/** Where the budget is a limit alone the price waits there, from where it is soon felt when it is needed. */
const WAITING_PRICE = 1 / 500
/** Seconds may hold so much more than is usual, which leaves room for whoever comes unasked. */
const FULLER = 1.1
/** Without a budget what is usual is only estimated. */
const FULLER_UNSTEERED = 1.3
/** So few in a second are no herd. */
const FEW = 10

/** After a silence no more steps are made up for: the price stands by then. */
const MOST_STEPS = 720

export interface FleetState {
  readonly priceMs: number
  readonly ratio: number
}

/** What was expected of a minute when it began. */
export interface MinuteForecast {
  readonly at: number
  readonly updates: number
}

export interface Budget {
  readonly perSecond: number | null
  /** It limits what is wanted otherwise; else it is spent. */
  readonly isLimit: boolean
  /** How often a client is thought to change. */
  readonly dwellMs: number
}

export class FleetBudget {
  readonly #perSecond: number | null
  readonly #leastPriceMs: number
  readonly #ledger: DueLedger
  #priceMs: number
  #experience: LoadExperience
  #nextStepAt: number
  #inStep = 0
  #nextMinuteAt: number
  #asked = 0
  #given = 0
  #minutes = 0
  #thisMinute: MinuteForecast | null = null
  #wantedPerSecond = 0
  /** Updates of a minute besides the next one of each client: of those who come several times in it. */
  #repeats = 0

  constructor({ perSecond, isLimit, dwellMs }: Budget, now: number, before?: FleetState) {
    this.#perSecond = perSecond
    this.#leastPriceMs = isLimit ? dwellMs * WAITING_PRICE : 0
    this.#ledger = new DueLedger(now)
    this.#priceMs = before?.priceMs ?? dwellMs * FIRST_PRICE
    this.#experience = before === undefined ? noLoadExperience : { ratio: before.ratio }
    this.#nextStepAt = (Math.floor(now / PRICE_STEP_MS) + 1) * PRICE_STEP_MS
    this.#nextMinuteAt = (Math.floor(now / MINUTE) + 1) * MINUTE
  }

  /** What an update should save, in milliseconds of wrongness; null while there is no budget. */
  get priceMs(): number | null {
    return this.#perSecond === null ? null : this.#priceMs
  }

  get state(): FleetState {
    return { priceMs: this.#priceMs, ratio: this.#experience.ratio }
  }

  /** The sum of what the clients' intervals come to. */
  get wantedPerSecond(): number {
    return this.#wantedPerSecond
  }

  /** An update came; newcomers say nothing of what was given out. */
  came(now: number, isNew: boolean): void {
    this.pass(now)
    this.#inStep += 1
    if (!isNew) this.#asked += 1
  }

  /** When the client is to come, near its interval: where the seconds are emptiest. */
  issue(wish: Omit<DueWish, 'mostPerSecond'>): number {
    const usual = this.#perSecond ?? this.#wantedPerSecond
    const fuller = this.#perSecond === null ? FULLER_UNSTEERED : FULLER
    return this.#ledger.issue({ ...wish, mostPerSecond: Math.ceil(FEW + usual * fuller) })
  }

  /** A client that was to come once in an interval is to come once in another; null for not at all. */
  replaced(beforeMs: number | null, afterMs: number | null): void {
    const perMinute = (intervalMs: number | null): number => (intervalMs === null ? 0 : MINUTE / intervalMs)
    const [before, after] = [perMinute(beforeMs), perMinute(afterMs)]
    this.#wantedPerSecond = Math.max(0, this.#wantedPerSecond + (after - before) / 60)
    const repeats = Math.max(0, after - 1) - Math.max(0, before - 1)
    this.#repeats = Math.max(0, this.#repeats + repeats)
  }

  /** It came before its time or will not come. */
  withdraw(dueAt: number): void {
    this.#ledger.withdraw(dueAt)
  }

  /** Of a client as it was stored: it is still to come then. */
  expect(dueAt: number): void {
    this.#ledger.expect(dueAt)
  }

  /** Null until a minute has begun. */
  get thisMinute(): MinuteForecast | null {
    return this.#thisMinute
  }

  /** Updates that are expected in the next minute. */
  nextMinute(now: number): number {
    this.pass(now)
    return forecastLoad(this.#experience, this.#ahead(now))
  }

  /** Does what time has come for. */
  pass(now: number): void {
    while (now >= this.#nextMinuteAt) {
      if (this.#minutes > 0) this.#experience = learnLoad(this.#experience, this.#given, this.#asked)
      this.#minutes += 1
      this.#asked = 0
      this.#given = this.#ahead(this.#nextMinuteAt - 1)
      this.#thisMinute = { at: this.#nextMinuteAt, updates: forecastLoad(this.#experience, this.#given) }
      this.#nextMinuteAt += MINUTE * Math.max(1, Math.floor((now - this.#nextMinuteAt) / MINUTE))
    }
    if (now < this.#nextStepAt) return
    const steps = Math.min(MOST_STEPS, Math.floor((now - this.#nextStepAt) / PRICE_STEP_MS) + 1)
    for (let step = 0; step < steps; step += 1) this.#step(now, this.#inStep / steps)
    this.#nextStepAt = (Math.floor(now / PRICE_STEP_MS) + 1) * PRICE_STEP_MS
    this.#inStep = 0
  }

  #ahead(now: number): number {
    return this.#ledger.due(now, MINUTE) + this.#repeats
  }

  #step(now: number, came: number): void {
    if (this.#perSecond === null) return
    // What is given out for the next minute is known sooner than what comes.
    const ahead = forecastLoad(this.#experience, this.#ahead(now)) / 60
    const perSecond = (ahead + (came * 1_000) / PRICE_STEP_MS) / 2
    const price = nextPrice(this.#priceMs, { perSecond, budget: this.#perSecond })
    this.#priceMs = Math.max(this.#leastPriceMs, price)
  }
}
