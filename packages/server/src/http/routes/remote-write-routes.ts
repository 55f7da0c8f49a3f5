/**
 * /v1/sources/prometheus/write: what a Prometheus pushes (remote write 1.0). It sends again what is not answered with
 * 2xx or 4xx, and drops what is answered with 4xx; so what no service is found for is taken, counted and told.
 */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { operatorAndIngest } from '../../auth/index.ts'
import { problem, ProblemError, type Fault } from '../../errors/index.ts'
import { createRemoteWrite, MAX_PACKED_WRITE_BYTES, type Taken } from '../../sources/prometheus/index.ts'
import type { Api, HttpContext } from '../context.ts'

const MEDIA_TYPE = 'application/x-protobuf'

/** As remote write calls it. */
const WRITTEN_HEADER = 'x-prometheus-remote-write-samples-written'
const UNPLACED_HEADER = 'holdfast-samples-unplaced'

/** What belongs to no service is said in the log, but not more often. */
const SAID_EVERY_MS = 60_000

export async function remoteWriteRoutes(api: Api, context: HttpContext): Promise<void> {
  // In a scope of its own: other routes read no protobuf.
  await api.register(async (scope: Api) => {
    scope.addContentTypeParser(
      MEDIA_TYPE,
      { parseAs: 'buffer', bodyLimit: MAX_PACKED_WRITE_BYTES },
      (_request, body, done) => done(null, body),
    )
    writeRoute(scope, context)
  })
}

function writeRoute(api: Api, { intakes, clock, logger }: HttpContext): void {
  const remoteWrite = createRemoteWrite(intakes)
  let saidAt = -Infinity
  const say = ({ unplaced, example }: Extract<Taken, { readonly ok: true }>): void => {
    if (unplaced === 0 || clock.now() - saidAt < SAID_EVERY_MS) return
    saidAt = clock.now()
    logger.warn(
      { unplaced, labels: example },
      'A Prometheus pushes series that belong to no service: name it in the label holdfast_service, or as job',
    )
  }
  api.route({
    method: 'POST',
    url: '/v1/sources/prometheus/write',
    bodyLimit: MAX_PACKED_WRITE_BYTES,
    config: { access: operatorAndIngest },
    // Before the body is read.
    onRequest: async (request) => refuseOthers(request),
    schema: {
      operationId: 'writePrometheus',
      summary: 'Take in what a Prometheus pushes (remote write 1.0)',
      description: `A WriteRequest as ${MEDIA_TYPE}, packed with snappy. The service is that of the label \`holdfast_service\`, else of \`job\`. How many samples were taken is in \`${WRITTEN_HEADER}\`; how many belong to no service in \`${UNPLACED_HEADER}\`.`,
      tags: ['services'],
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const taken = remoteWrite.take(bodyOf(request), clock.now())
      if (!taken.ok) throw refusal(taken.kind)
      say(taken)
      return reply
        .code(204)
        .header(WRITTEN_HEADER, taken.taken)
        .header(UNPLACED_HEADER, taken.unplaced)
        .send(null)
    },
  })
}

/** Version 2 is another message; whoever sends it sends version 1 when it is refused. */
function refuseOthers({ headers }: FastifyRequest): void {
  const type = headers['content-type'] ?? ''
  const isOurs = type.startsWith(MEDIA_TYPE) && !type.includes('io.prometheus.write.v2')
  if (!isOurs) throw unsupported(`Only ${MEDIA_TYPE} of remote write 1.0 is read here.`)
  const encoding = headers['content-encoding'] ?? 'snappy'
  if (encoding !== 'snappy')
    throw unsupported(`The body is packed with ${encoding}; only snappy is read here.`)
  if (Number(headers['content-length'] ?? 0) > MAX_PACKED_WRITE_BYTES) throw refusal('too-large')
}

function bodyOf({ body }: FastifyRequest): Uint8Array {
  if (body instanceof Uint8Array) return body
  throw refusal('malformed')
}

function refusal(kind: 'malformed' | 'too-large'): ProblemError {
  if (kind === 'too-large')
    return new ProblemError(
      problem('push-too-large', 'The request has more than 8 MiB, or more than 32 MiB when it is unpacked.', [
        faultOf('It is too large.', 'Lower max_samples_per_send in queue_config.'),
      ]),
    )
  return new ProblemError(
    problem('request-invalid', 'The body is no WriteRequest of remote write 1.0, packed with snappy.'),
  )
}

const unsupported = (detail: string): ProblemError =>
  new ProblemError(
    problem('media-type-unsupported', detail, [
      faultOf(detail, 'Send remote write 1.0, as Prometheus does unless told.'),
    ]),
  )

const faultOf = (message: string, hint: string): Fault => ({ message, hint, place: { pointer: '/body' } })
