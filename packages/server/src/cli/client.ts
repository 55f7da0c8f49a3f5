/**
 * The API as the commands use it: every path is written here once, and every answer has the type that the
 * routes declare. Unless the answer is meant for a program, text in it is made harmless for a terminal.
 */
import type { Result } from '@holdfast/core/units'
import type {
  ApplyRequest,
  ApplyResponse,
  CreateKeyRequest,
  CreatedKey,
  HealthView,
  HistoryView,
  InstanceView,
  JournalCheckAll,
  JournalEntryView,
  KeyView,
  ManifestView,
  PacedClientView,
  PacingForecastView,
  PacingModelView,
  PacingStatsView,
  Page,
  RecordedBlockView,
  SeriesView,
  ServiceDetail,
  ServiceOffersView,
  ServiceSummary,
  SourceStatusView,
  TriedRulesView,
  TryRulesRequest,
  VerdictView,
  Whoami,
  WhyView,
} from '../http/api.ts'
import { cleanDeep } from './clean.ts'
import { failure, type ProblemDocument } from './failure.ts'
import { requestJson, type Answer, type Request } from './http.ts'
import type { Io } from './io.ts'
import type { ManifestKind } from './kinds.ts'
import type { Settings } from './settings.ts'

export interface JournalSelection {
  readonly service?: string
  readonly kind?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly order: 'oldest-first' | 'newest-first'
}

/** Of which time; at most one of the two, else of the last minute. */
export interface HealthSelection {
  readonly interval?: string
  readonly since?: string
}

export interface ApiClient {
  whoami(): Answer<Whoami>
  services(): Answer<readonly ServiceSummary[]>
  service(name: string): Answer<ServiceDetail>
  health(service: string, asked: HealthSelection): Answer<HealthView>
  /** All since the consumer read last; what is read is read. */
  readHealth(service: string, consumer: string): Answer<HealthView>
  history(service: string): Answer<HistoryView>
  sources(service: string): Answer<readonly SourceStatusView[]>
  series(service: string, source: string, contains: string | undefined): Answer<readonly SeriesView[]>
  tryRules(service: string, request: TryRulesRequest): Answer<TriedRulesView>
  /** How far back as it is written, such as 6h; undefined for an hour. */
  pacingStats(watch: string, span: string | undefined): Answer<PacingStatsView>
  pacingModel(watch: string): Answer<PacingModelView>
  pacedClient(watch: string, client: string, token: string | undefined): Answer<PacedClientView>
  pacingForecast(watch: string, perServer: string | undefined): Answer<PacingForecastView>
  instances(service: string): Answer<readonly InstanceView[]>
  verdicts(service: string): Answer<readonly VerdictView[]>
  /** The load as it is written, such as 10/s; undefined for what is offered. */
  offers(service: string, load: string | undefined): Answer<ServiceOffersView>
  why(service: string, at: string | undefined): Answer<WhyView>
  manifests(kind: ManifestKind): Answer<readonly ManifestView[]>
  manifest(kind: ManifestKind, name: string): Answer<ManifestView>
  allManifests(): Answer<readonly ManifestView[]>
  deleteManifest(kind: ManifestKind, name: string): Answer<void>
  apply(request: ApplyRequest): Answer<ApplyResponse>
  /** At most `limit` entries, over as many pages as that takes. */
  journal(selection: JournalSelection, limit: number): Answer<readonly JournalEntryView[]>
  /** The blocks of a span, with those that lead there from the nearest checkpoint. */
  recording(
    service: string,
    span: { readonly from: string; readonly to: string },
  ): Answer<readonly RecordedBlockView[]>
  checkJournal(service: string | undefined): Answer<JournalCheckAll>
  keys(): Answer<readonly KeyView[]>
  createKey(request: CreateKeyRequest): Answer<CreatedKey>
  revokeKey(id: string): Answer<void>
}

/** The most that a page may have. */
const PAGE_LIMIT = 1_000

/** A million things: a stop for a server whose cursor never ends. */
const MAX_PAGES = 1_000

