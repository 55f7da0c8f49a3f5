/**
 * Health to an endpoint of OpenTelemetry: every ten seconds the eight metrics of each service and part. Nothing is queued:
 * what was counted is sent as what it came to since the outlet began, so that the next message says all that a lost one
 * said. What goes wrong is said once and counted; the loop never feels it.
 */
import { durationMs, epochMs, type DurationMs } from '@holdfast/core/units'
import type { ShownHealth } from '../shown-health.ts'
import { createCountedServices, type ReadCounted } from './counted.ts'
import { messageOf, subjectsOf, type Subject } from './health-message.ts'
import { push, PushFailed, type Endpoint } from './push.ts'

export interface OtlpOutlet extends Disposable {
  /** Called after each tick with the services that there are. */
  ticked(services: ReadonlySet<string>): void
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>
  readonly counts: () => OtlpOutletCounts
}

interface OtlpOutletCounts {
  readonly sent: number
  readonly failed: number
  /** Points that the endpoint did not take in. */
  readonly rejected: number
}

export interface OtlpOutletDependencies {
  /** Of the endpoint; without a path the usual one for metrics is meant. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** What the API would say at this moment. */
  readonly health: (service: string) => ShownHealth
  /** What was counted between two instants. */
  readonly counted: ReadCounted
  readonly now: () => number
  readonly log: { warn(fields: object, message: string): void }
}

export const EVERY: DurationMs = durationMs(10_000)
/** Services and parts in one message, and at all. */
const SUBJECTS_AT_ONCE = 100
const MAX_SUBJECTS = 5_000

export function createOtlpOutlet(given: OtlpOutletDependencies): OtlpOutlet {
  const { health, now, log } = given
  const endpoint: Endpoint = { url: metricsUrl(given.url), headers: given.headers }
  const counted = createCountedServices(given.counted, EVERY)
  const ended = new AbortController()
  const counts = { sent: 0, failed: 0, rejected: 0 }
  let nextAt = -Infinity
  let onItsWay: Promise<void> | null = null
  let [isFailing, isRejected, leftOut] = [false, false, 0]

  const gather = (services: ReadonlySet<string>): readonly Subject[] => {
    const at = epochMs(now())
    counted.keep(services)
    const all = [...services].flatMap((service) =>
      subjectsOf(service, health(service), counted.read(service, at)),
    )
    const left = Math.max(0, all.length - MAX_SUBJECTS)
    if (left > leftOut)
      log.warn({ left, limit: MAX_SUBJECTS }, 'Services or parts were left out of OpenTelemetry.')
    leftOut = left
    return all.slice(0, MAX_SUBJECTS)
  }
  const send = async (subjects: readonly Subject[]): Promise<void> => {
    for (let at = 0; at < subjects.length; at += SUBJECTS_AT_ONCE) {
      const message = messageOf(subjects.slice(at, at + SUBJECTS_AT_ONCE))
      const { rejected, says } = await push(endpoint, message, ended.signal)
      counts.sent += 1
      counts.rejected += rejected
      if (rejected > 0 && !isRejected)
        log.warn({ rejected, says }, 'The endpoint of OpenTelemetry did not take in all of it.')
      isRejected = rejected > 0
    }
    isFailing = false
  }
  const failed = (error: unknown): void => {
    if (ended.signal.aborted) return
    counts.failed += 1
    if (error instanceof PushFailed && error.retryAfterMs !== null)
      nextAt = Math.max(nextAt, now() + error.retryAfterMs)
    if (!isFailing)
      log.warn(
        { err: error },
        'Health could not be sent by OpenTelemetry; it is tried again every ten seconds.',
      )
    isFailing = true
  }
  return {
    ticked(services) {
      const at = now()
      // A clock that was set back must not keep it waiting.
      if (nextAt > at + LONGEST_PAUSE_MS) nextAt = at
      if (at < nextAt || onItsWay !== null || ended.signal.aborted) return
      nextAt = at + EVERY
      try {
        onItsWay = send(gather(services))
          .catch(failed)
          .finally(() => {
            onItsWay = null
          })
      } catch (error) {
        failed(error)
      }
    },
    idle: async () => {
      await onItsWay
    },
    counts: () => ({ ...counts }),
    [Symbol.dispose]: () => ended.abort(),
  }
}

/** No endpoint is obeyed that asks for more. */
const LONGEST_PAUSE_MS = 310_000

function metricsUrl(url: string): string {
  const parsed = new URL(url)
  if (parsed.pathname === '/' || parsed.pathname === '') parsed.pathname = '/v1/metrics'
  return parsed.href
}
