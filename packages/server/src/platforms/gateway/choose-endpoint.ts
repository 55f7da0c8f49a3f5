/**
 * Decides which instance gets an operation: the one with the fewest in flight, and among equals the one
 * used least recently. With one waiting line in front and constant service times this is exactly
 * first come, first served at c servers (M/D/c), the model that instances are planned with.
 */

export interface Candidate {
  readonly inFlight: number
  /** Counts up with every dispatch; the smaller, the longer ago. */
  readonly lastUsed: number
  /** Left out until then, since it refused connections. */
  readonly restsUntilMs: number
}

/**
 * Null when all are full or resting. `avoid`, where an attempt just failed, is taken only when no other
 * can take the operation.
 */
export function chooseEndpoint<Endpoint extends Candidate>(
  candidates: readonly Endpoint[],
  concurrency: number,
  nowMs: number,
  avoid: Endpoint | null,
): Endpoint | null {
  let best: Endpoint | null = null
  let avoided: Endpoint | null = null
  for (const candidate of candidates) {
    if (candidate.inFlight >= concurrency || candidate.restsUntilMs > nowMs) continue
    if (candidate === avoid) avoided = candidate
    else if (best === null || isPreferred(candidate, best)) best = candidate
  }
  return best ?? avoided
}

function isPreferred(candidate: Candidate, best: Candidate): boolean {
  if (candidate.inFlight !== best.inFlight) return candidate.inFlight < best.inFlight
  return candidate.lastUsed < best.lastUsed
}
