/** Measures a plain function. What it gives and what it throws is passed on as it is. */
import type { Outcome } from './aggregate.ts'
import type { OperationMeter, Running } from './meter.ts'

type AnyFunction<This, Arguments extends unknown[], Result> = (this: This, ...given: Arguments) => Result

/** A function that does as the given one; a promise that it gives is measured until it is settled. */
export function meterFunction<This, Arguments extends unknown[], Result>(
  meter: OperationMeter,
  operation: string,
  inner: AnyFunction<This, Arguments, Result>,
): AnyFunction<This, Arguments, Result> {
  return function (this: This, ...given) {
    const running = meter.start(operation)
    let result: Result
    try {
      result = inner.apply(this, given)
    } catch (error) {
      running.end(outcomeOf(error))
      throw error
    }
    return isPromise(result) ? (settled(result, running) as Result) : ended(result, running)
  }
}

function ended<Result>(result: Result, running: Running): Result {
  running.end('ok')
  return result
}

/** Whoever gets it handles its rejection, as that of the promise that the function gave. */
const settled = (result: PromiseLike<unknown>, running: Running): PromiseLike<unknown> =>
  result.then(
    (value) => ended(value, running),
    (error: unknown) => {
      running.end(outcomeOf(error))
      throw error
    },
  )

function isPromise(value: unknown): value is PromiseLike<unknown> {
  const { then } = Object(value) as { then?: unknown }
  return typeof then === 'function'
}

/** What was called off is nobody's fault. */
const outcomeOf = (error: unknown): Outcome =>
  error instanceof Error && error.name === 'AbortError' ? 'aborted' : 'failed'
