// Goal: amounts of data read in decimal and binary units. Method: examples, faults, a round trip.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, formatBytes, parseBytes } from './bytes.ts'

const refused = (text: string): unknown => {
  const result = parseBytes(text)
  return result.ok ? undefined : result.error
}

test.each([
  ['256MiB', 268_435_456],
  ['1 GB', 1_000_000_000],
  ['512 KiB', 524_288],
  ['1.5 KB', 1_500],
  ['7 B', 7],
])('the amount %j is read as %d bytes', (text, expected) => {
  expect(parseBytes(text)).toEqual({ ok: true, value: expected })
})

test.each([
  [268_435_456, '256 MiB'],
  [1_000_000_000, '1 GB'],
  [1_536, '1.5 KiB'],
  [1_234_567, '1234567 B'],
  [0, '0 B'],
])('%d bytes are written as %j', (value, expected) => {
  expect(formatBytes(bytes(value))).toBe(expected)
})

test('every amount survives being written and read', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (value) => {
      expect(parseBytes(formatBytes(bytes(value)))).toEqual({ ok: true, value })
    }),
  )
})

test('a unit in the wrong case is refused with the right one', () => {
  expect(refused('256 mib')).toEqual({
    code: 'bytes-unknown-unit',
    message: 'The amount of data "256 mib" has the unknown unit "mib".',
    hint: 'Did you mean "MiB"? The units are B, kB, MB, GB, TB, KiB, MiB, GiB, TiB, such as in 256 MiB.',
  })
})

test.each([
  ['5', 'The amount of data "5" has no unit.'],
  ['-1 MB', 'The amount of data "-1 MB" is negative.'],
  ['0.3 B', 'The amount of data "0.3 B" is not a whole number of bytes.'],
  ['99999 TB', 'The amount of data "99999 TB" is too large to be exact.'],
  ['big', '"big" is not an amount of data.'],
])('%j is refused: %s', (text, message) => {
  expect(refused(text)).toMatchObject({ message })
})
