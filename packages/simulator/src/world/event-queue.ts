/**
 * What is to happen and when: a binary heap whose keys lie in typed arrays. Events of one instant come in the
 * order in which they were put in, so that a run never depends on how the heap happens to be shaped.
 */

const FIRST_CAPACITY = 256

export class EventQueue<Event> {
  #at = new Float64Array(FIRST_CAPACITY)
  #order = new Float64Array(FIRST_CAPACITY)
  readonly #events: (Event | undefined)[] = []
  #size = 0
  #pushed = 0

  get size(): number {
    return this.#size
  }

  /** Infinity when nothing is to happen any more. */
  get nextAt(): number {
    return this.#size === 0 ? Infinity : (this.#at[0] ?? Infinity)
  }

  push(at: number, event: Event): void {
    if (this.#size === this.#at.length) this.#grow()
    this.#pushed += 1
    this.#place(this.#rise(this.#size, at), at, this.#pushed, event)
    this.#size += 1
  }

  pop(): Event | undefined {
    if (this.#size === 0) return undefined
    const [first] = this.#events
    this.#size -= 1
    const last = this.#size
    const [at, order, event] = [this.#at[last] ?? 0, this.#order[last] ?? 0, this.#events[last]]
    this.#events[last] = undefined
    if (last > 0) this.#place(this.#sink(at, order), at, order, event)
    return first
  }

  /** Moves parents down until `at` fits; a new event is the youngest, so that equals stay above it. */
  #rise(from: number, at: number): number {
    let hole = from
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if ((this.#at[parent] ?? 0) <= at) break
      this.#move(parent, hole)
      hole = parent
    }
    return hole
  }

  #sink(at: number, order: number): number {
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= this.#size) return hole
      if (child + 1 < this.#size && this.#isBefore(child + 1, this.#at[child] ?? 0, this.#order[child] ?? 0))
        child += 1
      if (!this.#isBefore(child, at, order)) return hole
      this.#move(child, hole)
      hole = child
    }
  }

  #isBefore(place: number, at: number, order: number): boolean {
    const mine = this.#at[place] ?? 0
    return mine < at || (mine === at && (this.#order[place] ?? 0) < order)
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#at[from] ?? 0, this.#order[from] ?? 0, this.#events[from])
  }

  #place(place: number, at: number, order: number, event: Event | undefined): void {
    this.#at[place] = at
    this.#order[place] = order
    this.#events[place] = event
  }

  #grow(): void {
    this.#at = doubled(this.#at)
    this.#order = doubled(this.#order)
  }
}

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2)
  larger.set(values)
  return larger
}