export function apiClient(io: Io, settings: Settings, readBy: 'people' | 'programs'): ApiClient {
  const ask = async <T>(request: Request): Answer<T> => {
    const answer = await requestJson(io, settings, request)
    if (!answer.ok) return answer
    return { ok: true, value: (readBy === 'people' ? cleanDeep(answer.value) : answer.value) as T }
  }
  const all = <T>(
    path: string,
    query: Request['query'] = {},
    limit: number = Infinity,
  ): Answer<readonly T[]> => allPages((page) => ask<Page<T>>({ path, query: { ...query, ...page } }), limit)

  return {
    whoami: () => ask({ path: '/v1/whoami' }),
    services: () => all('/v1/services'),
    service: (name) => ask({ path: `/v1/services/${segment(name)}` }),
    health: (service, asked) => ask({ path: `/v1/services/${segment(service)}/health`, query: { ...asked } }),
    readHealth: (service, consumer) =>
      ask({
        method: 'POST',
        path: `/v1/services/${segment(service)}/health/consumers/${segment(consumer)}/read`,
      }),
    pacingStats: (watch, span) => ask({ path: `/v1/watches/${segment(watch)}/stats`, query: { for: span } }),
    pacingModel: (watch) => ask({ path: `/v1/watches/${segment(watch)}/model` }),
    pacedClient: (watch, client, token) =>
      ask({ path: `/v1/watches/${segment(watch)}/clients/${segment(client)}`, query: { token } }),
    pacingForecast: (watch, perServer) =>
      ask({ path: `/v1/watches/${segment(watch)}/forecast`, query: { 'per-server': perServer } }),
    sources: (service) => all(`/v1/services/${segment(service)}/sources`),
    series: (service, source, contains) =>
      all(`/v1/services/${segment(service)}/sources/${segment(source)}/series`, { contains }),
    tryRules: (service, body) =>
      ask({ method: 'POST', path: `/v1/services/${segment(service)}/rules/test`, body }),
    history: (service) => ask({ path: `/v1/services/${segment(service)}/history` }),
    instances: (service) => all(`/v1/services/${segment(service)}/instances`),
    verdicts: (service) => all(`/v1/services/${segment(service)}/verdicts`),
    offers: (service, load) => ask({ path: `/v1/services/${segment(service)}/offers`, query: { load } }),
    why: (service, at) => ask({ path: `/v1/services/${segment(service)}/why`, query: { at } }),
    manifests: (kind) => all(`/v1/${kind}`),
    manifest: (kind, name) => ask({ path: `/v1/${kind}/${segment(name)}` }),
    allManifests: () => all('/v1/manifests'),
    deleteManifest: (kind, name) => ask({ method: 'DELETE', path: `/v1/${kind}/${segment(name)}` }),
    apply: (body) => ask({ method: 'POST', path: '/v1/apply', body }),
    journal: ({ kind, ...selection }, limit) =>
      all('/v1/journal', { ...selection, kind: kind?.join(',') }, limit),
    recording: (service, span) =>
      allPages(
        ({ cursor }) =>
          ask<Page<RecordedBlockView>>({
            path: `/v1/services/${segment(service)}/recording`,
            query: { ...span, cursor },
          }),
        Infinity,
      ),
    checkJournal: (service) => ask({ path: '/v1/journal/check', query: { service } }),
    keys: () => all('/v1/keys'),
    createKey: (body) => ask({ method: 'POST', path: '/v1/keys', body }),
    revokeKey: (id) => ask({ method: 'DELETE', path: `/v1/keys/${segment(id)}` }),
  }
}

async function allPages<T>(
  read: (page: { readonly limit: number; readonly cursor?: string }) => Answer<Page<T>>,
  limit: number,
): Promise<Result<readonly T[], ProblemDocument>> {
  const items: T[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const wanted = Math.min(PAGE_LIMIT, limit - items.length)
    const page: Awaited<Answer<Page<T>>> = await read({
      limit: wanted,
      ...(cursor === null ? {} : { cursor }),
    })
    if (!page.ok) return page
    items.push(...page.value.items.slice(0, wanted))
    cursor = page.value.next
    if (cursor === null || items.length >= limit) return { ok: true, value: items }
  }
  return { ok: false, error: failure('internal', `The listing did not end after ${MAX_PAGES} pages.`) }
}

/** A dot segment would be resolved away, so it is sent as a name that cannot exist. */
function segment(name: string): string {
  return /^\.{1,2}$/.test(name) ? name.replaceAll('.', '%252e') : encodeURIComponent(name)
}
