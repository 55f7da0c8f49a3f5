/** What the server's event stream carries, read from the wire into one discriminated union. */
import type { ChangeView, HistoryPoint, InstanceView, ServiceSummary } from '../../../server/src/http/api.ts'

export type LiveEvent =
  | {
      readonly kind: 'service'
      readonly service: string
      readonly summary: ServiceSummary
      readonly point: HistoryPoint
    }
  | { readonly kind: 'change'; readonly service: string; readonly change: ChangeView }
  | { readonly kind: 'instance'; readonly service: string; readonly instance: InstanceView }
  | { readonly kind: 'removed'; readonly service: string }

export const liveEventKinds = ['service', 'change', 'instance', 'removed'] as const

/**
 * The page and the server come from one build, so the body's shape is trusted once it is JSON that names a
 * service; anything else is left out rather than shown wrong.
 */
export function readLiveEvent(kind: LiveEvent['kind'], data: string): LiveEvent | null {
  try {
    const body: unknown = JSON.parse(data)
    if (typeof body !== 'object' || body === null) return null
    if (!('service' in body) || typeof body.service !== 'string') return null
    return { ...body, kind } as LiveEvent
  } catch {
    return null
  }
}
