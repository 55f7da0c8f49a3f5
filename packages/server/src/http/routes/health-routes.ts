/** /v1/services/NAME/health: the eight metrics over whatever interval is asked for. */
import { intervalOf, type Asked } from '@holdfast/core/health'
import { parseDuration } from '@holdfast/core/units'
import { z } from 'zod'
import { operatorAndOwner } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { instantIn, instantQuery, namePath } from '../route-parts.ts'
import { healthView as healthSchema } from '../schemas/health.ts'
import { healthView } from '../views/health-view.ts'
import { readableManifest } from '../visibility.ts'

export function healthRoutes(api: Api, { store, health, clock }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/health',
    config: { access: operatorAndOwner },
    schema: {
      operationId: 'getHealth',
      summary: 'Show the eight metrics of a service over an interval',
      description:
        'With `interval` of the last whole one that is settled, aligned to its length; with `since` of all since then; else of the last minute.',
      tags: ['services'],
      params: namePath,
      querystring: z.strictObject({
        interval: z.string().optional().describe('A duration from 1s to 31d, such as 7s, 5m or 1h.'),
        since: instantQuery,
      }),
      response: { 200: healthSchema },
    },
    handler: async (request) => {
      const { name } = await readableManifest(store, identityOf(request), {
        kind: 'Service',
        name: request.params.name,
      })
      const interval = intervalOf(askedIn(request.query), clock.now())
      if (interval === null)
        throw refused('/query/since', 'Nothing is kept of a time so long ago.', 'Ask for a later time.')
      return healthView({
        service: name,
        interval,
        reading: health.read(name, interval.from, interval.to),
      })
    },
  })
}

const SHORTEST_MS = 1_000
const LONGEST_MS = 31 * 86_400_000

function askedIn({ interval, since }: { interval?: string | undefined; since?: string | undefined }): Asked {
  if (interval !== undefined && since !== undefined)
    throw refused('/query/since', 'Both an interval and an instant are given.', 'Give one of the two.')
  if (since !== undefined) return { kind: 'since', from: instantIn('/query/since', since) }
  if (interval === undefined) return { kind: 'lately' }
  const length = parseDuration(interval)
  if (!length.ok) throw refused('/query/interval', length.error.message, length.error.hint)
  if (length.value < SHORTEST_MS || length.value > LONGEST_MS)
    throw refused('/query/interval', `${interval} is no interval that is kept.`, 'Give 1s to 31d.')
  return { kind: 'interval', length: length.value }
}

const refused = (pointer: string, message: string, hint: string): ProblemError =>
  new ProblemError(problem('request-invalid', message, [{ message, hint, place: { pointer } }]))
