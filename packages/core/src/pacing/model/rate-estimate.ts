/**
 * How often one client changes, as a Gamma distribution of its rate. An update says only whether something changed since
 * the last one, so the time up to the change is estimated (expectation maximisation); counts of changes
 * are used as they are. It must not know of ages or of other clients but by the prior.
 */

/** The rate has the mean `changes` / `exposureMs`. */
export interface RateEstimate {
  readonly changes: number
  readonly exposureMs: number
}

/** An update counts half after 46 more; so a client whose nature changes is learned anew. */
const KEPT = 0.985

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

export const hasChanged = (seen: Seen): boolean => (seen.kind === 'bit' ? seen.changed : seen.changes > 0)

export function updateRate(
  estimate: RateEstimate,
  prior: RateEstimate,
  seen: Seen,
  intervalMs: number,
): RateEstimate {
  const changes = seen.kind === 'bit' ? Number(seen.changed) : seen.changes
  const exposureMs =
    seen.kind === 'bit' && seen.changed ? timeToChange(dwellOf(estimate), intervalMs) : intervalMs
  return {
    changes: prior.changes + KEPT * (estimate.changes - prior.changes) + changes,
    exposureMs: prior.exposureMs + KEPT * (estimate.exposureMs - prior.exposureMs) + exposureMs,
  }
}

/** E[X | X < interval] of an exponential X (M. Dempster et al. 1977 for the method). */
export function timeToChange(dwellMs: number, intervalMs: number): number {
  const x = intervalMs / dwellMs
  return x < 1e-3 ? intervalMs * (0.5 - x / 12) : dwellMs - intervalMs / Math.expm1(x)
}
