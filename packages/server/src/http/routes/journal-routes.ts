/** The journal of one service or of all: read page by page, streamed whole, and checked. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { operatorAndOwner, type Identity } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import { entryView } from '../../journal/journal.ts'
import type { JournalQuery } from '../../store/store.ts'
import type { JournalCheckAll, JournalEntryView, Page } from '../api.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { nextJournalCursor, readJournalCursor } from '../journal-cursor.ts'
import { pageQuery } from '../paging.ts'
import { instantIn, instantQuery, namePath, refused, sendStream, serviceNameIn } from '../route-parts.ts'
import { journalCheck, journalCheckAll, journalKind, journalPage } from '../schemas/record.ts'
import { readablePast } from '../visibility.ts'

const config = { access: operatorAndOwner }
const tags = ['journal']

const kinds = z
  .string()
  .transform((text) => text.split(',').map((kind) => kind.trim()))
  .pipe(z.array(journalKind))

const entriesQuery = {
  ...pageQuery,
  kind: kinds
    .optional()
    .describe('Only entries of these kinds: decision, outcome, change, event; with commas.'),
  from: instantQuery,
  to: instantQuery,
  order: z
    .enum(['oldest-first', 'newest-first'])
    .optional()
    .describe('newest-first, and oldest-first as ndjson.'),
  format: z
    .enum(['json', 'ndjson'])
    .default('json')
    .describe('ndjson streams all entries that were asked for, one a line, without pages.'),
}
const entriesQuerySchema = z.strictObject(entriesQuery)
type EntriesQuery = z.output<typeof entriesQuerySchema>

const response = {
  200: {
    description: 'The entries.',
    content: { 'application/json': { schema: journalPage }, 'application/x-ndjson': { schema: z.string() } },
  },
}

export function journalRoutes(api: Api, context: HttpContext): void {
  ofOneService(api, context)
  ofAllServices(api, context)
  checkOfAll(api, context)
}

function ofOneService(api: Api, context: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/journal',
    config,
    schema: {
      operationId: 'listServiceJournal',
      summary: 'Read the journal of a service',
      tags,
      params: namePath,
      querystring: entriesQuerySchema,
      response,
    },
    handler: async (request, reply) => {
      const service = await chainOf(context, identityOf(request), request.params.name, '/params/name')
      return sendEntries(context, reply, request.query, service)
    },
  })
  api.route({
    method: 'GET',
    url: '/v1/services/:name/journal/check',
    config,
    schema: {
      operationId: 'checkServiceJournal',
      summary: 'Check that the journal of a service is as it was written',
      tags,
      params: namePath,
      response: { 200: journalCheck },
    },
    handler: async (request) =>
      context.journal.verify(
        await chainOf(context, identityOf(request), request.params.name, '/params/name'),
      ),
  })
}

function ofAllServices(api: Api, context: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/journal',
    config,
    schema: {
      operationId: 'listJournal',
      summary: 'Read the journal of all services, or of one',
      description: 'An owner has to name one of their services.',
      tags,
      querystring: z.strictObject({
        ...entriesQuery,
        service: z.string().optional().describe('Only entries of this service.'),
        chain: z
          .enum(['all', 'installation'])
          .default('all')
          .describe('`installation` gives only what concerns no single service.'),
      }),
      response,
    },
    handler: async (request, reply) => {
      const { service: name, chain, ...query } = request.query
      const identity = identityOf(request)
      if (name !== undefined) {
        return sendEntries(context, reply, query, await chainOf(context, identity, name, '/query/service'))
      }
      refuseAllChains(identity)
      return sendEntries(context, reply, query, chain === 'installation' ? null : undefined)
    },
  })
}

function checkOfAll(api: Api, context: HttpContext): void {
  const { store, journal } = context
  api.route({
    method: 'GET',
    url: '/v1/journal/check',
    config,
    schema: {
      operationId: 'checkJournal',
      summary: 'Check that the whole journal is as it was written',
      tags,
      querystring: z.strictObject({
        service: z.string().optional().describe('Only the chain of this service.'),
      }),
      response: { 200: journalCheckAll },
    },
    handler: async (request): Promise<JournalCheckAll> => {
      const identity = identityOf(request)
      const { service: name } = request.query
      if (name === undefined) refuseAllChains(identity)
      const services =
        name === undefined
          ? (await store.journalHeads()).map(({ service }) => service)
          : [await chainOf(context, identity, name, '/query/service')]
      const chains = []
      for (const service of services) chains.push(await journal.verify(service))
      return {
        intact: chains.every(({ intact }) => intact),
        entries: chains.reduce((sum, { entries }) => sum + entries, 0),
        chains,
      }
    },
  })
}

type Chain = JournalQuery['service']

async function chainOf({ store }: HttpContext, identity: Identity, name: string, pointer: string) {
  return serviceNameIn(pointer, (await readablePast(store, identity, name)).name)
}

function refuseAllChains({ scope }: Identity): void {
  if (scope === 'operator') return
  throw new ProblemError(
    problem('not-allowed', 'Only an operator may read the journal of all services; name one.'),
  )
}

async function sendEntries(
  { store, journal }: HttpContext,
  reply: FastifyReply,
  query: EntriesQuery,
  service: Chain,
): Promise<Page<JournalEntryView> | FastifyReply> {
  const wanted = filterOf(query, service)
  if (query.format === 'json') return page({ store }, query, wanted)
  if (query.order === 'newest-first')
    throw refused('/query/order', {
      message: 'ndjson streams from the oldest entry on.',
      hint: 'Leave `order` out.',
    })
  return sendStream(reply, 'application/x-ndjson', Readable.from(journal.exportNdjson(wanted)))
}

function filterOf(
  { kind, from, to }: EntriesQuery,
  service: Chain,
): Omit<JournalQuery, 'order' | 'limit' | 'after'> {
  return {
    ...(service === undefined ? {} : { service }),
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(from === undefined ? {} : { from: instantIn('/query/from', from) }),
    ...(to === undefined ? {} : { to: instantIn('/query/to', to) }),
  }
}

/** One entry more than asked for tells whether there is a next page. */
async function page(
  { store }: Pick<HttpContext, 'store'>,
  { limit, cursor, order = 'newest-first' }: EntriesQuery,
  wanted: Omit<JournalQuery, 'order' | 'limit' | 'after'>,
): Promise<Page<JournalEntryView>> {
  const place = readJournalCursor(cursor, wanted, order)
  const found = await store.journal({ ...wanted, ...place.query, order, limit: limit + place.skip + 1 })
  const entries = found.slice(place.skip)
  const items = entries.slice(0, limit)
  return {
    items: items.map(entryView),
    next: entries.length > limit ? nextJournalCursor(found.slice(0, place.skip + limit), wanted) : null,
  }
}
