/**
 * The guard before every route: was the request meant for this host, who sends it, and does the route admit
 * that scope. A route that says nothing of its access stops the start.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  admits,
  createFailedAttempts,
  hostAllowed,
  identify,
  originAllowed,
  readCredentials,
  type FailedAttempts,
  type Identity,
} from '../../auth/index.ts'
import { sessionCookie } from '../../session-cookie.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import type { Api, RouteEntry } from '../context.ts'
import type { HttpDependencies } from '../dependencies.ts'

type Dependencies = Pick<HttpDependencies, 'store' | 'clock' | 'allowedHosts'>

export function guardRoutes(api: Api, dependencies: Dependencies): { readonly failed: FailedAttempts } {
  const failed = createFailedAttempts()
  api.decorateRequest('identity', null)
  api.addHook('onRequest', async (request, reply) => {
    const { access, anyHost } = request.routeOptions.config
    if (anyHost !== true && !hostAllowed(request.headers.host, dependencies.allowedHosts))
      throw wrongHost(request)
    if (access === undefined || access.kind === 'public') return
    const identity = await authenticate(request, reply, dependencies, failed)
    if (!admits(access, identity.scope)) throw wrongScope(identity, access.scopes)
    request.identity = identity
  })
  return { failed }
}

/** Every route of the server, as it is registered. */
export function recordRoutes(api: Api): readonly RouteEntry[] {
  const routes: RouteEntry[] = []
  api.addHook('onRoute', ({ method, url, config }) => {
    const access = config?.access
    if (access === undefined)
      throw new Error(`The route ${String(method)} ${url} does not say who may call it.`)
    for (const each of [method].flat()) routes.push({ method: each, url, access })
  })
  return routes
}

async function authenticate(
  request: FastifyRequest,
  reply: FastifyReply,
  { store, clock }: Dependencies,
  failed: FailedAttempts,
): Promise<Identity> {
  const credentials = readCredentials(request.headers.authorization, request.cookies[sessionCookie])
  if (credentials.kind === 'none') {
    reply.header('www-authenticate', 'Bearer')
    throw new ProblemError(problem('key-missing', 'The request carries no key.'))
  }
  const now = clock.now()
  const found = credentials.kind === 'malformed' ? null : await identify(store, credentials.secret, now)
  if (found === null || !found.ok) {
    refuseIfTooMany(failed, request, reply, now)
    reply.header('www-authenticate', 'Bearer error="invalid_token"')
    throw new ProblemError(problem('key-wrong', 'The key of the request is not one that is valid now.'))
  }
  if (credentials.kind === 'session' && !originAllowed(originOf(request))) throw wrongOrigin()
  return found.value
}

/** Counts a wrong secret; throws once its address has sent too many. */
export function refuseIfTooMany(
  failed: FailedAttempts,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Parameters<FailedAttempts['record']>[1],
): void {
  const waitMs = failed.record(request.ip, now)
  if (waitMs === null) return
  const seconds = Math.ceil(waitMs / 1_000)
  reply.header('retry-after', String(seconds))
  const detail = `Too many wrong keys came from ${request.ip}; the next is looked at in ${seconds} s.`
  throw new ProblemError(problem('too-many-requests', detail))
}

const originOf = ({ method, headers }: FastifyRequest): Parameters<typeof originAllowed>[0] => ({
  method,
  host: headers.host ?? '',
  origin: headers.origin,
})

const wrongHost = ({ headers }: FastifyRequest): ProblemError =>
  new ProblemError(
    problem('host-not-allowed', `This server does not answer for the host "${headers.host ?? ''}".`),
  )

const wrongOrigin = (): ProblemError =>
  new ProblemError(
    problem('origin-not-allowed', 'A signed-in page may change something only from this very server.'),
  )

function wrongScope({ name, scope }: Identity, scopes: readonly string[]): ProblemError {
  const detail = `The key "${name}" has the scope ${scope}; this needs the scope ${scopes.join(' or ')}.`
  return new ProblemError(problem('not-allowed', detail))
}
