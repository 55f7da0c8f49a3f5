/**
 * Steers all clients of a watch together: one price for an update, due times spread over the seconds, and what will come in
 * the next minute. Changes in place with every update; it has no clock.
 */
import { DueLedger, type DueWish } from './due-ledger.ts'
import { forecastLoad, learnLoad, noLoadExperience, type LoadExperience } from './load-forecast.ts'
import { nextCorrection, nextPrice, priceFor, PRICE_STEP_MS, sizeOf } from './price.ts'

const MINUTE = 60_000
/** Of the time in which a client changes: for who changes every five minutes, an interval of one. */
const FIRST_PRICE = 1 / 50
/** Seconds may hold so much more than is usual, which leaves room for whoever comes unasked. */
const FULLER = 1.01
/** Without a budget what is usual is only estimated. */
const FULLER_UNSTEERED = 1.3
/** So few in a second are no herd. */
const FEW = 3

/** Dearer than a client's whole wrongness an update would never come. */
const EVEN_SHARES = 4

/** Of what a step says of intervals so much is taken over. */
const FOLLOWS = 0.2
/** Of a step's rate: a minute, in which chance hardly counts. */
const SMOOTHS = PRICE_STEP_MS / MINUTE

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
  /** Whether all clients are known here; else what they come to is told by those that came of late. */
  readonly knowsClients: boolean
}

/** One client's part of the load. */
export interface Part {
  readonly intervalMs: number
  /** Its rate at a price of one. */
  readonly size: number
}

export class FleetBudget {
  readonly #perSecond: number | null
  readonly #isLimit: boolean
  readonly #knowsClients: boolean
  readonly #ledger: DueLedger
  #priceMs: number
  #correction = 1
  #smoothed: number | null = null
  #share = 1
  #experience: LoadExperience
  #nextStepAt: number
  #nextMinuteAt: number
  #inStep = 0
  #issued = 0
  #intervals = 0
  /** In which clients come, by those that came of late. */
  #intervalMs: number
  #inMinute = 0
  #asked = 0
  #given = 0
  #minutes = 0
  #thisMinute: MinuteForecast | null = null
  #sizes = 0
  #clients = 0
  #wantedPerSecond = 0
  /** Updates of a minute besides the next one of each client: of those who come several times in it. */
  #repeats = 0
  #repeatsSoFar = 0

