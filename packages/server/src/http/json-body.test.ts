// Goal: a body that is not JSON is refused with the exact place where it stops being JSON.
import { expect, it } from 'vitest'
import { readJson } from './json-body.ts'

it.each([
  ['hello', 1, 1],
  ['{"a":tru}', 1, 9],
  ['{"a":1,}', 1, 8],
  ['{\n  "a": oops\n}', 2, 8],
  ['[1,\n2\n3]', 3, 1],
  ['{"a": 1} x', 1, 10],
  [`{\n"long": "${'x'.repeat(5_000)}",\n"b": -}`, 3, 7],
  [`[${'1,'.repeat(5_000)}\n  ,]`, 2, 3],
])('finds where %j stops being JSON', (text, line, column) => {
  const read = readJson(text)
  expect(read).toMatchObject({
    ok: false,
    error: { code: 'body-not-json', faults: [{ place: { source: 'body', line, column } }] },
  })
})

it.each(['', '{"a":', '"open', '[[['])('says of %j that it ends too early', (text) => {
  expect(readJson(text)).toMatchObject({
    error: { faults: [{ message: expect.stringMatching(/ends before|Unterminated/) }] },
  })
})

it('reads JSON', () => {
  expect(readJson('{"a":[1,null]}')).toEqual({ ok: true, value: { a: [1, null] } })
})
