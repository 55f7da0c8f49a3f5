/**
 * Names of clients and texts as numbers, so that a client takes the same few bytes however it is called. Seeded where
 * callers choose the names, as they must not be able to choose what collides.
 */

export interface IdHash {
  readonly low: number
  readonly high: number
}

const FIRST = 0x9e3779b1
const SECOND = 0x85ebca77

/** 64 bits as two unsigned numbers of 32; of ten million names two are alike with a chance of 3 in a million. */
export function hashId(text: string, seed: number): IdHash {
  let low = seed ^ FIRST
  let high = Math.imul(seed, SECOND) ^ text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x27d4eb2f)
    high = Math.imul(high ^ unit, 0x165667b1)
    low ^= low >>> 15
    high ^= high >>> 13
  }
  low = Math.imul(low ^ (high >>> 16), 0xc2b2ae3d)
  high = Math.imul(high ^ (low >>> 15), 0x7feb352d)
  return { low: (low ^ (low >>> 16)) >>> 0, high: (high ^ (high >>> 14)) >>> 0 }
}

/** The same everywhere and always, as tokens carry it from one server to another. */
export const hashText = (text: string): number => hashId(text, 0).low
