/** GET /v1/events: what changes, as it changes. */
import { z } from 'zod'
import { judgeKey, operatorAndOwner } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { STREAMS_AT_MOST } from '../events/event-hub.ts'
import { sendStream } from '../route-parts.ts'
import { readableManifest } from '../visibility.ts'

/** Below the half minute or so after which proxies take a silent connection for dead. */
const HEARTBEAT_MS = 15_000

export function eventRoutes(api: Api, context: HttpContext): void {
  const { events, store } = context
  api.route({
    method: 'GET',
    url: '/v1/events',
    config: { access: operatorAndOwner },
    // There is nothing to say of a stream but the stream.
    exposeHeadRoute: false,
    schema: {
      operationId: 'streamEvents',
      summary: 'Stream what changes (server-sent events)',
      description:
        'Events are `service`, `change`, `instance` and `removed`. Send Last-Event-ID to read on where a ' +
        'connection broke; `reset` says that events in between are lost and the state has to be read anew.',
      tags: ['services'],
      querystring: z.strictObject({
        service: z.string().optional().describe('Only events of this service.'),
      }),
      headers: z.object({ 'last-event-id': z.string().optional() }),
      response: {
        200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      const identity = identityOf(request)
      const service = request.query.service ?? null
      if (service !== null) await readableManifest(store, identity, { kind: 'Service', name: service })
      const lastEventId = request.headers['last-event-id'] ?? null
      const stream = events.open({ identity, service, lastEventId })
      if (stream === null) throw noStream(context)
      void reply.header('x-accel-buffering', 'no')
      return sendStream(reply, 'text/event-stream', stream)
    },
  })
  const heart = setInterval(() => {
    events.beat()
    endRevoked(context).catch((err: unknown) =>
      context.logger.warn({ err }, 'Keys of live streams were not checked'),
    )
  }, HEARTBEAT_MS)
  api.addHook('onClose', async () => clearInterval(heart))
}

/** Why a live stream is refused. */
export function noStream({ draining }: Pick<HttpContext, 'draining'>): ProblemError {
  const detail = draining()
    ? 'The server is stopping.'
    : `There are ${STREAMS_AT_MOST} live streams already, the most that are served.`
  return new ProblemError(problem('not-ready', detail))
}

/** A key may have expired, or been revoked through another replica. */
async function endRevoked({ events, store, clock }: HttpContext): Promise<void> {
  const hashes = new Set(events.identities().map(({ hash }) => hash))
  for (const hash of hashes) {
    const judged = judgeKey(await store.keyByHash(hash), hash, clock.now())
    if (!judged.ok) events.endStreams((identity) => identity.hash === hash)
  }
}
