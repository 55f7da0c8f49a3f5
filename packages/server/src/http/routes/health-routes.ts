/** /v1/services/NAME/health: the eight metrics over whatever interval is asked for, and named consumers of them. */
import { firstToTell, intervalOf, isKeptWhole, settledInterval, type Asked } from '@holdfast/core/health'
import {
  addDuration,
  formatInstant,
  parseDuration,
  parseInstant,
  parseName,
  type DurationMs,
} from '@holdfast/core/units'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { holds, operatorAndOwner } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import { readForConsumer } from '../../health/index.ts'
import type { Store, StoredManifest } from '../../store/store.ts'
import type { HealthConsumerView } from '../api.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { healthText } from '../events/event-text.ts'
import { pageOfItems, pageQuery } from '../paging.ts'
import { instantIn, instantQuery, namePath, refused, sendStream, serviceNameIn } from '../route-parts.ts'
import { healthConsumerPage, healthView as healthSchema } from '../schemas/health.ts'
import { healthView } from '../views/health-view.ts'
import { noStream } from './event-routes.ts'
import { readableManifest } from '../visibility.ts'

const config = { access: operatorAndOwner }
const tags = ['services']

const INTERVAL_WORDS = 'A duration from 2s to 31d, such as 7s, 5m or 1h.'

export function healthRoutes(api: Api, context: HttpContext): void {
  intervalRoute(api, context)
  streamRoute(api, context)
  readRoute(api, context)
  consumerRoutes(api, context)
}

function intervalRoute(api: Api, { store, health, clock }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/health',
    config,
    schema: {
      operationId: 'getHealth',
      summary: 'Show the eight metrics of a service over an interval',
      description:
        'With `interval` of the last whole one that is settled, aligned to its length; with `since` of all since then; else of the last minute.',
      tags,
      params: namePath,
      querystring: z.strictObject({
        interval: z.string().optional().describe(INTERVAL_WORDS),
        since: instantQuery,
      }),
      response: { 200: healthSchema },
    },
    handler: async (request) => {
      const { name } = await serviceOf(store, request)
      const asked = askedIn(request.query)
      // What is not settled yet may be asked for as well, and is told as far as it is known.
      const now = asked.kind === 'interval' ? health.latestAsked(clock.now()) : clock.now()
      const interval = intervalOf(asked, now)
      if (interval === null)
        throw refused('/query/since', {
          message: 'Nothing is kept of a time so long ago.',
          hint: 'Ask for a later time.',
        })
      return healthView({
        service: name,
        interval,
        reading: health.read(name, interval.from, interval.to),
      })
    },
  })
}

