/**
 * A bounded first-in-first-out line from whose middle anyone can leave at no cost, as clients give up.
 */

/** Where a value stands in its line; needed to leave it. */
export interface Place<T> {
  readonly value: T
  ahead: Place<T> | null
  behind: Place<T> | null
  /** False once the value was taken out of the line. */
  waits: boolean
}

export class WaitingLine<T> {
  #first: Place<T> | null = null
  #last: Place<T> | null = null
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Null when the line already has `limit` values. */
  join(value: T, limit: number): Place<T> | null {
    if (this.#length >= limit) return null
    const place: Place<T> = { value, ahead: this.#last, behind: null, waits: true }
    if (this.#last === null) this.#first = place
    else this.#last.behind = place
    this.#last = place
    this.#length += 1
    return place
  }

  /** For a value that was taken out already and has to come back: it keeps its turn, whatever the limit. */
  rejoinFirst(value: T): Place<T> {
    const place: Place<T> = { value, ahead: null, behind: this.#first, waits: true }
    if (this.#first === null) this.#last = place
    else this.#first.ahead = place
    this.#first = place
    this.#length += 1
    return place
  }

  first(): T | null {
    return this.#first === null ? null : this.#first.value
  }

  takeFirst(): T | null {
    const place = this.#first
    if (place === null) return null
    this.leave(place)
    return place.value
  }

  /** Does nothing for a place that was left already. */
  leave(place: Place<T>): void {
    if (!place.waits) return
    place.waits = false
    if (place.ahead === null) this.#first = place.behind
    else place.ahead.behind = place.behind
    if (place.behind === null) this.#last = place.ahead
    else place.behind.ahead = place.ahead
    this.#length -= 1
  }
}
