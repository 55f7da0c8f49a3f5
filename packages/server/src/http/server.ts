/**
 * Puts the HTTP server together: guards, limits and error answers first, then the routes. Every decision of
 * a route is a pure function in a file of its own; what is here is the order in which things are hung up.
 */
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import fastify, { LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { hostAllowed } from '../auth/index.ts'
import { problem, ProblemError } from '../errors/index.ts'
import { createJournal } from '../journal/journal.ts'
import type { Api, HttpContext } from './context.ts'
import type { HttpDependencies } from './dependencies.ts'
import { createEventHub } from './events/event-hub.ts'
import { answerBrokenRequest, answerErrors } from './hooks/answer-errors.ts'
import { guardRoutes, recordRoutes } from './hooks/authenticate.ts'
import { logRequests } from './hooks/log-requests.ts'
import { readJson } from './json-body.ts'
import { openApiOptions } from './open-api.ts'
import { dashboardRoutes } from './routes/dashboard-routes.ts'
import { eventRoutes } from './routes/event-routes.ts'
import { journalRoutes } from './routes/journal-routes.ts'
import { keyRoutes } from './routes/key-routes.ts'
import { manifestRoutes } from './routes/manifest-routes.ts'
import { recordingRoutes } from './routes/recording-routes.ts'
import { remoteWriteRoutes } from './routes/remote-write-routes.ts'
import { healthRoutes } from './routes/health-routes.ts'
import { sourceRoutes } from './routes/source-routes.ts'
import { pacingRoutes } from './routes/pacing-routes.ts'
import { operationRoutes } from './routes/operation-routes.ts'
import { offerRoutes } from './routes/offer-routes.ts'
import { serviceRoutes } from './routes/service-routes.ts'
import { sessionRoutes } from './routes/session-routes.ts'
import { surveyRoutes } from './routes/survey-routes.ts'
import { systemRoutes } from './routes/system-routes.ts'
import { createKnownKeys } from './known-keys.ts'
import { createPacingPath } from './pacing-path.ts'
import { createSerial } from './serial.ts'

/** Some hundred manifests; what is larger is split. */
const BODY_LIMIT_BYTES = 1_048_576
/** Headers and body of a request must be there within this time, however slowly they trickle. */
const REQUEST_TIMEOUT_MS = 30_000
/**
 * For each key, or each address where a route needs none: a dashboard, a CLI that watches and a scraper
 * together stay far below, and one caller cannot take all the time that the server has.
 */
export const REQUESTS_PER_MINUTE = 3_000
/** Bounds the memory of the limiter: callers that it keeps count of. */
const CALLERS_COUNTED = 10_000

/** Listens to nothing yet: the caller says where, with `listen`. */
export async function createHttpServer(dependencies: HttpDependencies): Promise<Api> {
  const api: Api = fastify({
    loggerInstance: dependencies.logger,
    // Its own lines hold the URL; ours are in hooks/log-requests.ts.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      api.errorHandler(error, request, reply)
    },
  }).withTypeProvider<ZodTypeProvider>()
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  readJsonBodies(api)
  answerErrors(api)
  logRequests(api, dependencies.metrics)
  secureHeaders(api)

  let stops = false
  const events = createEventHub(dependencies.live)
  const drain = (): void => {
    stops = true
    events.close()
  }
  api.decorate('drain', drain)
  api.addHook('preClose', async () => drain())
  api.decorate('routeTable', recordRoutes(api))

  await api.register(cookie)
  const { failed } = guardRoutes(api, dependencies)
  await limitRequests(api)
  await api.register(swagger, openApiOptions(dependencies.version))

  const context: HttpContext = {
    ...dependencies,
    events,
    journal: createJournal(dependencies.store, dependencies.clock),
    oneChangeAtATime: createSerial(),
    knownKeys: createKnownKeys(),
    draining: () => stops,
  }
  serviceRoutes(api, context)
  healthRoutes(api, context)
  sourceRoutes(api, context)
  operationRoutes(api, context)
  surveyRoutes(api, context)
  pacingRoutes(api, context)
  offerRoutes(api, context)
  manifestRoutes(api, context)
  journalRoutes(api, context)
  recordingRoutes(api, context)
  await remoteWriteRoutes(api, context)
  eventRoutes(api, context)
  keyRoutes(api, context)
  sessionRoutes(api, context, failed)
  systemRoutes(api, context)
  await dashboardRoutes(api, dependencies.dashboardDirectory)
  goTheShortWay(api, context)
  return api
}

/** What the framework would take is asked for the short way first. */
function goTheShortWay(api: Api, { pacing, knownKeys, clock, draining, allowedHosts }: HttpContext): void {
  const path = createPacingPath({
    pacing,
    keys: knownKeys,
    clock,
    draining,
    hostAllowed: (host) => hostAllowed(host, allowedHosts),
    bodyLimitBytes: BODY_LIMIT_BYTES,
  })
  const framework = api.server.listeners('request')
  api.server.removeAllListeners('request')
  api.server.on('request', (request, response) => {
    if (path(request, response)) return
    for (const listener of framework) listener.call(api.server, request, response)
  })
}

function readJsonBodies(api: Api): void {
  api.removeAllContentTypeParsers()
  api.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    const read = readJson(String(text))
    if (read.ok) done(null, read.value)
    else done(new ProblemError(read.error))
  })
}

function secureHeaders(api: Api): void {
  api.addHook('onSend', async (request, reply) => {
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
    if (request.url.startsWith('/v1/')) void reply.header('cache-control', 'no-store')
  })
}

async function limitRequests(api: Api): Promise<void> {
  await api.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: '1 minute',
    cache: CALLERS_COUNTED,
    // After the key is known, before the body is read.
    hook: 'preParsing',
    keyGenerator: ({ identity, ip }) => identity?.keyId ?? ip,
    errorResponseBuilder: (_request, { max, after }) =>
      new ProblemError(
        problem('too-many-requests', `More than ${max} requests came within a minute; wait ${after}.`),
      ),
  })
}
