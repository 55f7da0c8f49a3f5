/**
 * Asks a starting instance whether it serves, at growing intervals, until it does or the asking is called
 * off. When it is too late is not decided here.
 */
import { request } from 'node:http'
import { connect } from 'node:net'
import { durationMs, type DurationMs } from '@holdfast/core/units'
import type { Clock } from '../../clock.ts'
import type { Readiness } from '../platform.ts'

/** Quick programs are ready within some ten milliseconds; slow ones need not be asked that often. */
const FIRST_INTERVAL: DurationMs = durationMs(20)
const LONGEST_INTERVAL: DurationMs = durationMs(500)
const INTERVAL_GROWTH = 1.5

/** An answer that takes longer than this is as good as none: the instance is asked again. */
const ANSWER_WITHIN_MS = 2_000

export interface Probe {
  readonly readiness: Exclude<Readiness, { readonly kind: 'running' }>
  readonly port: number
  readonly clock: Clock
  /** Calls the asking off. */
  readonly signal: AbortSignal
}

/** True once it is ready; false when the asking was called off before. */
export async function untilReady({ readiness, port, clock, signal }: Probe): Promise<boolean> {
  let interval = FIRST_INTERVAL
  while (!signal.aborted) {
    const ready =
      readiness.kind === 'http' ? await answersOk(port, readiness.path, signal) : await listens(port, signal)
    if (ready) return !signal.aborted
    await clock.sleep(interval, signal)
    interval = durationMs(Math.min(LONGEST_INTERVAL, interval * INTERVAL_GROWTH))
  }
  return false
}

function answersOk(port: number, path: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, agent: false, signal: within(signal) }
    const asking = request(options, (response) => {
      const status = response.statusCode ?? 0
      resolve(status >= 200 && status < 300)
      // The body may be endless; nobody wants it.
      response.destroy()
    })
    // Not once: a connection that is cut may say so several times.
    asking.on('error', () => resolve(false))
    asking.end()
  })
}

function listens(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, signal: within(signal) })
    socket.once('connect', () => {
      // With nobody listening, the kernel may choose the very port as ours and connect the socket with itself.
      resolve(socket.localPort !== port)
      socket.destroy()
    })
    socket.on('error', () => resolve(false))
  })
}

const within = (signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
