/** /v1/services: what the loop knows of each service now, and what it did. */
import { addDuration, epochMs, hours, durationMs } from '@holdfast/core/units'
import { z } from 'zod'
import { holds, operatorAndOwner, type Identity } from '../../auth/index.ts'
import type { StoredManifest } from '../../store/store.ts'
import type { HistoryView, ServiceDetail, ServiceSummary } from '../api.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { entityTag } from '../entity-tag.ts'
import { pageOfItems, pageQuery } from '../paging.ts'
import { instantIn, instantQuery, namePath, serviceNameIn } from '../route-parts.ts'
import { whyView } from '../schemas/record.ts'
import {
  historyView,
  instancePage,
  serviceDetail,
  serviceSummaryPage,
  verdictPage,
  verdictState,
} from '../schemas/service.ts'
import { explain } from '../views/explain.ts'
import { awaitingFirstTick } from '../views/service-view.ts'
import { readableManifest, readablePast } from '../visibility.ts'

const config = { access: operatorAndOwner }
const tags = ['services']

/** What a chart shows when nobody asked for more. */
const HISTORY_BY_DEFAULT = hours(1)
/** An outcome follows its decision closely; more entries than this in between are of other decisions. */
const ENTRIES_AFTER_DECISION = 20

export function serviceRoutes(api: Api, context: HttpContext): void {
  listRoute(api, context)
  presentRoutes(api, context)
  pastRoutes(api, context)
}

function listRoute(api: Api, { store, live }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services',
    config,
    schema: {
      operationId: 'listServices',
      summary: 'List services',
      tags,
      querystring: z.strictObject({
        ...pageQuery,
        state: verdictState.optional().describe('Only services in this state.'),
      }),
      response: { 200: serviceSummaryPage },
    },
    handler: async (request) => {
      const identity = identityOf(request)
      const { state, ...page } = request.query
      const all = knownServices(live.services(), await store.manifests('Service'))
      const wanted = all.filter(
        (each) => holds(identity, each.owner) && (state === undefined || each.state === state),
      )
      return pageOfItems(wanted, ({ name }) => name, page)
    },
  })
}

function presentRoutes(api: Api, context: HttpContext): void {
  const { live } = context
  const detailOf = async (identity: Identity, name: string): Promise<ServiceDetail> =>
    detailFor(context, await readableManifest(context.store, identity, { kind: 'Service', name }))

  api.route({
    method: 'GET',
    url: '/v1/services/:name',
    config,
    schema: {
      operationId: 'getService',
      summary: 'Show a service',
      description: 'The ETag is the version of its manifest; give it as If-Match to delete exactly that.',
      tags,
      params: namePath,
      response: { 200: serviceDetail },
    },
    handler: async (request, reply) => {
      const detail = await detailOf(identityOf(request), request.params.name)
      void reply.header('etag', entityTag(detail.version))
      return detail
    },
  })
  api.route({
    method: 'GET',
    url: '/v1/services/:name/verdicts',
    config,
    schema: {
      operationId: 'listVerdicts',
      summary: 'List the present verdict on each level',
      tags,
      params: namePath,
      querystring: z.strictObject(pageQuery),
      response: { 200: verdictPage },
    },
    handler: async (request) => {
      const { verdicts } = await detailOf(identityOf(request), request.params.name)
      return pageOfItems(verdicts, ({ agreement, level }) => `${agreement} ${level}`, request.query)
    },
  })
  api.route({
    method: 'GET',
    url: '/v1/services/:name/instances',
    config,
    schema: {
      operationId: 'listInstances',
      summary: 'List the instances that are or should be',
      tags,
      params: namePath,
      querystring: z.strictObject(pageQuery),
      response: { 200: instancePage },
    },
    handler: async (request) => {
      const { name } = await detailOf(identityOf(request), request.params.name)
      return pageOfItems(live.instances(name), ({ part, id }) => `${part} ${id}`, request.query)
    },
  })
}

function pastRoutes(api: Api, { store, live, clock }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/history',
    config,
    schema: {
      operationId: 'getHistory',
      summary: 'Show points for charts, and the changes with their reasons',
      tags,
      params: namePath,
      querystring: z.strictObject({ since: instantQuery }),
      response: { 200: historyView },
    },
    handler: async (request): Promise<HistoryView> => {
      const { name } = await readablePast(store, identityOf(request), request.params.name)
      const { since } = request.query
      const from =
        since === undefined
          ? addDuration(clock.now(), durationMs(-HISTORY_BY_DEFAULT))
          : instantIn('/query/since', since)
      const { points, changes } = await live.history(name, from)
      return { service: name, limitMs: live.service(name)?.limitMs ?? null, points, changes }
    },
  })
  api.route({
    method: 'GET',
    url: '/v1/services/:name/why',
    config,
    schema: {
      operationId: 'why',
      summary: 'Explain the latest decision at or before an instant',
      tags,
      params: namePath,
      querystring: z.strictObject({ at: instantQuery }),
      response: { 200: whyView },
    },
    handler: async (request) => {
      const { name } = await readablePast(store, identityOf(request), request.params.name)
      const at = request.query.at === undefined ? clock.now() : instantIn('/query/at', request.query.at)
      const service = serviceNameIn('/params/name', name)
      const decided = await store.journal({
        service,
        kinds: ['decision'],
        to: epochMs(at + 1),
        order: 'newest-first',
        limit: 1,
      })
      const after = decided[0]?.sequence
      const followed =
        after === undefined
          ? []
          : await store.journal({
              service,
              kinds: ['outcome'],
              after,
              order: 'oldest-first',
              limit: ENTRIES_AFTER_DECISION,
            })
      return explain(name, [...decided, ...followed], at)
    },
  })
}

/** The loop's view, with the manifest's version: that is what If-Match speaks of. */
function detailFor({ live }: HttpContext, manifest: StoredManifest): ServiceDetail {
  const detail = live.service(manifest.name)
  return detail === null ? awaitingFirstTick(manifest) : { ...detail, version: manifest.version }
}

/** Those that the loop knows, and those that were applied since its last tick. */
function knownServices(
  live: readonly ServiceSummary[],
  stored: readonly StoredManifest[],
): readonly ServiceSummary[] {
  const known = new Set(live.map(({ name }) => name))
  return [...live, ...stored.filter(({ name }) => !known.has(name)).map(awaitingFirstTick)]
}
