/** Signing in to the dashboard: a code from the terminal becomes a session cookie, and ends again. */
import { addDuration, days } from '@holdfast/core/units'
import { z } from 'zod'
import { anyKey, everyone, hashSecret, newKey, type FailedAttempts } from '../../auth/index.ts'
import { sessionCookie } from '../../session-cookie.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { refuseIfTooMany } from '../hooks/authenticate.ts'

const SESSION_NAME = 'dashboard session'
const SESSION_LENGTH = days(7)
const MS_PER_SECOND = 1_000

const tags = ['session']

export function sessionRoutes(api: Api, context: HttpContext, failed: FailedAttempts): void {
  const { store, clock, signIns, events } = context
  api.route({
    method: 'GET',
    url: '/sign-in',
    config: { access: everyone },
    // A HEAD request must not begin a session.
    exposeHeadRoute: false,
    schema: {
      operationId: 'signIn',
      summary: 'Exchange a sign-in code for a session of the dashboard',
      tags,
      querystring: z.strictObject({
        code: z.string().min(1).describe('From the link that the server printed.'),
      }),
      response: { 303: z.null() },
    },
    handler: async (request, reply) => {
      const now = clock.now()
      const grant = signIns.grantOf(request.query.code)
      if (grant === null) {
        refuseIfTooMany(failed, request, reply, now)
        const detail = 'This sign-in link is not valid any more; it ends with the server that printed it.'
        throw new ProblemError(problem('key-wrong', detail))
      }
      const expiresAt = addDuration(now, SESSION_LENGTH)
      const { key, secret } = newKey({ name: SESSION_NAME, ...grant, expiresAt }, now)
      await store.putKey(key)
      return reply
        .setCookie(sessionCookie, secret, {
          path: '/',
          httpOnly: true,
          sameSite: 'strict',
          secure: request.protocol === 'https',
          maxAge: SESSION_LENGTH / MS_PER_SECOND,
        })
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect('/', 303)
    },
  })
  api.route({
    method: 'POST',
    url: '/sign-out',
    config: { access: anyKey },
    schema: { operationId: 'signOut', summary: 'End the session', tags, response: { 204: z.null() } },
    handler: async (request, reply) => {
      const { keyId, hash } = identityOf(request)
      const cookie = request.cookies[sessionCookie]
      if (cookie === undefined || hashSecret(cookie) !== hash) {
        const detail = 'Only a session signs out; revoke a key with DELETE /v1/keys/ID.'
        throw new ProblemError(problem('request-invalid', detail))
      }
      await store.revokeKey(keyId, clock.now())
      events.endStreams((identity) => identity.keyId === keyId)
      return reply.clearCookie(sessionCookie, { path: '/' }).code(204).send(null)
    },
  })
}
