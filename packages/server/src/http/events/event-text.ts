/** Server-sent events as text. */
import type { HealthView } from '../api.ts'
import type { NumberedEvent } from './event-ring.ts'

/** How long a browser waits before it connects again. */
const RETRY_MS = 2_000

export const openingText = `retry: ${RETRY_MS}\n\n`

/** A comment: clients pass over it. */
export const heartbeatText = ': still here\n\n'

/** Tells a client that it missed events for good and has to read the state anew. */
export const resetText = 'event: reset\ndata: {"kind":"reset"}\n\n'

export const eventText = ({ id, event }: NumberedEvent): string =>
  `id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`

/** One interval of a service's health; its id is the instant at which it ended. */
export const healthText = (view: HealthView): string =>
  `id: ${view.to}\nevent: health\ndata: ${JSON.stringify(view)}\n\n`
