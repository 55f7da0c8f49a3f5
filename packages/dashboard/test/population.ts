/** Many services in all states, seeded: what an overview of a platform with thousands of them looks like. */
import { seededRandom } from '../../core/src/stats/index.ts'
import type { Random } from '../../core/src/stats/index.ts'
import type { CauseKind, HistoryPoint, ServiceSummary, VerdictState } from '../../server/src/http/api.ts'

const words = ['atlas', 'beacon', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbour', 'iris', 'juniper']
const kinds = ['checkout', 'search', 'catalogue', 'identity', 'billing', 'reports', 'media', 'mail']
const owners = ['acme', 'globex', 'initech', 'umbra']
const causes: readonly CauseKind[] = ['load', 'cap', 'application', 'dependency', 'platform']

export function population(count: number, seed: number, nowMs: number): readonly ServiceSummary[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => serviceOf(index, random, nowMs))
}

function serviceOf(index: number, random: Random, nowMs: number): ServiceSummary {
  const state = stateOf(random.next())
  const limitMs = pick([50, 100, 250, 1_000], random)
  const p90Ms = limitMs * (state === 'breached' ? 1.1 + random.next() : 0.3 + 0.6 * random.next())
  const known = state !== 'unknown'
  const front = 1 + Math.floor(6 * random.next())
  const back = 1 + Math.floor(4 * random.next())
  const cause = state === 'breached' || state === 'at-risk' ? pick(causes, random) : null
  return {
    name: `${pick(words, random)}-${pick(kinds, random)}-${index + 1}`,
    owner: pick(owners, random),
    state,
    cause,
    says: cause === null ? 'Level response is kept.' : `Level response is ${state}; cause: ${cause}.`,
    requestsPerSecond: known ? 200 * random.next() ** 3 : null,
    response: known ? { p50Ms: p90Ms * 0.6, p90Ms, p99Ms: p90Ms * 1.6 } : null,
    limitMs,
    promisedRatio: 0.95,
    measuredRatio: known ? (state === 'breached' ? 0.931 : 0.962 + 0.03 * random.next()) : null,
    budgetLeftRatio: budgetOf(state, random),
    parts: [
      { part: 'web', desired: front, ready: state === 'at-risk' ? front - 1 : front },
      { part: 'store', desired: back, ready: back },
    ],
    instances: { desired: front + back, ready: front + back - (state === 'at-risk' ? 1 : 0), atMost: 16 },
    costPerHour: `${((front + back) * 0.04).toFixed(2)} EUR`,
    mode: 'act',
    generation: 1,
    updatedAt: new Date(nowMs).toISOString(),
  }
}

/** The last five minutes of a service: what its response time did around its present value. */
export function pastOf(service: ServiceSummary, nowMs: number): readonly HistoryPoint[] {
  const { response } = service
  if (response === null) return []
  const random = seededRandom(service.name.length * 31 + response.p90Ms)
  let level = 1
  return Array.from({ length: 60 }, (_, index) => {
    level += 0.2 * (1 - level) + 0.25 * (random.next() - 0.5)
    const { p50Ms, p90Ms, p99Ms } = response
    return {
      at: new Date(nowMs - (60 - index) * 5_000).toISOString(),
      requestsPerSecond: service.requestsPerSecond ?? 0,
      p50Ms: p50Ms * level,
      p90Ms: p90Ms * level,
      p99Ms: p99Ms * level,
      met: 95,
      missed: 5,
      state: service.state,
      cause: service.cause === null ? null : { kind: service.cause, part: null },
      parts: service.parts,
    }
  })
}

function stateOf(draw: number): VerdictState {
  if (draw < 0.86) return 'kept'
  if (draw < 0.93) return 'at-risk'
  return draw < 0.97 ? 'breached' : 'unknown'
}

function budgetOf(state: VerdictState, random: Random): number | null {
  if (state === 'unknown') return null
  if (state === 'breached') return 0
  return state === 'at-risk' ? 0.2 * random.next() : 0.3 + 0.7 * random.next()
}

function pick<T>(from: readonly T[], random: Random): T {
  const picked = from[Math.floor(from.length * random.next())]
  if (picked === undefined) throw new Error('Nothing to pick from.')
  return picked
}
