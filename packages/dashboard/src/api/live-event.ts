/** What the server's event stream carries, read from the wire into one discriminated union. */
import type { LiveEvent } from '../../../server/src/http/api.ts'

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
