/** /v1/keys and /v1/whoami: who may call, and as whom one calls. */
import { z } from 'zod'
import { anyKey, newKey, operatorOnly, type KeyRequest } from '../../auth/index.ts'
import { problem, ProblemError, type ProblemCode } from '../../errors/index.ts'
import type { CreateKeyRequest } from '../api.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { pageOfItems, pageQuery } from '../paging.ts'
import { instantIn } from '../route-parts.ts'
import { createdKey, createKeyRequest, keyPage, whoamiView } from '../schemas/record.ts'
import { keyView } from '../views/record-view.ts'

const config = { access: operatorOnly }
const tags = ['keys']

export function keyRoutes(api: Api, context: HttpContext): void {
  createRoute(api, context)
  listRoute(api, context)
  revokeRoute(api, context)
  whoamiRoute(api)
}

function createRoute(api: Api, context: HttpContext): void {
  const { store, clock, journal } = context
  api.route({
    method: 'POST',
    url: '/v1/keys',
    config,
    schema: {
      operationId: 'createKey',
      summary: 'Create a key',
      description: 'The answer carries the secret; it is not shown again.',
      tags,
      body: createKeyRequest,
      response: { 201: createdKey },
    },
    handler: async (request, reply) => {
      const now = clock.now()
      const { key, secret } = newKey(await keyRequest(context, request.body), now)
      await store.putKey(key)
      const { id, name, scope, owner } = key
      const actor = identityOf(request).name
      await journal.record({
        service: null,
        kind: 'change',
        actor,
        body: { action: 'created', kind: 'Key', id, name, scope, owner },
      })
      return reply.code(201).send({ ...keyView(key), secret })
    },
  })
}

function listRoute(api: Api, { store }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/keys',
    config,
    schema: {
      operationId: 'listKeys',
      summary: 'List keys, also those that ended',
      tags,
      querystring: z.strictObject(pageQuery),
      response: { 200: keyPage },
    },
    handler: async (request) =>
      // By time of creation, and by id within one.
      pageOfItems(
        (await store.keys()).map(keyView),
        ({ createdAt, id }) => `${createdAt} ${id}`,
        request.query,
      ),
  })
}

function revokeRoute(api: Api, { store, clock, journal, events, knownKeys }: HttpContext): void {
  api.route({
    method: 'DELETE',
    url: '/v1/keys/:id',
    config,
    schema: {
      operationId: 'revokeKey',
      summary: 'Revoke a key',
      description:
        'From the answer on the key opens nothing; its live streams end. Revoking again changes nothing.',
      tags,
      params: z.object({ id: z.string().min(1) }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const key = (await store.keys()).find(({ id }) => id === request.params.id)
      if (key === undefined)
        throw keyProblem('not-found', `There is no key with the id "${request.params.id}".`)
      if (await store.revokeKey(key.id, clock.now())) {
        knownKeys.forgetAll()
        events.endStreams(({ keyId }) => keyId === key.id)
        const { id, name } = key
        const actor = identityOf(request).name
        await journal.record({
          service: null,
          kind: 'change',
          actor,
          body: { action: 'revoked', kind: 'Key', id, name },
        })
      }
      return reply.code(204).send(null)
    },
  })
}

function whoamiRoute(api: Api): void {
  api.route({
    method: 'GET',
    url: '/v1/whoami',
    config: { access: anyKey },
    schema: {
      operationId: 'whoami',
      summary: 'Say whose key this is',
      tags,
      response: { 200: whoamiView },
    },
    handler: async (request) => {
      const { name, scope, owner } = identityOf(request)
      return { name, scope, owner }
    },
  })
}

/** What was asked for, once it makes sense: an owner exactly for the scope `owner`, an expiry to come. */
async function keyRequest({ store, clock }: HttpContext, body: CreateKeyRequest): Promise<KeyRequest> {
  const { name, scope, owner, expiresAt } = body
  if ((scope === 'owner') !== (owner !== undefined)) {
    const message =
      scope === 'owner'
        ? 'A key with the scope owner needs an owner.'
        : `A key with the scope ${scope} has no owner.`
    throw keyProblem('request-invalid', message, '/body/owner')
  }
  if (owner !== undefined && (await store.manifest({ kind: 'Owner', name: owner })) === null) {
    throw keyProblem('reference-missing', `There is no owner "${owner}".`, '/body/owner')
  }
  const expires = expiresAt === undefined ? null : instantIn('/body/expiresAt', expiresAt)
  if (expires !== null && expires <= clock.now()) {
    throw keyProblem('request-invalid', 'The key would have expired already.', '/body/expiresAt')
  }
  return { name, scope, owner: owner ?? null, expiresAt: expires }
}

function keyProblem(code: ProblemCode, message: string, pointer?: string): ProblemError {
  const faults = pointer === undefined ? [] : [{ message, hint: '', place: { pointer } }]
  return new ProblemError(problem(code, message, faults))
}
