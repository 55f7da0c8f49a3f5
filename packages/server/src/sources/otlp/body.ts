/** Reads what comes until its end, never more than it may be, and not for ever. */
import type { Readable } from 'node:stream'
import { refusal, type Answer } from './answers.ts'
import { RECEIVE_MS } from './limits.ts'

export async function readBody(
  stream: Readable,
  announced: number,
  limit: number,
): Promise<Uint8Array | Answer> {
  if (announced > limit) return tooLarge(limit)
  const timer = setTimeout(() => stream.destroy(new Error('too slow')), RECEIVE_MS)
  try {
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of stream.iterator({ destroyOnReturn: false })) {
      if (!(piece instanceof Uint8Array)) continue
      size += piece.length
      if (size > limit) return tooLarge(limit)
      pieces.push(piece)
    }
    return Buffer.concat(pieces, size)
  } catch {
    return refusal('malformed', 'The message broke off.')
  } finally {
    clearTimeout(timer)
  }
}

const tooLarge = (limit: number): Answer =>
  refusal(
    'too-large',
    `The message has more than ${limit} bytes; send fewer at once, or pack them with gzip.`,
  )
