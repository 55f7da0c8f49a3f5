/** API views with everyday values, for tests; each test says only what it is about. */
import type {
  ChangeView,
  HistoryPoint,
  InstanceView,
  ServiceDetail,
  ServiceSummary,
} from '../../../server/src/http/api.ts'

const AT = '2026-05-04T14:00:00.000Z'

export function summary(given: Partial<ServiceSummary>): ServiceSummary {
  return {
    name: 'shop',
    owner: 'acme',
    state: 'kept',
    cause: null,
    says: 'Level response: 3 of 100 operations missed the limit.',
    requestsPerSecond: 4,
    response: { p50Ms: 40, p90Ms: 63, p99Ms: 110 },
    limitMs: 100,
    promisedRatio: 0.9,
    measuredRatio: 0.97,
    budgetLeftRatio: 0.7,
    parts: [{ part: 'interface', desired: 2, ready: 2 }],
    instances: { desired: 2, ready: 2, atMost: 20 },
    costPerHour: '0.04 EUR',
    mode: 'act',
    generation: 1,
    updatedAt: AT,
    ...given,
  }
}

export function detail(given: Partial<ServiceDetail>): ServiceDetail {
  const rest = {
    version: 1,
    agreements: [],
    url: null,
    routeFault: null,
    partDetails: [],
    verdicts: [],
    reasons: [],
    advice: [],
  }
  return { ...summary({}), ...rest, ...given }
}

export function point(given: Partial<HistoryPoint>): HistoryPoint {
  return {
    at: AT,
    requestsPerSecond: 4,
    p50Ms: 40,
    p90Ms: 63,
    p99Ms: 110,
    met: 19,
    missed: 1,
    state: 'kept',
    cause: null,
    parts: [{ part: 'interface', desired: 2, ready: 2 }],
    ...given,
  }
}

export function change(given: Partial<ChangeView>): ChangeView {
  const reason = { code: 'load-rises', part: 'interface', says: 'The load is expected at 9.1/s.' }
  return { at: AT, part: 'interface', from: 2, to: 3, reason, ...given }
}

export function instance(given: Partial<InstanceView>): InstanceView {
  return {
    id: 'shop-interface-1',
    service: 'shop',
    part: 'interface',
    revision: 'r1',
    phase: 'ready',
    since: AT,
    restarts: 0,
    address: null,
    desired: true,
    says: 'It answers its readiness check.',
    ...given,
  }
}
