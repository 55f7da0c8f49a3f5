/**
 * Unpacks a block of Snappy's raw format, in which remote write comes. It makes no more room than the block says it
 * needs, and refuses one that says more than it may.
 */
export type Unpacked =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly kind: 'malformed' | 'too-large' }

const malformed: Unpacked = { ok: false, kind: 'malformed' }

/** The most that elements make of their bytes: 64 of three. */
const MOST_OF_ONE_BYTE = 22

/** What the last two bits of the first byte of an element say. */
const [LITERAL, COPY_1, COPY_2] = [0, 1, 2] as const
/** A longer literal has its length in as many bytes as are above this. */
const SHORT_LITERAL = 60

export function unpackSnappy(packed: Uint8Array, most: number): Unpacked {
  const [length, start] = lengthOf(packed)
  if (start === 0) return malformed
  if (length > most) return { ok: false, kind: 'too-large' }
  // For a length that its bytes cannot have no room is made.
  if (length > packed.length * MOST_OF_ONE_BYTE) return malformed
  const block: Block = { packed, from: start, bytes: new Uint8Array(length), to: 0 }
  while (block.from < packed.length) {
    const isLiteral = ((packed[block.from] ?? 0) & 3) === LITERAL
    if (!(isLiteral ? takeLiteral(block) : takeCopy(block))) return malformed
  }
  return block.to === length ? { ok: true, bytes: block.bytes } : malformed
}

/** How far it is unpacked. */
interface Block {
  readonly packed: Uint8Array
  from: number
  readonly bytes: Uint8Array
  to: number
}

/** False where it is none, or makes more than there is to be. */
function takeLiteral(block: Block): boolean {
  const { packed, from, bytes, to } = block
  const above = (packed[from] ?? 0) >> 2
  const extra = Math.max(0, above - SHORT_LITERAL + 1)
  const start = from + 1 + extra
  const size = 1 + (extra === 0 ? above : numberAt(packed, from + 1, extra))
  if (start + size > packed.length || to + size > bytes.length) return false
  bytes.set(packed.subarray(start, start + size), to)
  block.from = start + size
  block.to += size
  return true
}

function takeCopy(block: Block): boolean {
  const { packed, from, bytes, to } = block
  const tag = packed[from] ?? 0
  const extra = extraOf(tag & 3)
  const isShort = (tag & 3) === COPY_1
  const size = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
  const back = numberAt(packed, from + 1, extra) + (isShort ? (tag >> 5) * 256 : 0)
  const isWhole = from + 1 + extra <= packed.length && to + size <= bytes.length
  if (!isWhole || back === 0 || back > to) return false
  repeat(bytes, to, back, size)
  block.from += 1 + extra
  block.to += size
  return true
}

/** Bytes that say how far back a copy is. */
const extraOf = (kind: number): number => (kind === COPY_1 ? 1 : kind === COPY_2 ? 2 : 4)

function numberAt(bytes: Uint8Array, start: number, count: number): number {
  let value = 0
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[start + i] ?? 0)
  return value
}

/** What is copied may reach into what the copy makes. */
function repeat(bytes: Uint8Array, to: number, back: number, size: number): void {
  if (back >= size) bytes.copyWithin(to, to - back, to - back + size)
  else for (let i = to; i < to + size; i++) bytes[i] = bytes[i - back] ?? 0
}

/** How long it will be, and where the elements begin; 0 where that cannot be said. */
function lengthOf(packed: Uint8Array): readonly [length: number, start: number] {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = packed[i]
    if (byte === undefined) break
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return length < 2 ** 32 ? [length, i + 1] : [0, 0]
  }
  return [0, 0]
}
