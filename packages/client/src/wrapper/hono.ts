/**
 * Measures what Hono serves, by method and route as they were declared. On Node an operation ends with its answer as in
 * node:http; elsewhere when the body has been read to its end, and is aborted when the reading is given up.
 */
import type { Outcome } from './aggregate.ts'
import { watch, type AnswerLike } from './http.ts'
import type { OperationMeter } from './meter.ts'
import { operationName } from './operation-name.ts'

interface HonoContextLike {
  readonly req: {
    readonly method: string
    readonly path: string
    readonly routePath?: string
    header(name: string): string | undefined
  }
  readonly env: unknown
  res: Response
}

export type HonoMiddleware = (context: HonoContextLike, next: () => Promise<void>) => Promise<void>

/** To be used before all else: `app.use(meter.hono())`. */
export function meterHono(meter: OperationMeter): HonoMiddleware {
  return async (context, next) => {
    const { req } = context
    let route: string | null = null
    const name = (): string =>
      route === null ? operationName(req.method, req.path) : `${req.method} ${route}`
    const outgoing = outgoingIn(context.env)
    const header = (key: string): string | null => req.header(key) ?? null
    const running = outgoing === null ? meter.start('', meter.asks(header)) : null
    if (outgoing !== null) watch(meter, header, outgoing, name)
    try {
      await next()
    } catch (error) {
      running?.end('failed', name())
      throw error
    }
    route = routeIn(req.routePath)
    if (running === null) return
    const { body, status } = context.res
    const outcome = status < FIRST_FAULT_STATUS ? 'ok' : 'failed'
    if (body === null) return running.end(outcome, name())
    const told = readThrough(body, (broken) => running.end(broken ?? outcome, name()))
    context.res = new Response(told, context.res)
  }
}

const FIRST_FAULT_STATUS = 500

/** Where nothing but middleware matched, it is no route. */
const routeIn = (path: string | undefined): string | null =>
  path === undefined || path === '' || path.endsWith('*') ? null : path

function outgoingIn(env: unknown): AnswerLike | null {
  const { outgoing } = Object(env) as { outgoing?: Partial<AnswerLike> }
  return typeof outgoing?.on === 'function' ? (outgoing as AnswerLike) : null
}

/** The same bytes; says when they came to their end, or what became of them. */
function readThrough(
  body: ReadableStream<Uint8Array>,
  ended: (broken: Outcome | null) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        ended(null)
        controller.close()
      } catch (error) {
        ended('failed')
        controller.error(error)
      }
    },
    cancel(reason) {
      ended('aborted')
      return reader.cancel(reason)
    },
  })
}
