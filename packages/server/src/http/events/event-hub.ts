/**
 * Hands live events to the streams that are open. One subscription to the loop serves them all. A stream
 * gets only what its reader may see, and a reader that does not keep up is cut off: it comes back and resumes.
 */
import { randomBytes } from 'node:crypto'
import { PassThrough, type Readable } from 'node:stream'
import { holds, type Identity } from '../../auth/index.ts'
import type { LiveView } from '../../loop/live.ts'
import type { LiveEvent } from '../api.ts'
import { createEventRing, type NumberedEvent } from './event-ring.ts'
import { eventText, heartbeatText, openingText, resetText } from './event-text.ts'

/** Some minutes of a hundred services at one tick every few seconds. */
const EVENTS_KEPT = 5_000
/** A summary is about a kilobyte: a reader may be hundreds of events behind. */
const BUFFERED_BYTES_PER_READER = 1_048_576
/** Each costs a socket and its buffer; dashboards and watchers together stay far below. */
export const STREAMS_AT_MOST = 500

/** A reader that has stopped reading must not hold up a shutdown. */
const END_WITHIN_MS = 1_000

interface StreamRequest {
  readonly identity: Identity
  /** Only events of this service. */
  readonly service: string | null
  readonly lastEventId: string | null
}

export interface EventHub {
  /** Null when there are too many streams already, or the hub has ended. */
  open(request: StreamRequest): Readable | null
  /** A stream that gets no events of the hub's, but ends when those do; null as with `open`. */
  join(identity: Identity): Joined | null
  /** Says to every reader that it is still there, so that both sides notice a dead connection. */
  beat(): void
  /** Ends the streams for which the predicate holds. */
  endStreams(which: (identity: Identity) => boolean): void
  identities(): readonly Identity[]
  /** Ends all streams and lets no more in. */
  close(): void
}

interface Joined {
  readonly stream: Readable
  /** Cuts off who does not keep up; false once so much waits to be read that more had better wait. */
  send(text: string): boolean
}

interface Reader {
  readonly identity: Identity
  /** Null for one that gets no events of the hub's. */
  readonly request: StreamRequest | null
  readonly stream: PassThrough
}

export function createEventHub(live: Pick<LiveView, 'subscribe' | 'service'>): EventHub {
  const ring = createEventRing(randomBytes(4).toString('hex'), EVENTS_KEPT)
  const owners = new Map<string, string>()
  const readers = new Set<Reader>()
  let closed = false

  const ownerOf = (event: LiveEvent): string | null => {
    if (event.kind === 'service') owners.set(event.service, event.summary.owner)
    const owner = owners.get(event.service) ?? live.service(event.service)?.owner ?? null
    if (event.kind === 'removed') owners.delete(event.service)
    return owner
  }
  const unsubscribe = live.subscribe((event) => {
    const numbered = ring.push(ownerOf(event), event)
    for (const reader of readers)
      if (reader.request !== null && mayRead(reader.request, numbered)) send(reader, eventText(numbered))
  })
  const endStreams: EventHub['endStreams'] = (which) => {
    for (const { identity, stream } of readers) {
      if (!which(identity)) continue
      stream.end()
      setTimeout(() => stream.destroy(), END_WITHIN_MS).unref()
    }
  }

  const admit = (identity: Identity, request: StreamRequest | null): Reader | null => {
    if (closed || readers.size >= STREAMS_AT_MOST) return null
    const reader = { identity, request, stream: new PassThrough() }
    readers.add(reader)
    reader.stream.once('close', () => readers.delete(reader))
    send(reader, openingText)
    return reader
  }

  return {
    open: (request) => {
      const reader = admit(request.identity, request)
      if (reader === null) return null
      const missed = request.lastEventId === null ? [] : ring.after(request.lastEventId)
      if (missed === null) send(reader, resetText)
      for (const numbered of missed ?? []) if (mayRead(request, numbered)) send(reader, eventText(numbered))
      return reader.stream
    },
    join: (identity) => {
      const reader = admit(identity, null)
      if (reader === null) return null
      const { stream } = reader
      return {
        stream,
        send: (text) => {
          send(reader, text)
          return stream.readableLength + stream.writableLength < BUFFERED_BYTES_PER_READER / 2
        },
      }
    },
    beat: () => {
      for (const reader of readers) send(reader, heartbeatText)
    },
    endStreams,
    identities: () => [...readers].map(({ identity }) => identity),
    close: () => {
      closed = true
      unsubscribe()
      endStreams(() => true)
    },
  }
}

const mayRead = ({ identity, service }: StreamRequest, { owner, event }: NumberedEvent): boolean =>
  (service === null || service === event.service) && holds(identity, owner)

function send({ stream }: Pick<Reader, 'stream'>, text: string): void {
  if (!stream.writable) return
  stream.write(text)
  if (stream.readableLength + stream.writableLength > BUFFERED_BYTES_PER_READER) stream.destroy()
}
