/** Who tells of a service and how that goes, which series there are, and what a rule would make of them. */
import { whySelectsNothing, type Interval, type Metric, type Rule } from '@holdfast/core/health'
import { epochMs, formatInstant, parseDuration, type DurationMs, type EpochMs } from '@holdfast/core/units'
import { z } from 'zod'
import { operatorAndOwner } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import { manifestsOf, readManifests, ruleOf, type ParsedManifest } from '../../manifests/index.ts'
import { tryRule } from '../../sources/index.ts'
import type { MetricView, TriedRulesView, TriedRuleView, TryRulesRequest } from '../api.ts'
import { knownManifests, parsedFrom, visibleTo } from '../changes/known-manifests.ts'
import { newFaults } from '../changes/plan-changes.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { pageOfItems, pageQuery } from '../paging.ts'
import { namePath, refused } from '../route-parts.ts'
import { seriesPage, sourceStatusPage, triedRules, tryRulesRequest } from '../schemas/source.ts'
import { metricNow } from '../views/health-view.ts'
import { seriesView, sourceStatusView } from '../views/source-view.ts'
import { readableManifest } from '../visibility.ts'

const config = { access: operatorAndOwner }
const tags = ['services']

export function sourceRoutes(api: Api, context: HttpContext): void {
  statusRoute(api, context)
  seriesRoute(api, context)
  tryRoute(api, context)
}

function statusRoute(api: Api, { store, sources, clock }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/sources',
    config,
    schema: {
      operationId: 'listServiceSources',
      summary: 'Say who tells of a service, and how that goes',
      description:
        'Those that are declared, and those that push. The gateway is not among them: it is always there.',
      tags,
      params: namePath,
      querystring: z.strictObject(pageQuery),
      response: { 200: sourceStatusPage },
    },
    handler: async (request) => {
      const { name } = request.params
      await readableManifest(store, identityOf(request), { kind: 'Service', name })
      const views = sources.statuses(name).map((status) => sourceStatusView(status, clock.now()))
      return pageOfItems(views, (view) => view.name, request.query)
    },
  })
}

function seriesRoute(api: Api, { store, sources }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/sources/:source/series',
    config,
    schema: {
      operationId: 'listSeries',
      summary: 'List the series that a source tells of, as a rule would name them',
      tags,
      params: z.object({ name: z.string().min(1), source: z.string().min(1) }),
      querystring: z.strictObject({
        ...pageQuery,
        contains: z.string().optional().describe('Only those whose name has this in it.'),
      }),
      response: { 200: seriesPage },
    },
    handler: async (request) => {
      const { name, source } = request.params
      await readableManifest(store, identityOf(request), { kind: 'Service', name })
      if (!sources.statuses(name).some((status) => status.name === source))
        throw new ProblemError(problem('not-found', `No source "${source}" tells of ${name}.`))
      const { contains = '', ...page } = request.query
      const views = sources
        .series(name, source)
        .map((known) => seriesView(known))
        .filter((view) => view.name.includes(contains))
      return pageOfItems(views, keyOfSeries, page)
    },
  })
}

const keyOfSeries = ({
  name,
  part,
  instance,
  labels,
}: z.output<typeof seriesPage>['items'][number]): string => JSON.stringify([name, part, instance, labels])

const HOUR_MS = 3_600_000

const LEAST_MS = 10_000

function tryRoute(api: Api, { store, sources, health, clock }: HttpContext): void {
  api.route({
    method: 'POST',
    url: '/v1/services/:name/rules/test',
    config,
    schema: {
      operationId: 'tryRules',
      summary: 'Try rules on what sources told lately, without applying them',
      description:
        'Of the last hour at most, interval by interval, beside what holds now. Files may hold other manifests as well; only rules of this service are tried.',
      tags,
      params: namePath,
      body: tryRulesRequest,
      response: { 200: triedRules },
    },
    handler: async (request): Promise<TriedRulesView> => {
      const identity = identityOf(request)
      const { name } = request.params
      await readableManifest(store, identity, { kind: 'Service', name })
      const known = parsedFrom(visibleTo(identity, knownManifests(await store.manifests())))
      const rules = rulesIn(request.body, known, name)
      const history = sources.history(name)
      const now = clock.now()
      const intervals = intervalsIn(request.body, now)
      const told = sources
        .statuses(name)
        .flatMap((source) => sources.series(name, source.name).map(({ series }) => series))
      return {
        service: name,
        since: sinceText(history?.since() ?? null),
        rules: rules.map((rule): TriedRuleView => {
          const tried = history === null ? [] : tryRule(rule, history, intervals)
          return {
            rule: rule.name,
            part: rule.part,
            metric: rule.metric,
            selectsNothing: rule.inputs.flatMap(({ select }) => whySelectsNothing(select, told) ?? []),
            figures: tried.map(({ interval, metric }) => {
              const present = metricNow(health.read(name, interval.from, interval.to), rule)
              return {
                from: formatInstant(interval.from),
                to: formatInstant(interval.to),
                now: present,
                tried: viewOf(metric, present?.unit ?? rule.unit ?? '1'),
              }
            }),
          }
        }),
      }
    },
  })
}

const sinceText = (since: EpochMs | null): string | null => (since === null ? null : formatInstant(since))

const viewOf = (metric: Metric<number>, unit: string): MetricView =>
  'reason' in metric
    ? { value: null, unit, rule: null, observations: 0, sources: [], reason: metric.reason }
    : { ...metric, unit, reason: null }

/** Rules that cannot be applied cannot be tried either; those that are wrong are told as an apply would. */
function rulesIn(
  { files }: TryRulesRequest,
  known: readonly ParsedManifest[],
  service: string,
): readonly Rule[] {
  const read = readManifests(files)
  if (!read.ok) throw new ProblemError(read.error)
  const wanted = manifestsOf(read.value, 'Rule')
  const others = known.filter(
    ({ manifest }) =>
      manifest.kind !== 'Rule' ||
      !wanted.some((one) => one.manifest.metadata.name === manifest.metadata.name),
  )
  const faults = newFaults(known, [
    ...others,
    ...read.value.filter(({ manifest }) => manifest.kind === 'Rule'),
  ])
  if (faults.length > 0) throw new ProblemError(problem('manifest-invalid', 'The rules do not fit.', faults))
  const rules = wanted.filter(({ manifest }) => manifest.spec.service === service)
  if (rules.length === 0)
    throw refused('/files', {
      message: `No rule here is about ${service}.`,
      hint: 'A rule begins with "kind: Rule" and names its service.',
    })
  return rules.map(({ manifest, version }) => ruleOf(manifest, version))
}

function intervalsIn(
  { for: long = '30m', interval = '1m' }: TryRulesRequest,
  now: EpochMs,
): readonly Interval[] {
  const length = lengthIn('/interval', interval, LEAST_MS, HOUR_MS)
  const whole = lengthIn('/for', long, length, HOUR_MS)
  const end = Math.floor(now / length) * length
  const count = Math.floor(whole / length)
  return Array.from({ length: count }, (_, i): Interval => {
    const from = end - (count - i) * length
    return { from: epochMs(from), to: epochMs(from + length) }
  })
}

function lengthIn(pointer: string, text: string, least: number, most: number): DurationMs {
  const parsed = parseDuration(text)
  if (!parsed.ok) throw refused(pointer, parsed.error)
  const { value } = parsed
  if (value >= least && value <= most) return value
  throw refused(pointer, {
    message: `${text} is too ${value < least ? 'short' : 'long'}.`,
    hint: `Give ${least / 1_000}s to 1h.`,
  })
}