function streamRoute(api: Api, context: HttpContext): void {
  const { store, health, clock, live, events } = context
  api.route({
    method: 'GET',
    url: '/v1/services/:name/health/stream',
    config,
    exposeHeadRoute: false,
    schema: {
      operationId: 'streamHealth',
      summary: 'Stream the eight metrics, interval by interval (server-sent events)',
      description:
        'Each event `health` is one interval, as soon as it is settled; they follow one another without a gap. Send Last-Event-ID to read on where a connection broke.',
      tags,
      params: namePath,
      querystring: z.strictObject({ interval: z.string().describe(INTERVAL_WORDS) }),
      headers: z.object({ 'last-event-id': z.string().optional() }),
      response: {
        200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      const { name } = await serviceOf(store, request)
      const length = lengthIn(request.query.interval)
      const identity = identityOf(request)
      const joined = events.join(identity)
      if (joined === null) throw noStream(context)
      const last = parseInstant(request.headers['last-event-id'] ?? '')
      let next = firstToTell(last.ok ? last.value : null, length, health.latestAsked(clock.now()))
      const tell = (): void => {
        const { to: settled } = settledInterval(length, health.latestAsked(clock.now()))
        let hasRoom = true
        while (next < settled && hasRoom) {
          const interval = { from: next, to: addDuration(next, length) }
          const reading = health.read(name, interval.from, interval.to)
          hasRoom = joined.send(healthText(healthView({ service: name, interval, reading })))
          next = interval.to
        }
      }
      tell()
      const unsubscribe = live.subscribe((event) => {
        if (event.service !== name) return
        // Whoever it belongs to now need not be who asked.
        const isTheirs = event.kind !== 'service' || holds(identity, event.summary.owner)
        if (event.kind === 'removed' || !isTheirs) joined.stream.destroy()
        else if (event.kind === 'service') tell()
      })
      joined.stream.once('close', unsubscribe)
      void reply.header('x-accel-buffering', 'no')
      return sendStream(reply, 'text/event-stream', joined.stream)
    },
  })
}

const consumerPath = z.object({ name: z.string().min(1), consumer: z.string().min(1) })

/** A loop that names consumers must not fill the store. */
const MAX_CONSUMERS = 1_000

function readRoute(api: Api, { store, health, clock }: HttpContext): void {
  api.route({
    method: 'POST',
    url: '/v1/services/:name/health/consumers/:consumer/read',
    config,
    schema: {
      operationId: 'readHealth',
      summary: 'Read all that was measured since this consumer read last',
      description:
        'The first time of the last minute. It misses nothing and sees nothing twice, also across a restart; only what is settled is read, so that the last ten seconds come with the next time.',
      tags,
      params: consumerPath,
      response: { 200: healthSchema },
    },
    handler: async (request) => {
      const { name } = await serviceOf(store, request)
      const service = serviceNameIn('/params/name', name)
      const consumer = consumerIn(request.params.consumer)
      const known = await store.healthConsumer(service, consumer)
      // Only of a new one: all of them are not to be read each time that one of them reads.
      if (known === null && (await store.healthConsumers(service)).length >= MAX_CONSUMERS)
        throw refused('/params/consumer', {
          message: `${name} has ${MAX_CONSUMERS} consumers already.`,
          hint: 'Delete those that are not used.',
        })
      const read = await readForConsumer({ store, health }, { service, consumer, known, now: clock.now() })
      if (read === null)
        throw new ProblemError(
          problem('version-conflict', `Somebody else reads as "${consumer}" at the same time.`),
        )
      return healthView({ service: name, ...read })
    },
  })
}

function consumerRoutes(api: Api, { store }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/health/consumers',
    config,
    schema: {
      operationId: 'listHealthConsumers',
      summary: 'List the named consumers of what is measured',
      tags,
      params: namePath,
      querystring: z.strictObject(pageQuery),
      response: { 200: healthConsumerPage },
    },
    handler: async (request) => {
      const { name } = await serviceOf(store, request)
      const consumers = await store.healthConsumers(serviceNameIn('/params/name', name))
      const views = consumers.map((one): HealthConsumerView => ({
        consumer: one.name,
        readUntil: formatInstant(one.readUntil),
      }))
      return pageOfItems(views, ({ consumer }) => consumer, request.query)
    },
  })
  api.route({
    method: 'DELETE',
    url: '/v1/services/:name/health/consumers/:consumer',
    config,
    schema: {
      operationId: 'deleteHealthConsumer',
      summary: 'Forget how far a named consumer has read',
      tags,
      params: consumerPath,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const { name } = await serviceOf(store, request)
      const { consumer } = request.params
      if (!(await store.dropHealthConsumer(serviceNameIn('/params/name', name), consumer)))
        throw new ProblemError(problem('not-found', `${name} has no consumer "${consumer}".`))
      return reply.code(204).send(null)
    },
  })
}

const serviceOf = (
  store: Store,
  request: FastifyRequest & { readonly params: { readonly name: string } },
): Promise<StoredManifest> =>
  readableManifest(store, identityOf(request), { kind: 'Service', name: request.params.name })

function consumerIn(text: string): string {
  const parsed = parseName(text)
  if (parsed.ok) return parsed.value
  throw refused('/params/consumer', parsed.error)
}

const SHORTEST_MS = 2_000
const LONGEST_MS = 31 * 86_400_000

function askedIn({ interval, since }: { interval?: string | undefined; since?: string | undefined }): Asked {
  if (interval !== undefined && since !== undefined)
    throw refused('/query/since', {
      message: 'Both an interval and an instant are given.',
      hint: 'Give one of the two.',
    })
  if (since !== undefined) return { kind: 'since', from: instantIn('/query/since', since) }
  return interval === undefined ? { kind: 'lately' } : { kind: 'interval', length: lengthIn(interval) }
}

function lengthIn(interval: string): DurationMs {
  const length = parseDuration(interval)
  if (!length.ok) throw refused('/query/interval', length.error)
  if (length.value < SHORTEST_MS || length.value > LONGEST_MS)
    throw refused('/query/interval', {
      message: `${interval} is no interval that is kept.`,
      hint: 'Give 2s to 31d.',
    })
  if (!isKeptWhole(length.value))
    throw refused('/query/interval', {
      message: `${interval} begins between the cells that are kept for so long.`,
      hint: 'Give whole minutes from half an hour on, whole ten minutes from half a day on, whole hours from two weeks on.',
    })
  return length.value
}
