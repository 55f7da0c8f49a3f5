/**
 * Measures requests of node:http and of what is built on it. An operation begins when its request is there and ends when
 * the whole answer has been handed to the system, also when it is streamed; it is aborted when the connection is gone
 * before that.
 */
import type { Outcome } from './aggregate.ts'
import type { OperationMeter } from './meter.ts'
import { operationName } from './operation-name.ts'
import type { Asker } from './options.ts'

/** As much of a request and its answer as is looked at: those of node:http, and of its HTTP/2 server, have it. */
export interface RequestLike {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values in turns. */
  readonly rawHeaders?: readonly string[]
}

export interface AnswerLike {
  readonly statusCode: number
  readonly errored?: Error | null
  on(event: 'finish' | 'close', listener: () => void): unknown
}

const FIRST_FAULT_STATUS = 500

/**
 * A listener that does as the given one, and measures.
 *
 * @example
 * createServer(meterHttp(meter, (request, response) => response.end('hello')))
 */
export function meterHttp<
  Request extends RequestLike,
  Answer extends AnswerLike,
  Rest extends unknown[],
  Result,
>(
  meter: OperationMeter,
  listener: (request: Request, answer: Answer, ...rest: Rest) => Result,
): (request: Request, answer: Answer, ...rest: Rest) => Result {
  return (request, answer, ...rest) => {
    const method = request.method ?? 'GET'
    const target = request.url ?? '/'
    watch(meter, headersOf(request), answer, () => operationName(method, target))
    return listener(request, answer, ...rest)
  }
}

/** `name` is asked for at the end, when a framework knows which route it was. */
export function watch(
  meter: OperationMeter,
  header: Asker['header'],
  answer: AnswerLike,
  name: () => string,
): void {
  const running = meter.start('', meter.asks(header))
  // Where all goes well both come; the first counts.
  let isOver = false
  const over = (outcome: Outcome): void => {
    if (isOver) return
    isOver = true
    running.end(outcome, nameOf(name))
  }
  answer.on('finish', () => over(answer.statusCode < FIRST_FAULT_STATUS ? 'ok' : 'failed'))
  answer.on('close', () => over(hasFailed(answer) ? 'failed' : 'aborted'))
}

/** The program itself broke off the answer. */
const hasFailed = ({ errored }: AnswerLike): boolean => errored !== null && errored !== undefined

/**
 * Raw headers are looked through where they are there: `headers` is made when it is first asked for, which costs more
 * than all the rest of measuring, and many programs never ask.
 */
export const headersOf =
  (request: RequestLike): Asker['header'] =>
  (name) => {
    if (request.rawHeaders !== undefined) return rawHeader(request.rawHeaders, name)
    const value = request.headers[name.toLowerCase()]
    return typeof value === 'string' ? value : (value?.[0] ?? null)
  }

function rawHeader(rawHeaders: readonly string[], name: string): string | null {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const other = rawHeaders[at]
    if (other?.length === name.length && other.toLowerCase() === name.toLowerCase())
      return rawHeaders[at + 1] ?? null
  }
  return null
}

function nameOf(name: () => string): string {
  try {
    return name()
  } catch {
    return 'unknown'
  }
}
