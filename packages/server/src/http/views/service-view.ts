/** Services as the API says them where the loop has no view of its own yet. */
import type { ServiceDetail } from '../api.ts'
import type { StoredManifest } from '../../store/store.ts'

/** A service that was applied and not ticked yet: there is nothing to say of it but that. */
export function awaitingFirstTick({ name, owner, version }: StoredManifest): ServiceDetail {
  return {
    name,
    owner: owner ?? '',
    state: 'unknown',
    cause: null,
    says: 'Applied; the next tick starts it.',
    requestsPerSecond: null,
    response: null,
    limitMs: null,
    promisedRatio: null,
    measuredRatio: null,
    budgetLeftRatio: null,
    parts: [],
    instances: { desired: 0, ready: 0, atMost: null },
    costPerHour: '0',
    mode: 'act',
    generation: 0,
    updatedAt: null,
    version,
    agreements: [],
    url: null,
    routeFault: null,
    partDetails: [],
    verdicts: [],
    reasons: [],
    advice: [],
  }
}
