/** Puts a meter together with what measures for the frameworks. */
import { meterExpress, type ExpressMiddleware } from './express.ts'
import { meterFastify, type FastifyPluginLike } from './fastify.ts'
import { meterHono, type HonoMiddleware } from './hono.ts'
import { meterHttp, type AnswerLike, type RequestLike } from './http.ts'
import { createOperationMeter, type MeterWorld, type OperationMeter } from './meter.ts'
import type { MeterOptions } from './options.ts'
import { meterFunction } from './wrap.ts'

export interface Meter extends OperationMeter {
  /** For node:http: `createServer(meter.http(listener))`. */
  http<Request extends RequestLike, Answer extends AnswerLike, Rest extends unknown[], Result>(
    listener: (request: Request, answer: Answer, ...rest: Rest) => Result,
  ): (request: Request, answer: Answer, ...rest: Rest) => Result
  /** `app.use(meter.express())`, before all else. */
  express(): ExpressMiddleware
  /** `app.register(meter.fastify())`, before all else. */
  fastify(): FastifyPluginLike
  /** `app.use(meter.hono())`, before all else. */
  hono(): HonoMiddleware
  /** Any function, whether it gives a value or a promise. */
  wrap<This, Arguments extends unknown[], Result>(
    operation: string,
    inner: (this: This, ...given: Arguments) => Result,
  ): (this: This, ...given: Arguments) => Result
}

/**
 * What is left out of the options is read from the environment: HOLDFAST_URL, HOLDFAST_KEY, HOLDFAST_SERVICE,
 * HOLDFAST_PART, HOLDFAST_INSTANCE. Where something that is needed is in neither, the meter is off, and `state` says why.
 *
 * @example
 * const meter = createMeter({ url: 'http://127.0.0.1:7070', key, service: 'shop', part: 'web' })
 * const running = meter.start('import catalogue', { class: 'gold' })
 * running.end('ok')
 */
export function createMeter(options: MeterOptions = {}, world?: MeterWorld): Meter {
  const meter = createOperationMeter(options, world)
  return {
    start: (operation, who) => meter.start(operation, who),
    record: (operation, done) => meter.record(operation, done),
    asks: (header) => meter.asks(header),
    flush: () => meter.flush(),
    close: () => meter.close(),
    state: () => meter.state(),
    http: (listener) => meterHttp(meter, listener),
    express: () => meterExpress(meter),
    fastify: () => meterFastify(meter),
    hono: () => meterHono(meter),
    wrap: (operation, inner) => meterFunction(meter, operation, inner),
  }
}
