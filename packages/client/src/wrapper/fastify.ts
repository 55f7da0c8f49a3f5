/** Measures what Fastify serves, by method and route as they were declared. */
import { headersOf, watch, type AnswerLike, type RequestLike } from './http.ts'
import type { OperationMeter } from './meter.ts'
import { operationName } from './operation-name.ts'

interface FastifyRequestLike {
  readonly raw: RequestLike
  readonly routeOptions?: { readonly url?: string | undefined }
}

interface FastifyReplyLike {
  readonly raw: AnswerLike
}

interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike, done: () => void) => void,
  ): unknown
}

export type FastifyPluginLike = (instance: FastifyLike, options: unknown, done: () => void) => void

/** To be registered before other plugins, so that what they refuse is measured as well. */
export function meterFastify(meter: OperationMeter): FastifyPluginLike {
  const plugin: FastifyPluginLike = (instance, _options, done) => {
    instance.addHook('onRequest', ({ raw, routeOptions }, reply, next) => {
      const { method = 'GET', url = '/' } = raw
      const route = routeOptions?.url
      watch(meter, headersOf(raw), reply.raw, () =>
        route === undefined ? operationName(method, url) : `${method} ${route}`,
      )
      next()
    })
    done()
  }
  // Else the hook would hold for this plugin's own routes alone, of which there are none.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'holdfast-meter',
  })
}
