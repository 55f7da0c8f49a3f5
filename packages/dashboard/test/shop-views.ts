/** What the API would show of the model shop. */
import type {
  HistoryPoint,
  PartView,
  ReasonView,
  ServiceDetail,
  ServiceSummary,
  VerdictState,
  VerdictView,
  WhyView,
} from '../../server/src/http/api.ts'
import { ready, visits } from './shop-parts.ts'
import type { PartModel } from './shop-parts.ts'

export interface ShopNow {
  readonly name: string
  readonly at: string
  readonly limitMs: number
  readonly parts: readonly PartModel[]
  readonly last: HistoryPoint | null
  readonly met: number
  readonly missed: number
  readonly generation: number
}

const PROMISED = 0.9
const AT_MOST = 20
const HOUR_MS = 3_600_000
const PRICE_PER_HOUR = 0.02
/** How much longer the window goes on than what was counted so far. */
const WINDOW_GROWS = 1.6

export function stateOf(met: number, missed: number, p90Ms: number, limitMs: number): VerdictState {
  if (met / Math.max(1, met + missed) < PROMISED) return 'breached'
  return p90Ms > limitMs ? 'at-risk' : 'kept'
}

export function summaryOf(now: ShopNow): ServiceSummary {
  const { last } = now
  const verdict = verdictOf(now)
  const desired = now.parts.reduce((sum, part) => sum + part.desired, 0)
  const { p50Ms, p90Ms, p99Ms } = last ?? { p50Ms: null, p90Ms: null, p99Ms: null }
  return {
    name: now.name,
    owner: 'acme',
    state: verdict.state,
    cause: verdict.cause?.kind ?? null,
    says: saysOf(verdict),
    requestsPerSecond: last?.requestsPerSecond ?? null,
    response: last === null ? null : { p50Ms: p50Ms ?? 0, p90Ms: p90Ms ?? 0, p99Ms: p99Ms ?? 0 },
    limitMs: now.limitMs,
    promisedRatio: PROMISED,
    measuredRatio: verdict.measuredRatio,
    budgetLeftRatio: Math.max(0, verdict.missesLeft / Math.max(1, verdict.allowedMisses)),
    parts: now.parts.map((part) => ({ part: part.name, desired: part.desired, ready: ready(part) })),
    instances: { desired, ready: now.parts.reduce((sum, part) => sum + ready(part), 0), atMost: AT_MOST },
    costPerHour: `${(desired * PRICE_PER_HOUR).toFixed(2)} EUR`,
    mode: 'act',
    generation: now.generation,
    updatedAt: now.at,
  }
}

export function detailOf(now: ShopNow, reasons: readonly ReasonView[]): ServiceDetail {
  return {
    ...summaryOf(now),
    version: 3,
    agreements: [`${now.name}-gold`],
    url: 'http://127.0.0.1:8080',
    routeFault: null,
    partDetails: now.parts.map((part) => partView(part, now.last)),
    verdicts: [verdictOf(now)],
    reasons,
    advice: [],
  }
}

export function riseReason(part: PartModel, rate: number, to: number): ReasonView {
  if (part.desired === 0) {
    const says = 'Nothing is known of the load yet; the least that the agreement needs is started.'
    return { code: 'first-instances', part: part.name, says }
  }
  const says = `The load is expected at ${rate.toFixed(1)}/s; ${to} instances of ${part.name} keep 90 % within 100 ms, ${part.desired} would not.`
  return { code: 'load-rises', part: part.name, says }
}

export function fallReason(part: PartModel, rate: number, to: number): ReasonView {
  const says = `The load fell to ${rate.toFixed(1)}/s; ${to} of ${part.name} have been enough for 30 s.`
  return { code: 'load-falls', part: part.name, says }
}

export function holdReason(part: PartModel): ReasonView {
  const says = `An instance of ${part.name} could be spared; it is kept until the load has settled.`
  return { code: 'held-to-settle', part: part.name, says }
}

