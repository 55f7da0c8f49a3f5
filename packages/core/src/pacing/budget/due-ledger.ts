/**
 * Counts by the second the updates that clients were told to send. So the load to come is known, as the server itself
 * gave it out, and each update is put into the emptiest second near its time: nothing beats all at once, not even when
 * everybody comes back at once. Changes in place; ledgers of several servers add up second by second.
 */

/** Farther than this nobody is asked to come. */
const HORIZON_SECONDS = 32_768
/** In the time around which an update may come, so many seconds are looked at. */
const LOOKED_AT = 16

export interface DueWish {
  readonly now: number
  readonly intervalMs: number
  /** By this share sooner or later: a tenth costs 0.3 % of staleness. */
  readonly jitter: number
  /** From 0 to 1: where in the second, and which one of equally empty ones. */
  readonly chance: number
  /** Where all seconds near are as full, a later one is taken; absent: without a limit. */
  readonly mostPerSecond?: number
}

export class DueLedger {
  readonly #counts = new Uint32Array(HORIZON_SECONDS)
  #second: number
  /** Seconds before this are known to be full; it only moves on. */
  #freeFrom = 0

  constructor(now: number) {
    this.#second = Math.floor(now / 1_000)
  }

  /** Notes an update for an instant near the wished one, and returns the instant. */
  issue({ now, intervalMs, jitter, chance, mostPerSecond = Infinity }: DueWish): number {
    this.#pass(now)
    const wished = now + intervalMs
    const from = this.#within(Math.floor((wished - jitter * intervalMs) / 1_000))
    const to = this.#within(Math.floor((wished + jitter * intervalMs) / 1_000))
    let second = this.#emptiest(from, to, chance)
    if (this.#at(second) >= mostPerSecond) second = this.#free(to, mostPerSecond)
    const slot = second % HORIZON_SECONDS
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
    const within = (chance * 7_919) % 1
    return Math.max(now + 1, Math.floor((second + within) * 1_000))
  }

  /** A client came before its time or will not come: it is no longer expected then. */
  withdraw(dueAt: number): void {
    const second = Math.floor(dueAt / 1_000)
    if (second <= this.#second || second >= this.#second + HORIZON_SECONDS) return
    const slot = second % HORIZON_SECONDS
    this.#counts[slot] = Math.max(0, (this.#counts[slot] ?? 0) - 1)
  }

  /** How many updates are due within a time from now, as far as they are given out. */
  due(now: number, spanMs: number): number {
    this.#pass(now)
    const from = Math.floor(now / 1_000) + 1
    const to = this.#within(from + Math.floor(spanMs / 1_000) - 1)
    let sum = 0
    for (let second = from; second <= to; second += 1) sum += this.#at(second)
    return sum
  }

  #at(second: number): number {
    return this.#counts[second % HORIZON_SECONDS] ?? 0
  }

  #within(second: number): number {
    return Math.min(this.#second + HORIZON_SECONDS - 1, Math.max(this.#second, second))
  }

  #emptiest(from: number, to: number, chance: number): number {
    const seconds = to - from + 1
    const looked = Math.min(seconds, LOOKED_AT)
    const start = Math.floor(chance * seconds)
    let best = from + start
    for (let i = 1; i < looked; i += 1) {
      const second = from + ((start + Math.floor((i * seconds) / looked)) % seconds)
      if (this.#at(second) < this.#at(best)) best = second
    }
    return best
  }

  #free(after: number, mostPerSecond: number): number {
    let second = Math.max(after, this.#freeFrom)
    const last = this.#second + HORIZON_SECONDS - 1
    while (second < last && this.#at(second) >= mostPerSecond) second += 1
    if (after <= this.#freeFrom) this.#freeFrom = second
    return Math.min(last, second)
  }

  /** What is past is forgotten. */
  #pass(now: number): void {
    const second = Math.floor(now / 1_000)
    const from = Math.max(this.#second, second - HORIZON_SECONDS)
    for (let past = from; past < second; past += 1) this.#counts[past % HORIZON_SECONDS] = 0
    this.#second = Math.max(this.#second, second)
    this.#freeFrom = Math.max(this.#freeFrom, this.#second)
  }
}
