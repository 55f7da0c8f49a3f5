/** Measures what Express serves, by method and route as they were declared. To be used before all else. */
import { headersOf, watch, type AnswerLike, type RequestLike } from './http.ts'
import type { OperationMeter } from './meter.ts'
import { operationName, pathTemplate } from './operation-name.ts'

interface ExpressRequestLike extends RequestLike {
  readonly originalUrl: string
  readonly baseUrl: string
  readonly route?: unknown
}

export type ExpressMiddleware = (request: ExpressRequestLike, answer: AnswerLike, next: () => void) => void

export function meterExpress(meter: OperationMeter): ExpressMiddleware {
  return (request, answer, next) => {
    watch(meter, headersOf(request), answer, () => routeOf(request))
    next()
  }
}

function routeOf({ method = 'GET', baseUrl, originalUrl, route }: ExpressRequestLike): string {
  const { path } = Object(route) as { path?: unknown }
  const [first] = Array.isArray(path) ? (path as unknown[]) : [path]
  // Of a route by regular expression nobody knows a name.
  if (typeof first !== 'string') return operationName(method, originalUrl)
  // Where the router is mounted, the path is there as it was asked for.
  const whole = `${pathTemplate(baseUrl)}${first}`
  return `${method} ${whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole}`
}
