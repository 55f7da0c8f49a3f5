/** Sends one message to the endpoint, packed, and says what came of it. Waits neither long nor for much of an answer. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { ByteReader } from '../../otlp/index.ts'

export interface Pushed {
  /** Points that the other side did not take in. */
  readonly rejected: number
  readonly says: string
}

/** It was not taken in; `retryAfterMs` where the other side says when to come again. */
export class PushFailed extends Error {
  readonly retryAfterMs: number | null

  constructor(says: string, retryAfterMs: number | null = null) {
    super(says)
    this.name = 'PushFailed'
    this.retryAfterMs = retryAfterMs
  }
}

export interface Endpoint {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

const TIMEOUT_MS = 5_000
const ANSWER_BYTES = 65_536
/** Who asks for more is asked again after this. */
const LONGEST_WAIT_MS = 300_000

const pack = promisify(gzip)

export async function push(
  { url, headers }: Endpoint,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<Pushed> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    body: new Uint8Array(await pack(message)),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  })
  const bytes = await beginningOf(answer)
  if (!answer.ok) throw new PushFailed(`The endpoint answered ${answer.status}.`, retryAfterOf(answer))
  return answer.headers.get('content-type')?.startsWith('application/x-protobuf') === true
    ? partialSuccessOf(bytes)
    : { rejected: 0, says: '' }
}

async function beginningOf({ body }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body ?? []) {
    if (size + piece.length > ANSWER_BYTES) break
    size += piece.length
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function retryAfterOf({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? NaN)
  return seconds >= 0 ? Math.min(LONGEST_WAIT_MS, seconds * 1_000) : null
}

function partialSuccessOf(bytes: Uint8Array): Pushed {
  let [rejected, says] = [0, '']
  try {
    const reader = new ByteReader(bytes)
    while (!reader.isAtEnd) {
      const tag = reader.tag()
      if (tag !== 0x0a) {
        reader.skip(tag)
        continue
      }
      const outer = reader.enter()
      while (!reader.isAtEnd) {
        const tag = reader.tag()
        if (tag === 0x08) rejected = reader.varint()
        else if (tag === 0x12) says = reader.text()
        else reader.skip(tag)
      }
      reader.leave(outer)
    }
  } catch {
    // It was taken in; how much of it, the endpoint does not say in a way that can be read.
  }
  return { rejected, says }
}
