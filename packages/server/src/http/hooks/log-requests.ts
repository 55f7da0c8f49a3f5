/**
 * One line and one count a request, with the route's pattern instead of the URL: queries may carry a
 * sign-in code, and nothing secret gets into a log.
 */
import type { Api } from '../context.ts'
import type { ServerMetrics } from '../metrics/server-metrics.ts'

const NO_ROUTE = 'none'
const FIRST_ERROR_STATUS = 400

export function logRequests(api: Api, metrics: ServerMetrics): void {
  api.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, identity } = request
    const route = routeOptions.url ?? NO_ROUTE
    const { statusCode: status, elapsedTime: durationMs } = reply
    metrics.observeRequest({ method, route, status, durationMs })
    const isUsual = method === 'GET' || routeOptions.config.frequent === true
    const level = isUsual && status < FIRST_ERROR_STATUS ? 'debug' : 'info'
    const fields = {
      method,
      route,
      status,
      durationMs: Math.round(durationMs),
      key: identity?.name,
    }
    request.log[level](fields, 'request')
  })
}
