/**
 * What is known of a client, signed, for the client to carry: any server that has the key can go on from it. A token holds
 * for one client of one watch, and for as long as a client is remembered; what is forged, foreign, cut or too old is told
 * apart, and the client starts afresh.
 */
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'

/** The first one signs; all of them are accepted. */
export interface TokenKey {
  /** From 0 to 255, so that it is told which key was used. */
  readonly number: number
  readonly secret: KeyObject
}

export interface TokenOf {
  readonly watch: string
  /** How the watch's clients are laid out, so that a token of another layout is not misread. */
  readonly layout: string
  readonly client: string
}

export type Opened =
  | { readonly kind: 'good'; readonly carried: Uint8Array }
  | { readonly kind: 'bad'; readonly why: 'malformed' | 'key-unknown' | 'not-signed' }

/** A tag of 128 bits cannot be guessed; more would only be carried. */
const TAG_BYTES = 16
const HEAD_BYTES = 1
/** Of base64 the last characters may carry bits that mean nothing: of each token there is one text only. */
const TEXT = /^[A-Za-z0-9_-]+$/

export function sealToken(keys: readonly TokenKey[], of: TokenOf, carried: Uint8Array): string {
  const [key] = keys
  if (key === undefined) throw new Error('There is no key to sign with.')
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + carried.byteLength + TAG_BYTES)
  bytes[0] = key.number
  bytes.set(carried, HEAD_BYTES)
  tag(key, of, bytes.subarray(0, HEAD_BYTES + carried.byteLength)).copy(
    bytes,
    HEAD_BYTES + carried.byteLength,
  )
  return bytes.toString('base64url')
}

export function openToken(
  keys: readonly TokenKey[],
  of: TokenOf,
  token: string,
  carriedBytes: number,
): Opened {
  const bytes = TEXT.test(token) ? Buffer.from(token, 'base64url') : Buffer.alloc(0)
  if (bytes.byteLength !== HEAD_BYTES + carriedBytes + TAG_BYTES || bytes.toString('base64url') !== token)
    return { kind: 'bad', why: 'malformed' }
  const key = keys.find(({ number }) => number === bytes[0])
  if (key === undefined) return { kind: 'bad', why: 'key-unknown' }
  const end = HEAD_BYTES + carriedBytes
  const isSigned = timingSafeEqual(tag(key, of, bytes.subarray(0, end)), bytes.subarray(end))
  if (!isSigned) return { kind: 'bad', why: 'not-signed' }
  return { kind: 'good', carried: new Uint8Array(bytes.subarray(HEAD_BYTES, end)) }
}

function tag(key: TokenKey, { watch, layout, client }: TokenOf, signed: Uint8Array): Buffer {
  // The lengths keep apart what is written one behind the other.
  const named = `${watch.length}:${watch}${layout.length}:${layout}${client.length}:${client}`
  return createHmac('sha256', key.secret).update(named).update(signed).digest().subarray(0, TAG_BYTES)
}
