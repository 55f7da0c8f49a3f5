// Goal: blocks of Snappy are unpacked as its format says, and what is none is refused within its bounds.
// Method: blocks from the description of the format, blocks that are packed here at random with every kind of element,
// and random bytes.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { unpackSnappy } from './snappy.ts'

const MOST = 1_000_000
const text = (hex: string): string | null => {
  const unpacked = unpackSnappy(Buffer.from(hex.replaceAll(' ', ''), 'hex'), MOST)
  return unpacked.ok ? Buffer.from(unpacked.bytes).toString('latin1') : unpacked.kind
}

it.each([
  ['nothing', '00', ''],
  ['a literal', '03 08 616263', 'abc'],
  ['a literal of 61 bytes', `3d f0 3c ${'61'.repeat(61)}`, 'a'.repeat(61)],
  ['a literal of 300 bytes', `ac02 f4 2b01 ${'62'.repeat(300)}`, 'b'.repeat(300)],
  ['a copy near by', '06 08 616263 01 03'.replace('06', '07'), 'abcabca'],
  ['a copy with two bytes', '06 08 616263 0a 0300', 'abcabc'],
  ['a copy with four bytes', '06 08 616263 0b 03000000', 'abcabc'],
  ['a copy that reaches into itself', '0b 00 61 26 0100', 'aaaaaaaaaaa'],
])('unpacks %s', (_, packed, unpacked) => {
  expect(text(packed)).toBe(unpacked)
})

it.each([
  ['nothing at all', ''],
  ['a length without an end', 'ffffffffff'],
  ['a literal that is cut off', '03 08 6162'],
  ['more than it says', '02 08 616263'],
  ['less than it says', '04 08 616263'],
  ['a copy of what is before the beginning', '06 08 616263 0a 0400'],
  ['a copy of nothing', '06 08 616263 0a 0000'],
  ['a copy that is cut off', '06 08 616263 0a 03'],
  ['a length that its bytes cannot have', '80 80 04 08 616263'],
])('refuses %s', (_, packed) => {
  expect(text(packed)).toBe('malformed')
})

it('refuses what would be larger than it may', () => {
  expect(unpackSnappy(Uint8Array.of(0x81, 0x80, 0x80, 0x80, 0x04, 0), MOST)).toEqual({
    ok: false,
    kind: 'too-large',
  })
})

const element = fc.oneof(
  fc.record({ literal: fc.uint8Array({ minLength: 1, maxLength: 100 }) }),
  fc.record({ back: fc.nat(3_000), size: fc.integer({ min: 1, max: 64 }), bytes: fc.constantFrom(1, 2, 4) }),
)

it('unpacks what was packed with any elements', () => {
  fc.assert(
    fc.property(fc.array(element, { maxLength: 60 }), (elements) => {
      const plain: number[] = []
      const packed: number[] = []
      for (const one of elements) {
        if ('literal' in one) {
          const size = one.literal.length - 1
          packed.push(...(size < 60 ? [size << 2] : [60 << 2, size]), ...one.literal)
          plain.push(...one.literal)
        } else if (plain.length > 0) {
          const back = (one.back % Math.min(plain.length, one.bytes === 1 ? 2_047 : 65_535)) + 1
          const size = one.bytes === 1 ? 4 + (one.size % 8) : one.size
          if (one.bytes === 1) packed.push(1 | ((size - 4) << 2) | ((back >> 8) << 5), back & 255)
          else packed.push(((size - 1) << 2) | (one.bytes === 2 ? 2 : 3), back & 255, back >> 8)
          if (one.bytes === 4) packed.push(0, 0)
          for (let i = 0; i < size; i++) plain.push(plain.at(-back) ?? 0)
        }
      }
      const length = [plain.length & 127, plain.length >> 7]
      const head = plain.length < 128 ? length.slice(0, 1) : [(length[0] ?? 0) | 128, length[1] ?? 0]
      expect(unpackSnappy(Uint8Array.from([...head, ...packed]), MOST)).toEqual({
        ok: true,
        bytes: Uint8Array.from(plain),
      })
    }),
  )
})

it('lives through whatever comes, and makes no more of it than it may', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (packed) => {
      const unpacked = unpackSnappy(packed, 1_000)
      if (unpacked.ok) expect(unpacked.bytes.length).toBeLessThanOrEqual(1_000)
    }),
    { numRuns: 5_000 },
  )
})
