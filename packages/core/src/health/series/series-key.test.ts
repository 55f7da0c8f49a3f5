// Goal: a series is found again by its key whatever its labels hold, and its key tells what it is.
// Method: random names and labels are written as keys and as bytes, and read back.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createKeyWriter, keyOfBytes, seriesKey, seriesOfKey } from './series-key.ts'

const about = { part: null, instance: null }

it('reads back from its bytes what was written into a key', () => {
  const writer = createKeyWriter()
  const text = fc.string({ unit: 'binary', maxLength: 300 })
  fc.assert(
    fc.property(text, fc.dictionary(text, text, { maxKeys: 5 }), (name, labels) => {
      const key = seriesKey(0, name, labels)
      const length = writer.write(key)
      expect(keyOfBytes(writer.bytes().subarray(0, length))).toBe(key)
    }),
  )
})

it('tells name and labels, but for labels without a value', () => {
  const key = seriesKey(0, 'größe', { b: '2', a: '1', none: '' })
  expect(seriesOfKey(key, () => about)).toEqual({ about, name: 'größe', labels: { a: '1', b: '2' } })
  expect(seriesKey(0, 'größe', { a: '1', b: '2' })).toBe(key)
})
