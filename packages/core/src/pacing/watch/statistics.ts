/**
 * What a watch's updates came to, by the minute: how many, how many said something new, and for how long copies were wrong,
 * as promised and as the updates showed. Changes in place; whoever reads it sums up.
 */

const MINUTE = 60_000
/** A day. */
const MINUTES_KEPT = 1_440

const NOTHING = {
  updates: 0,
  newcomers: 0,
  /** Those that said something significant. */
  changed: 0,
  early: 0,
  tooSoon: 0,
  refused: 0,
  badTokens: 0,
  /** Clients for which there was no room. */
  notKept: 0,
  /** Time between updates, and for how much of it copies were wrong: as was promised, as the updates showed. */
  observedMs: 0,
  promisedMs: 0,
  wrongMs: 0,
  /** What was expected of the minute when it began. */
  forecast: 0,
}
export type Figure = keyof typeof NOTHING
export type Figures = Readonly<Record<Figure, number>>
export type MinuteFigures = Figures & { readonly at: number }

const PLACES: ReadonlyMap<string, number> = new Map(Object.keys(NOTHING).map((name, place) => [name, place]))
const placeOf = (figure: Figure): number => PLACES.get(figure) ?? 0

export class WatchStatistics {
  readonly #figures = new Float64Array(MINUTES_KEPT * PLACES.size)
  readonly #totals = new Float64Array(PLACES.size)
  readonly #minutes = new Float64Array(MINUTES_KEPT).fill(-1)

  add(figure: Figure, at: number, amount: number = 1): void {
    const place = placeOf(figure)
    this.#totals[place] = (this.#totals[place] ?? 0) + amount
    const minute = Math.floor(at / MINUTE)
    const row = minute % MINUTES_KEPT
    const from = row * PLACES.size
    if (this.#minutes[row] !== minute) {
      if ((this.#minutes[row] ?? 0) > minute) return
      this.#figures.fill(0, from, from + PLACES.size)
      this.#minutes[row] = minute
    }
    const index = from + place
    this.#figures[index] = (this.#figures[index] ?? 0) + amount
  }

  /** Since it began. */
  get totals(): Figures {
    return figuresBy((figure) => this.#totals[placeOf(figure)] ?? 0)
  }

  /** The minutes that have something, the oldest first. */
  minutes(from: number, to: number): readonly MinuteFigures[] {
    const first = Math.floor(from / MINUTE)
    const last = Math.ceil(to / MINUTE) - 1
    const found: MinuteFigures[] = []
    for (let minute = Math.max(first, last - MINUTES_KEPT + 1); minute <= last; minute += 1)
      if (this.#minutes[minute % MINUTES_KEPT] === minute) found.push(this.#row(minute))
    return found
  }

  #row(minute: number): MinuteFigures {
    const from = (minute % MINUTES_KEPT) * PLACES.size
    const of = (figure: Figure): number => this.#figures[from + placeOf(figure)] ?? 0
    return { at: minute * MINUTE, ...figuresBy(of) }
  }
}

function figuresBy(of: (figure: Figure) => number): Figures {
  return {
    updates: of('updates'),
    newcomers: of('newcomers'),
    changed: of('changed'),
    early: of('early'),
    tooSoon: of('tooSoon'),
    refused: of('refused'),
    badTokens: of('badTokens'),
    notKept: of('notKept'),
    observedMs: of('observedMs'),
    promisedMs: of('promisedMs'),
    wrongMs: of('wrongMs'),
    forecast: of('forecast'),
  }
}

export function sumOf(minutes: readonly MinuteFigures[]): Figures {
  return figuresBy((figure) => minutes.reduce((sum, minute) => sum + minute[figure], 0))
}
