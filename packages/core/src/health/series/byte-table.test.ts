// Goal: a byte table knows again what it was given, and nothing else, within its bounds.
// Method: it is compared with a Map of strings over random runs of bytes; its bounds are met with small ones.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createByteTable, NO_ENTRY, type ByteTable } from './byte-table.ts'

const wide = { maxEntries: 100_000, maxBytes: 10_000_000 }
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const put = (table: ByteTable, text: string, value: number): number => {
  const bytes = bytesOf(text)
  return table.set(bytes, 0, bytes.length, value)
}
const get = (table: ByteTable, text: string): number | undefined => {
  // Somewhere within other bytes.
  const bytes = bytesOf(`<<${text}>>`)
  const entry = table.find(bytes, 2, bytes.length - 2)
  return entry === NO_ENTRY ? undefined : table.valueOf(entry)
}

const whole = (text: string): [Uint8Array, number, number] => {
  const bytes = bytesOf(text)
  return [bytes, 0, bytes.length]
}

it('behaves as a Map of strings', () => {
  const key = fc.oneof(
    fc.constantFrom('', 'a', 'b', 'aaaa', 'aaab'),
    fc.string({ unit: 'binary', maxLength: 40 }),
  )
  const value = fc.oneof(fc.nat(), fc.constantFrom(null, 'remove' as const))
  const steps = fc.array(fc.record({ key, value }), { maxLength: 400 })
  fc.assert(
    fc.property(steps, (all) => {
      const table = createByteTable(wide)
      const map = new Map<string, number>()
      for (const { key: text, value } of all) {
        if (value === 'remove') {
          const bytes = bytesOf(text)
          table.remove(table.find(bytes, 0, bytes.length))
          map.delete(text)
        } else if (value !== null) {
          put(table, text, value)
          map.set(text, value)
        }
        expect(get(table, text)).toBe(map.get(text))
      }
      for (const [text, value] of map) expect(get(table, text)).toBe(value)
      expect(table.size()).toBe(map.size)
    }),
  )
})

it('finds each of many keys that are nearly the same', () => {
  const table = createByteTable(wide)
  for (let i = 0; i < 50_000; i++) expect(put(table, `requests{path="/${i}"}`, i)).toBe(i)
  for (let i = 0; i < 50_000; i++) expect(get(table, `requests{path="/${i}"}`)).toBe(i)
  expect(get(table, 'requests{path="/50000"}')).toBeUndefined()
})

it('keeps no more entries and no more bytes than it may, and goes on with those it has', () => {
  const few = createByteTable({ maxEntries: 2, maxBytes: 100 })
  expect(['a', 'b', 'c'].map((key, value) => put(few, key, value))).toEqual([0, 1, NO_ENTRY])
  expect(put(few, 'a', 7)).toBe(0)
  expect([get(few, 'a'), get(few, 'c')]).toEqual([7, undefined])
  const short = createByteTable({ maxEntries: 100, maxBytes: 10 })
  expect(['aaaaaaaa', 'bbb', 'cc'].map((key) => put(short, key, 0))).toEqual([0, NO_ENTRY, 1])
})

it('tells whether bytes begin with the key of an entry', () => {
  const table = createByteTable(wide)
  put(table, 'up', 1)
  put(table, 'requests', 2)
  const line = bytesOf('requests 7')
  expect([0, 1, 2, NO_ENTRY].map((entry) => table.begins(entry, line, 0, line.length))).toEqual([
    -1, 8, -1, -1,
  ])
  expect(table.begins(1, line, 0, 7)).toBe(NO_ENTRY)
  expect(table.begins(1, line, 1, line.length)).toBe(NO_ENTRY)
})

it('knows nothing after it was cleared', () => {
  const table = createByteTable(wide)
  put(table, 'a', 1)
  table.clear()
  expect([table.size(), get(table, 'a')]).toEqual([0, undefined])
  expect(put(table, 'b', 2)).toBe(0)
})

it('gives the number of a removed entry to the next, and the others keep theirs', () => {
  const table = createByteTable({ maxEntries: 3, maxBytes: 1_000 })
  for (const [i, key] of ['a', 'b', 'c'].entries()) put(table, key, i)
  table.remove(1)
  table.remove(1)
  expect([table.size(), get(table, 'b'), get(table, 'c')]).toEqual([2, undefined, 2])
  expect(table.begins(1, bytesOf('b'), 0, 1)).toBe(NO_ENTRY)
  expect(put(table, 'd', 7)).toBe(1)
  expect([get(table, 'a'), get(table, 'd'), get(table, 'c')]).toEqual([0, 7, 2])
  expect(new TextDecoder().decode(table.keyOf(1))).toBe('d')
})

it('takes no more room however often keys come and go', () => {
  const table = createByteTable({ maxEntries: 1_000, maxBytes: 400_000 })
  for (let i = 0; i < 20_000; i++) {
    expect(put(table, `requests{path="/${i}",and="${'x'.repeat(100)}"}`, i)).not.toBe(NO_ENTRY)
    if (i >= 900) table.remove(table.find(...whole(`requests{path="/${i - 900}",and="${'x'.repeat(100)}"}`)))
  }
  expect(table.size()).toBe(900)
  for (let i = 19_100; i < 20_000; i++)
    expect(get(table, `requests{path="/${i}",and="${'x'.repeat(100)}"}`)).toBe(i)
})

it('does not take in a key that is longer than a page', () => {
  const table = createByteTable(wide)
  expect(put(table, 'x'.repeat(65_536), 1)).toBe(0)
  expect(put(table, 'x'.repeat(65_537), 1)).toBe(NO_ENTRY)
})
