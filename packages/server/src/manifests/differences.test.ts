// Goal: what changed between two documents is listed value by value, and nothing else.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { differences } from './differences.ts'
import type { JsonValue } from './text/json-value.ts'
import { valueAt } from './text/path.ts'

it('lists each value that was changed, added or removed, by its pointer', () => {
  const before = { spec: { limit: '100ms', gone: 1, list: [{ a: 1 }, 2], 'a/b': null } }
  const after = { spec: { limit: '80ms', list: [{ a: 2 }, 2, 3], 'a/b': [] } }
  expect(differences(before, after)).toEqual([
    { path: '/spec/limit', before: '100ms', after: '80ms' },
    { path: '/spec/gone', before: 1, after: null },
    { path: '/spec/list/0/a', before: 1, after: 2 },
    { path: '/spec/list/2', before: null, after: 3 },
    { path: '/spec/a~1b', before: null, after: [] },
  ])
})

it('finds none between equal documents, some between others, and what it says is in them', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>
  fc.assert(
    fc.property(json, json, (before, after) => {
      expect(differences(before, structuredClone(before))).toEqual([])
      for (const { path, after: said } of differences(before, after)) {
        const keys = path
          .split('/')
          .slice(1)
          .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
        const found = [keys, keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key))].map(
          (way) => valueAt(after, way) ?? null,
        )
        expect(found).toContainEqual(said)
      }
    }),
  )
})

it('sees a key that every object inherits only where it is written', () => {
  expect(differences({ valueOf: false }, {})).toEqual([{ path: '/valueOf', before: false, after: null }])
  expect(differences({}, { toString: 'x' })).toEqual([{ path: '/toString', before: null, after: 'x' }])
})