  constructor({ perSecond, isLimit, dwellMs, knowsClients }: Budget, now: number, before?: FleetState) {
    this.#perSecond = perSecond
    this.#isLimit = isLimit
    this.#knowsClients = knowsClients
    this.#ledger = new DueLedger(now)
    this.#intervalMs = dwellMs
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
    if (this.#knowsClients) return this.#wantedPerSecond
    // When everybody comes at once, so many will come again.
    return Math.max(this.#wantedPerSecond, (this.#inMinute * 1_000) / MINUTE)
  }

  /** Null until a minute has begun. */
  get thisMinute(): MinuteForecast | null {
    return this.#thisMinute
  }

  /** Of what all servers take so much is taken here; the budget is shared by it. */
  share(share: number): void {
    this.#share = share
  }

  /** An update came; newcomers say nothing of what was given out, and no price keeps them away. */
  came(now: number, isNew: boolean): void {
    this.pass(now)
    this.#inMinute += 1
    if (isNew) return
    this.#inStep += 1
    this.#asked += 1
  }

  /** However dear updates are, nobody is put off for longer than so many times what an even share would be. */
  get mostMs(): number {
    const budget = this.#budget
    return budget === null || !this.#knowsClients ? Infinity : (EVEN_SHARES * 1_000 * this.#clients) / budget
  }

  /** When the client is to come, near its interval: where the seconds are emptiest. */
  issue(wish: Omit<DueWish, 'mostPerSecond'>): number {
    this.#issued += 1
    this.#intervals += wish.intervalMs
    return this.#ledger.issue({ ...wish, mostPerSecond: this.#mostPerSecond })
  }

  /** Where nothing is budgeted chance may fill a second as well: only a herd is put off. */
  get #mostPerSecond(): number {
    const budget = this.#budget
    if (budget !== null) return Math.max(FEW, Math.ceil(budget * FULLER))
    const usual = this.wantedPerSecond
    return Math.ceil(usual * FULLER_UNSTEERED + FEW * (1 + Math.sqrt(usual)))
  }

  /** Of a client whose price-bound interval this is. */
  sizeOf(intervalMs: number): number {
    return sizeOf(intervalMs, this.#priceMs)
  }

  /** A client's part is another one now; null for none. `lastedMs` is for how long it had the one before. */
  replaced(before: Part | null, after: Part | null, lastedMs: number): void {
    const repeats = (part: Part | null): number =>
      part === null ? 0 : Math.max(0, MINUTE / part.intervalMs - 1)
    if (this.#knowsClients) {
      const rate = (part: Part | null): number => (part === null ? 0 : 1_000 / part.intervalMs)
      this.#clients += Number(after !== null) - Number(before !== null)
      this.#sizes = Math.max(0, this.#sizes + (after?.size ?? 0) - (before?.size ?? 0))
      this.#wantedPerSecond = Math.max(0, this.#wantedPerSecond + rate(after) - rate(before))
      this.#repeats = Math.max(0, this.#repeats + repeats(after) - repeats(before))
      return
    }
    if (after === null) return
    // Who comes every t comes in a minute 60 s / t times, each time with this: together they are the sums over all clients.
    this.#sizes += before === null ? after.size : (after.size * lastedMs) / SIZES_FADE_MS
    this.#repeatsSoFar += Math.max(0, 1 - after.intervalMs / MINUTE)
  }

  /** It came before its time or will not come. */
  withdraw(dueAt: number): void {
    this.#ledger.withdraw(dueAt)
  }

  /** Of a client as it was stored: it is still to come then. */
  expect(dueAt: number): void {
    this.#ledger.expect(dueAt)
  }

  /** Updates that are expected in the next minute. */
  nextMinute(now: number): number {
    this.pass(now)
    return forecastLoad(this.#experience, this.#ahead(now))
  }

  /** Does what time has come for. */
  pass(now: number): void {
    while (now >= this.#nextMinuteAt) this.#passMinute(now)
    if (now < this.#nextStepAt) return
    const steps = Math.min(MOST_STEPS, Math.floor((now - this.#nextStepAt) / PRICE_STEP_MS) + 1)
    const came = (this.#inStep * 1_000) / (steps * PRICE_STEP_MS)
    for (let step = 0; step < steps; step += 1) this.#step(now, came)
    this.#nextStepAt = (Math.floor(now / PRICE_STEP_MS) + 1) * PRICE_STEP_MS
    this.#inStep = 0
    this.#issued = 0
    this.#intervals = 0
  }

  #passMinute(now: number): void {
    if (this.#minutes > 0) this.#experience = learnLoad(this.#experience, this.#given, this.#asked)
    this.#minutes += 1
    this.#asked = 0
    this.#inMinute = 0
    if (!this.#knowsClients) this.#repeats = this.#repeatsSoFar
    this.#repeatsSoFar = 0
    this.#given = this.#ahead(this.#nextMinuteAt - 1)
    this.#thisMinute = { at: this.#nextMinuteAt, updates: forecastLoad(this.#experience, this.#given) }
    this.#nextMinuteAt += MINUTE * Math.max(1, Math.floor((now - this.#nextMinuteAt) / MINUTE))
  }

  get #budget(): number | null {
    return this.#perSecond === null ? null : this.#perSecond * this.#share
  }

  #ahead(now: number): number {
    return this.#ledger.due(now, MINUTE) + this.#repeats
  }

  #step(now: number, came: number): void {
    if (!this.#knowsClients) {
      this.#wantedPerSecond += (came - this.#wantedPerSecond) * SMOOTHS
      this.#sizes *= Math.exp(-PRICE_STEP_MS / SIZES_FADE_MS)
    }
    const budget = this.#budget
    if (budget === null) return
    // What is given out for the next minute is known sooner than what comes.
    const perSecond = (forecastLoad(this.#experience, this.#ahead(now)) / 60 + came) / 2
    this.#smoothed =
      this.#smoothed === null ? perSecond : this.#smoothed + (perSecond - this.#smoothed) * SMOOTHS
    const correction = nextCorrection(this.#correction, this.#smoothed, budget)
    // A budget that only limits need not be spent.
    this.#correction = this.#isLimit ? Math.max(1, correction) : correction
    if (this.#issued > 0) this.#intervalMs += FOLLOWS * (this.#intervals / this.#issued - this.#intervalMs)
    const wanted = priceFor(this.#sizes, budget / this.#correction)
    this.#priceMs = nextPrice(this.#priceMs, wanted, this.#intervalMs)
  }
}

/** Where clients are not known their sizes are those that came within about this time. */
const SIZES_FADE_MS = 300_000
