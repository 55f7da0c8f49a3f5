/** The text of a value must not depend on how the value was built, and nothing may vanish from it unseen. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

describe('canonicalJson', () => {
  test('sorts keys by code unit and writes no white space', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'x'], Z: { d: 1, c: 2 } })).toBe(
      '{"Z":{"c":2,"d":1},"a":[true,null,"x"],"b":1}',
    )
  })

  test('writes numbers as ECMAScript does, and -0 as 0', () => {
    expect(canonicalJson([1e21, 0.1, -0, 333333333.5, 1e-7])).toBe('[1e+21,0.1,0,333333333.5,1e-7]')
  })

  test('writes a bigint as a string of digits, so that no reader rounds it', () => {
    expect(canonicalJson({ micros: 9_007_199_254_740_993n })).toBe('{"micros":"9007199254740993"}')
  })

  test('takes a key without value as absent', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
  })

  test('escapes what a database or a line-wise reader could stumble over', () => {
    expect(canonicalJson('\u0000\n"\ud800')).toBe(String.raw`"\u0000\n\"\ud800"`)
  })

  test('keeps a key named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}')
  })

  test.each([
    ['NaN', { parts: [{ mean: Number.NaN }] }, 'NaN, at /parts/0/mean'],
    ['an infinity', [Number.POSITIVE_INFINITY], 'Infinity, at /0'],
    ['undefined in an array', [undefined], 'undefined, at /0'],
    ['a hole in an array', Array.from({ length: 2 }).fill(1, 0, 1), 'undefined, at /1'],
    ['undefined itself', undefined, 'undefined, at the top'],
    ['a function', { f: () => 1 }, 'function, at /f'],
    ['a Map', { m: new Map() }, 'an object of a class, at /m'],
    ['a Date', new Date(0), 'an object of a class, at the top'],
  ])('refuses %s and names its place', (_, value, says) => {
    expect(() => canonicalJson(value)).toThrow(says)
  })

  test('refuses a value that contains itself', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    expect(() => canonicalJson(loop)).toThrow('nested more than 64 deep')
  })

  test('any JSON value comes back from its text, and its text is the same again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = canonicalJson(value)
        const read: unknown = JSON.parse(text)
        expect(read).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(read)).toBe(text)
      }),
    )
  })

  test('the order in which keys were set does not show', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed())
        expect(canonicalJson(turned)).toBe(canonicalJson(value))
      }),
    )
  })
})
