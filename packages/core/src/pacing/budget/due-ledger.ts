/**
 * Counts by the second the updates that clients were told to send. So the load to come is known, as the server itself
 * gave it out, and each update is put into the emptiest second near its time: nothing beats all at once, not even when
 * everybody comes back at once. Changes in place; ledgers of several servers add up second by second.
 */

/** Farther than a day nobody is asked to come; what jitter adds to that still has its second. */
const MOST_MS = 86_400_000
const MOST_JITTER = 0.5
const HORIZON_SECONDS = 131_072
/** In the time around which an update may come, so many seconds are looked at. */
const LOOKED_AT = 16
/** Where all seconds near are full, it may come sooner by a half; where these are full too, room is looked for so much later. */
const MOST_LATER_SECONDS = 3_600

export interface DueWish {
  readonly now: number
  readonly intervalMs: number
  /** Never sooner than this, whatever the jitter. */
  readonly leastMs: number
  /** By this share sooner or later, at most a half: a tenth costs 0.3 % of staleness. */
  readonly jitter: number
  /** From 0 to 1: where in the second, and which one of equally empty ones. */
  readonly chance: number
  /** Where all seconds near are as full, a later one is taken if there is any; absent: without a limit. */
  readonly mostPerSecond?: number
}

export class DueLedger {
  readonly #counts = new Uint32Array(HORIZON_SECONDS)
  #second: number

  constructor(now: number) {
    this.#second = Math.floor(now / 1_000)
  }

  /** Notes an update for an instant near the wished one, in whole milliseconds, and returns the instant. */
  issue({ now, intervalMs, leastMs, jitter, chance, mostPerSecond = Infinity }: DueWish): number {
    this.#pass(now)
    const wished = Math.min(MOST_MS, intervalMs)
    const share = Math.min(MOST_JITTER, jitter)
    const soonest = Math.min(MOST_MS, Math.max(1, leastMs, wished * (1 - share)))
    const earliest = Math.ceil(now + soonest)
    const latest = Math.max(earliest, Math.floor(now + wished * (1 + share)))
    const from = Math.floor(earliest / 1_000)
    const to = Math.floor(latest / 1_000)
    let second = this.#emptiest(from, to, chance)
    if (this.#at(second) >= mostPerSecond) {
      const sooner = now + Math.max(leastMs, wished * (1 - MOST_JITTER))
      const wide = this.#emptiest(Math.ceil(sooner / 1_000), to, chance)
      second = this.#at(wide) < mostPerSecond ? wide : (this.#free(to, mostPerSecond) ?? second)
    }
    const slot = second % HORIZON_SECONDS
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
    const isNear = second >= from && second <= to
    const first = isNear ? Math.max(earliest, second * 1_000) : second * 1_000
    const last = isNear ? Math.min(latest, second * 1_000 + 999) : second * 1_000 + 999
    const within = (chance * 7_919) % 1
    return first + Math.floor(within * (last - first + 1))
  }

  /** An update that was told of elsewhere or earlier is still to come. */
  expect(dueAt: number): void {
    const second = Math.floor(dueAt / 1_000)
    if (second <= this.#second || second >= this.#second + HORIZON_SECONDS) return
    const slot = second % HORIZON_SECONDS
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
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
    const seconds = Math.max(1, to - from + 1)
    const looked = Math.min(seconds, LOOKED_AT)
    const start = Math.floor(chance * seconds)
    let best = from + start
    for (let i = 1; i < looked; i += 1) {
      const second = from + ((start + Math.floor((i * seconds) / looked)) % seconds)
      if (this.#at(second) < this.#at(best)) best = second
    }
    return best
  }

  #free(after: number, mostPerSecond: number): number | null {
    const last = after + MOST_LATER_SECONDS
    for (let second = after + 1; second <= last && second < this.#second + HORIZON_SECONDS; second += 1)
      if (this.#at(second) < mostPerSecond) return second
    return null
  }

  /** What is past is forgotten. */
  #pass(now: number): void {
    const second = Math.floor(now / 1_000)
    const from = Math.max(this.#second, second - HORIZON_SECONDS)
    for (let past = from; past < second; past += 1) this.#counts[past % HORIZON_SECONDS] = 0
    this.#second = Math.max(this.#second, second)
  }
}
