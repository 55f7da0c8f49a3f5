/**
 * Asks one declared source, round after round, until it is stopped. A round that fails or takes too long is a fault of
 * that source alone; the next one comes at its time all the same. Rounds never overlap.
 */
import { addDuration, durationMs, type DurationMs, type EpochMs } from '@holdfast/core/units'
import type { Clock } from '../clock.ts'
import { asSourceError, SourceError, type DeclaredSource, type OpenedSource } from './source.ts'
import type { SeriesSink } from '@holdfast/core/health'

export interface RunState {
  readonly rounds: number
  readonly failed: number
  readonly lastRoundAt: EpochMs | null
  readonly lastSuccessAt: EpochMs | null
  /** Why the last round failed; null where it did not. */
  readonly says: string | null
}

export interface DeclaredRun extends AsyncDisposable {
  readonly declared: DeclaredSource
  readonly state: () => RunState
}

export interface RunGiven {
  readonly declared: DeclaredSource
  readonly opened: OpenedSource
  readonly sink: SeriesSink
  readonly clock: Clock
  readonly onSuccess: (at: EpochMs) => void
}

export function runDeclared(given: RunGiven): DeclaredRun {
  const { declared, opened, sink, clock, onSuccess } = given
  const stopped = new AbortController()
  let state: RunState = { rounds: 0, failed: 0, lastRoundAt: null, lastSuccessAt: null, says: null }

  const round = async (at: EpochMs): Promise<void> => {
    const tooLong = new AbortController()
    const signal = AbortSignal.any([stopped.signal, tooLong.signal])
    const timer = clock.sleep(declared.timeout, stopped.signal).then(() => tooLong.abort())
    void timer
    try {
      await untilAborted(opened.round(at, signal), signal)
      state = { ...state, rounds: state.rounds + 1, lastRoundAt: at, lastSuccessAt: at, says: null }
      onSuccess(at)
    } catch (error) {
      if (stopped.signal.aborted) return
      const fault = faultOf(error, tooLong.signal.aborted, declared.timeout)
      sink.fault(fault.kind)
      state = {
        ...state,
        rounds: state.rounds + 1,
        failed: state.failed + 1,
        lastRoundAt: at,
        says: fault.message,
      }
    }
  }

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const began = clock.now()
      await round(began)
      const next = addDuration(began, declared.every)
      // Never at once: a source whose rounds take as long as its interval is asked with a pause all the same.
      const wait = Math.max(LEAST_PAUSE_MS, next - clock.now())
      await clock.sleep(durationMs(wait), stopped.signal)
    }
  }
  const running = run()
  return {
    declared,
    state: () => state,
    async [Symbol.asyncDispose]() {
      stopped.abort()
      await running
      await opened[Symbol.asyncDispose]()
    },
  }
}

const LEAST_PAUSE_MS = 250

/** A round that does not heed its signal is left alone: the next one must not wait for it. */
function untilAborted(round: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(new SourceError('timed-out', 'The round was ended.'))
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
  // Whatever it comes to later is of no interest.
  round.catch(() => {})
  return Promise.race([round, aborted])
}

function faultOf(error: unknown, isTooLong: boolean, timeout: DurationMs): SourceError {
  if (isTooLong)
    return new SourceError(
      'timed-out',
      `It took more than ${timeout} ms; look at what it asks, or give it a longer timeout.`,
    )
  return asSourceError(error)
}
