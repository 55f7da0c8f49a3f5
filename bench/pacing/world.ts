/**
 * Clients whose significant changes are known to the bench alone: a policy is told at each update whether something
 * changed since the last one, and nothing else.
 */

export interface Observed {
  readonly changed: boolean
  readonly staleMs: number
}

export interface WorldClient {
  /** Clients of one class are judged together. */
  readonly className: string
  readonly from: number
  readonly to: number
  /** What an update at `to` says, where the last one was at `from`. */
  observe(from: number, to: number): Observed
  /** When an update comes that was asked for at an instant, the last one having been at `since`. */
  dueAt(since: number, asked: number): number
  /** How many significant changes there are in all: an update for each is what an omniscient one sends. */
  readonly changes: number
  /** Where they are made by a law: their instants, the law and its mean. */
  readonly made?: Made
}

export interface Made {
  readonly times: Float64Array
  /** Null where it is no renewal of one law. */
  readonly law: 'by chance' | 'regular' | null
  readonly dwellMs: number
}

export interface World {
  readonly name: string
  readonly clients: readonly WorldClient[]
}

const LEAST_MS = 1_000

/** From the instants of its changes. */
export function changingClient(
  className: string,
  made: Made,
  { from, to }: { readonly from: number; readonly to: number },
): WorldClient {
  const { times } = made
  return {
    made,
    className,
    from,
    to,
    changes: times.length,
    dueAt: (since, asked) => Math.max(since + LEAST_MS, asked),
    observe(since, at) {
      const next = times[firstAfter(times, since)] ?? Infinity
      return next <= at ? { changed: true, staleMs: at - next } : { changed: false, staleMs: 0 }
    },
  }
}

export function firstAfter(times: Float64Array | readonly number[], at: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}