/** The verdict at a point of the past. */
export function whyOf(now: ShopNow, point: HistoryPoint | null): WhyView {
  const verdict = verdictOf(now)
  const blamed = point?.cause ?? null
  const part = point?.parts.find((summary) => summary.part === blamed?.part)
  const cause =
    blamed === null ? null : lackOf(blamed.part ?? '', part?.ready ?? 0, part?.desired ?? 0, now.at)
  return {
    service: now.name,
    askedFor: now.at,
    decidedAt: point?.at ?? null,
    sequence: point === null ? null : 1,
    says: verdict.reason,
    changes: [],
    advice: [],
    verdicts: [{ ...verdict, cause }],
    reasons: [],
    observed: [],
    outcome: [],
  }
}

function verdictOf(now: ShopNow): VerdictView {
  const { met, missed, last } = now
  const total = met + missed
  const state = last?.state ?? 'unknown'
  const allowed = Math.floor(total * WINDOW_GROWS * (1 - PROMISED))
  const from = Math.floor(Date.parse(now.at) / HOUR_MS) * HOUR_MS
  const left = allowed - missed
  return {
    agreement: `${now.name}-gold`,
    level: 'response',
    at: now.at,
    windowFrom: new Date(from).toISOString(),
    windowTo: new Date(from + HOUR_MS).toISOString(),
    state,
    met,
    missed,
    promisedRatio: PROMISED,
    measuredRatio: total === 0 ? null : met / total,
    missedBy: missed === 0 ? {} : { platform: missed },
    platformRatio: total === 0 ? null : met / total,
    allowedMisses: allowed,
    missesLeft: left,
    burn: missed / Math.max(1, total) / (1 - PROMISED),
    cause: state === 'at-risk' || state === 'breached' ? causeOf(now) : null,
    reason: `${missed} of ${total} operations missed the limit; ${left} more are allowed in this window.`,
  }
}

/** The part that lacks most of its instances. */
export function shortPart(parts: readonly PartModel[]): PartModel {
  return parts.reduce((worst, part) =>
    ready(part) / part.desired < ready(worst) / worst.desired ? part : worst,
  )
}

function causeOf(now: ShopNow): VerdictView['cause'] {
  const short = shortPart(now.parts)
  return lackOf(short.name, ready(short), short.desired, now.at)
}

function lackOf(part: string, observed: number, expected: number, since: string): VerdictView['cause'] {
  const says = `Part ${part} has ${observed} of ${expected} instances ready.`
  const evidence = { subject: part, measure: 'instances ready', unit: '', observed, expected, says }
  const helps = 'Nothing that the owner can do: instances are replaced or started.'
  return { kind: 'platform', part, since, evidence: [evidence], helps }
}

function saysOf({ level, state, cause, reason }: VerdictView): string {
  if (cause === null) return `Level ${level}: ${reason}`
  const where = cause.part === null ? '' : ` (part ${cause.part})`
  return `Level ${level} is ${state === 'at-risk' ? 'at risk' : state}; cause: ${cause.kind}${where}. ${cause.evidence[0]?.says ?? ''} ${reason}`
}

function partView(part: PartModel, last: HistoryPoint | null): PartView {
  const rate = (last?.requestsPerSecond ?? 0) * visits(part)
  const share = rate / Math.max(1, part.capacityPerSecond * ready(part))
  return {
    part: part.name,
    desired: part.desired,
    ready: ready(part),
    instanceType: 'small',
    pricePerHour: '0.02 EUR/h',
    minInstances: 1,
    maxInstances: 12,
    expectedServiceMs: part.serviceMs,
    measuredServiceMs: part.serviceMs * (1 + share / 10),
    plannedServiceMs: part.serviceMs,
    measuredWaitingMs: part.serviceMs * share ** 4,
    capacityPerSecond: part.capacityPerSecond * ready(part),
    requestsPerSecond: rate,
    queued: Math.floor(share),
    calls: part.calls,
  }
}
