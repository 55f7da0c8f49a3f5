/**
 * How often one client changes, as a Gamma distribution of its rate: so many changes in so much time. It must not know of
 * ages or of other clients but by the prior.
 */

/** The rate has the mean `changes` / `exposureMs`. */
export interface RateEstimate {
  readonly changes: number
  readonly exposureMs: number
}

/** By changes and not by updates, as who is asked more often does not change sooner: half is left after seven. */
const KEPT_PER_CHANGE = 0.9

export function priorRate(dwellMs: number): RateEstimate {
  return { changes: 1, exposureMs: dwellMs }
}

export const dwellOf = ({ changes, exposureMs }: RateEstimate): number => exposureMs / changes

/** What is known of one interval of a client, besides its length. */
export type Seen =
  | { readonly kind: 'bit'; readonly changed: boolean }
  /** The client counts its significant changes itself. */
  | { readonly kind: 'count'; readonly changes: number }
  /** It also says how long ago the last one was. */
  | { readonly kind: 'times'; readonly changes: number; readonly lastAgoMs: number }

export const changesOf = (seen: Seen): number =>
  seen.kind === 'bit' ? Number(seen.changed) : Math.max(0, seen.changes)

/** Adds changes and the time in which these, and no others, were to be seen. */
export function updateRate(
  estimate: RateEstimate,
  prior: RateEstimate,
  seen: { readonly changes: number; readonly exposureMs: number },
): RateEstimate {
  const kept = seen.changes > 0 ? KEPT_PER_CHANGE : 1
  return {
    changes: prior.changes + kept * (estimate.changes - prior.changes) + seen.changes,
    exposureMs: prior.exposureMs + kept * (estimate.exposureMs - prior.exposureMs) + seen.exposureMs,
  }
}
