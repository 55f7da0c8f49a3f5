/** What the API shows of a service after a tick: pure translations from the loop's data to the API's shapes. */
import type { Level, Part, Verdict, VerdictState } from '@holdfast/core/agreement'
import { instanceCap, termsInForce } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import { quantile } from '@holdfast/core/stats'
import {
  costOf,
  formatHourlyPrice,
  formatInstant,
  formatMoney,
  hours,
  type Micros,
} from '@holdfast/core/units'
import type {
  HistoryPoint,
  InstanceView,
  PartSummary,
  PartView,
  ServiceDetail,
  ServiceSummary,
} from '../http/api.ts'
import { changesOfPlan, reasonView } from '../http/views/changes-of-plan.ts'
import { verdictView } from '../http/views/verdict-view.ts'
import type { PlatformInstance } from '../platforms/platform.ts'
import type { Ticked } from './ticked.ts'
import type { Figures } from './figures.ts'

type Shown = Omit<Ticked, 'point'>

export function summaryOf(shown: Shown, figures: Figures): ServiceSummary {
  const { resolved, desired, decision, at, generation } = shown
  const worst = worstOf(decision.verdicts)
  const level = mainLevel(shown)
  const verdict = decision.verdicts.find((candidate) => candidate.level === level?.name) ?? worst
  const parts = resolved.service.parts.map((part) => partSummary(part, shown))
  return {
    name: resolved.service.name,
    owner: resolved.owner,
    state: worst?.state ?? 'unknown',
    cause: worst?.cause?.kind ?? null,
    says: worst === null ? 'No agreement is in force for this service.' : sentenceOf(worst),
    requestsPerSecond: figures.requestsPerSecond,
    response: responseOf(figures),
    limitMs: level !== null && 'limit' in level.metric ? level.metric.limit : null,
    promisedRatio: verdict?.promised ?? null,
    measuredRatio: verdict?.measured ?? null,
    budgetLeftRatio: budgetLeft(verdict),
    parts,
    instances: {
      desired: desired.length,
      ready: parts.reduce((sum, { ready }) => sum + ready, 0),
      atMost: instanceCap(termsInForce(resolved.agreements, at), null),
    },
    costPerHour: hourlyCost(resolved.service.parts, desired),
    mode: resolved.service.mode,
    generation,
    updatedAt: formatInstant(at),
  }
}

export function detailOf(
  shown: Shown,
  summary: ServiceSummary,
  { partsPerSecond }: Figures,
  routeFault: string | null,
): ServiceDetail {
  const { resolved, decision, desired } = shown
  const port = resolved.gateway?.port ?? null
  return {
    ...summary,
    version: resolved.version,
    agreements: [...new Set(resolved.agreements.map(({ name }) => name))],
    url: port === null ? null : `http://127.0.0.1:${port}`,
    routeFault,
    partDetails: resolved.service.parts.map((part) =>
      partView(part, shown, partsPerSecond.get(part.name) ?? null),
    ),
    verdicts: decision.verdicts.map(verdictView),
    reasons: decision.reasons.map(reasonView),
    advice: decision.advice === null ? [] : changesOfPlan(desired, decision.advice),
  }
}

export function pointOf(shown: Shown, figures: Figures): HistoryPoint {
  const { observation, decision, resolved, at } = shown
  const response = responseOf(figures)
  const level = mainLevel(shown)
  const counted = observation.levels.find((count) => count.level === level?.name)
  return {
    at: formatInstant(at),
    requestsPerSecond: figures.requestsPerSecond ?? 0,
    p50Ms: response?.p50Ms ?? null,
    p90Ms: response?.p90Ms ?? null,
    p99Ms: response?.p99Ms ?? null,
    met: counted?.met ?? 0,
    missed: counted?.missed ?? 0,
    ...standingOf(decision.verdicts),
    parts: resolved.service.parts.map((part) => partSummary(part, shown)),
  }
}

function standingOf(verdicts: readonly Verdict[]): Pick<HistoryPoint, 'state' | 'cause'> {
  const worst = worstOf(verdicts)
  if (worst === null) return { state: 'unknown', cause: null }
  const { state, cause } = worst
  return { state, cause: cause === null ? null : { kind: cause.kind, part: cause.part } }
}

