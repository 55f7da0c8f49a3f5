/** /v1/watches/NAME/…: clients' updates, and what is known of them and of the load that they are. */
import { parseDuration, addDuration, durationMs } from '@holdfast/core/units'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { holds, operatorAndOwner, operatorIngestAndClient, readCredentials } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import { MOST_UPDATES, type PacedWatch } from '../../pacing/index.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { namePath, refused } from '../route-parts.ts'
import {
  expectations,
  expectationsRequest,
  pacedClient,
  pacingForecast,
  pacingModel,
  pacingStats,
  updatesAnswer,
  updatesRequestForm,
} from '../schemas/pacing.ts'
import {
  expectationView,
  pacedClientView,
  pacingForecastView,
  pacingModelView,
  pacingStatsView,
} from '../views/pacing-view.ts'

const tags = ['watches']
const config = { access: operatorAndOwner }

export function pacingRoutes(api: Api, context: HttpContext): void {
  updatesRoute(api, context)
  statsRoute(api, context)
  modelRoute(api, context)
  clientRoute(api, context)
  expectationsRoute(api, context)
  forecastRoute(api, context)
}

/** What is answered is what the short way in front of the framework answers, see ../pacing-path.ts. */
function updatesRoute(api: Api, { pacing, clock, knownKeys }: HttpContext): void {
  api.route({
    method: 'POST',
    url: '/v1/watches/:name/updates',
    // A client that comes too often is limited by itself; all clients of a browser page share one key.
    config: { access: operatorIngestAndClient, frequent: true, rateLimit: false },
    schema: {
      operationId: 'reportUpdates',
      summary: 'Report what a client’s parameters are, and be told when to report next',
      description: `One update, or up to ${MOST_UPDATES} in a batch, which is taken whole or not at all. \`nextMs\` and Retry-After say when the next one is due. Who comes much sooner with nothing new is told its time again, and after some times 429.`,
      tags,
      params: namePath,
      body: z.unknown().meta(z.toJSONSchema(updatesRequestForm, { target: 'draft-2020-12' })),
      response: { 200: updatesAnswer },
    },
    handler: async (request, reply) => {
      const credentials = readCredentials(request.headers.authorization, undefined)
      if (credentials.kind === 'bearer')
        knownKeys.remember(credentials.secret, identityOf(request), clock.now())
      const watch = (await pacing.known(request.params.name)) ?? noWatch(request.params.name)
      const taken = pacing.take(watch, request.body, clock.now())
      const { retryAfterSeconds } = taken.ok ? taken.value : taken.error
      if (retryAfterSeconds !== null) void reply.header('retry-after', String(retryAfterSeconds))
      if (!taken.ok) throw new ProblemError(taken.error.problem)
      return reply
        .type('application/json')
        .serializer(String)
        .send(taken.value.text as never)
    },
  })
}

const LONGEST_SPAN = durationMs(86_400_000)
const USUAL_SPAN = durationMs(3_600_000)

function statsRoute(api: Api, context: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/watches/:name/stats',
    config,
    schema: {
      operationId: 'getPacingStats',
      summary: 'Show what a watch’s updates came to',
      tags,
      params: namePath,
      querystring: z.strictObject({
        for: z.string().optional().describe('How far back, such as 1h; a day at most, an hour if left out.'),
      }),
      response: { 200: pacingStats },
    },
    handler: async (request) => {
      const watch = await readableWatch(context, request)
      const now = context.clock.now()
      const span = request.query.for === undefined ? USUAL_SPAN : spanIn('/query/for', request.query.for)
      return pacingStatsView(watch, {
        from: addDuration(now, durationMs(-Math.min(LONGEST_SPAN, span))),
        to: now,
      })
    },
  })
}

function modelRoute(api: Api, context: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/watches/:name/model',
    config,
    schema: {
      operationId: 'getPacingModel',
      summary: 'Show what was learned of a watch’s clients',
      tags,
      params: namePath,
      response: { 200: pacingModel },
    },
    handler: async (request) => pacingModelView(await readableWatch(context, request)),
  })
}

function clientRoute(api: Api, context: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/watches/:name/clients/:client',
    config,
    schema: {
      operationId: 'explainClient',
      summary: 'Say why a client is to report when it is',
      description: 'Of a client that carries what is known of it, with its token.',
      tags,
      params: namePath.extend({ client: z.string().min(1).max(128) }),
      querystring: z.strictObject({ token: z.string().max(512).optional() }),
      response: { 200: pacedClient },
    },
    handler: async (request) => {
      const watch = await readableWatch(context, request)
      const { client } = request.params
      const record = context.pacing.record(watch, client, request.query.token)
      if (record !== null) return pacedClientView(watch, client, record, context.clock.now())
      throw new ProblemError(problem('not-found', `Nothing is known of a client "${client}" of this watch.`))
    },
  })
}

function expectationsRoute(api: Api, context: HttpContext): void {
  api.route({
    method: 'POST',
    url: '/v1/watches/:name/expectations',
    config: { access: operatorAndOwner },
    schema: {
      operationId: 'expectChanges',
      summary: 'Say how likely clients change within a time',
      tags,
      params: namePath,
      body: expectationsRequest,
      response: { 200: expectations },
    },
    handler: async (request) => {
      const watch = await readableWatch(context, request)
      const withinMs = spanIn('/body/within', request.body.within)
      const clients = request.body.clients.map(({ client, token }) =>
        expectationView(watch, client, context.pacing.record(watch, client, token), withinMs),
      )
      return { watch: watch.engine.watch.name, withinMs, clients }
    },
  })
}

function forecastRoute(api: Api, context: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/watches/:name/forecast',
    config,
    schema: {
      operationId: 'forecastUpdates',
      summary: 'Show what updates are expected, and how many servers they take',
      tags,
      params: namePath,
      querystring: z.strictObject({
        'per-server': z.coerce
          .number()
          .positive()
          .optional()
          .describe('Updates a second that one server takes.'),
      }),
      response: { 200: pacingForecast },
    },
    handler: async (request) =>
      pacingForecastView(
        await readableWatch(context, request),
        context.clock.now(),
        request.query['per-server'] ?? null,
      ),
  })
}

async function readableWatch(
  { pacing }: HttpContext,
  request: FastifyRequest<{ Params: { name: string } }>,
): Promise<PacedWatch> {
  const { name } = request.params
  const watch = await pacing.known(name)
  return watch !== null && holds(identityOf(request), watch.declared.owner) ? watch : noWatch(name)
}

function noWatch(name: string): never {
  throw new ProblemError(problem('not-found', `There is no watch "${name}".`))
}

function spanIn(pointer: string, text: string): number {
  const parsed = parseDuration(text)
  if (parsed.ok && parsed.value > 0) return parsed.value
  throw refused(
    pointer,
    parsed.ok ? { message: 'The time is zero.', hint: 'Write such as 5min.' } : parsed.error,
  )
}