/** A point as it was stored, which an older version did without its cause. */
export function readPoint(stored: string): HistoryPoint {
  return { cause: null, ...(JSON.parse(stored) as Omit<HistoryPoint, 'cause'>) }
}

export function instanceViews({ present, desired }: Shown): readonly InstanceView[] {
  const wanted = new Set(desired.map(({ id }) => id))
  return present.map((instance) => instanceView(instance, wanted.has(instance.id)))
}

export const instanceView = (instance: PlatformInstance, desired: boolean): InstanceView => ({
  id: instance.id,
  service: instance.service,
  part: instance.part,
  revision: instance.revision,
  phase: instance.phase,
  since: formatInstant(instance.phaseSince),
  restarts: instance.restarts,
  address: instance.address === null ? null : `${instance.address.host}:${instance.address.port}`,
  desired,
  says: instance.says,
})

const severity: Record<VerdictState, number> = { kept: 0, unknown: 1, 'at-risk': 2, breached: 3 }

function worstOf(verdicts: readonly Verdict[]): Verdict | null {
  return verdicts.toSorted((a, b) => severity[b.state] - severity[a.state])[0] ?? null
}

/** The level that charts show: the first on response time. */
function mainLevel({ resolved, at }: Shown): Level | null {
  const levels = termsInForce(resolved.agreements, at).flatMap(({ levels }) => levels)
  return levels.find(({ metric }) => metric.kind === 'response-time') ?? levels[0] ?? null
}

function sentenceOf({ state, cause, reason, level }: Verdict): string {
  if (cause === null) return `Level ${level}: ${reason}`
  const where = cause.part === null ? '' : ` (part ${cause.part})`
  const said = cause.evidence[0]?.says ?? ''
  return `Level ${level} is ${state === 'at-risk' ? 'at risk' : state}; cause: ${cause.kind}${where}. ${said} ${reason}`.replaceAll(
    '  ',
    ' ',
  )
}

function budgetLeft(verdict: Verdict | null): number | null {
  if (verdict === null || verdict.met + verdict.missed === 0) return null
  const { allowed, left } = verdict.budget
  return allowed === 0 ? (left < 0 ? 0 : 1) : Math.max(0, Math.min(1, left / allowed))
}

function responseOf({ response }: Figures): ServiceSummary['response'] {
  if (response.count === 0) return null
  return { p50Ms: quantile(response, 0.5), p90Ms: quantile(response, 0.9), p99Ms: quantile(response, 0.99) }
}

function partSummary({ name }: Part, { desired, present }: Shown): PartSummary {
  const wanted = new Set(desired.filter(({ part }) => part === name).map(({ id }) => id))
  const ready = present.filter(({ id, phase }) => phase === 'ready' && wanted.has(id)).length
  return { part: name, desired: wanted.size, ready }
}

function partView(part: Part, shown: Shown, requestsPerSecond: number | null): PartView {
  const { observation, decision } = shown
  const seen = observation.parts.find((candidate) => candidate.part === part.name)
  const learned = decision.state.learned[part.name]
  return {
    ...partSummary(part, shown),
    instanceType: part.instanceType,
    pricePerHour: formatHourlyPrice(part.price),
    minInstances: part.minInstances,
    maxInstances: part.maxInstances,
    expectedServiceMs: part.characteristics?.serviceTime.mean ?? null,
    measuredServiceMs: learned?.serviceMs ?? null,
    plannedServiceMs: decision.state.serviceTimes[part.name]?.plannedMs ?? null,
    measuredWaitingMs: learned === undefined || learned.seen === 0 ? null : learned.waitingMs,
    capacityPerSecond: part.characteristics?.capacity ?? null,
    requestsPerSecond,
    queued: seen?.queued ?? 0,
    calls: part.calls.map(({ part: to, times }) => ({ part: to, times })),
  }
}

function hourlyCost(parts: readonly Part[], desired: readonly DesiredInstance[]): string {
  const totals = new Map<string, bigint>()
  for (const { name, price } of parts) {
    const count = desired.filter(({ part }) => part === name).length
    const cost = costOf(price, hours(1), count)
    totals.set(cost.currency, (totals.get(cost.currency) ?? 0n) + cost.micros)
  }
  return [...totals]
    .map(([currency, micros]) => formatMoney({ currency, micros: micros as Micros }))
    .join(' + ')
}
