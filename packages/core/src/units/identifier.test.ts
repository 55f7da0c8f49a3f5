// Goal: names fit everywhere a DNS label does. Method: examples, and hints that are themselves valid names.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_NAME_LENGTH, parseName } from './identifier.ts'
import type { ServiceName } from './identifier.ts'

const refused = (text: string): unknown => {
  const result = parseName(text)
  return result.ok ? undefined : result.error
}

test.each(['web', 'shop-web-2', '3d', 'a', 'a'.repeat(MAX_NAME_LENGTH)])('%j is a name', (text) => {
  expect(parseName<ServiceName>(text)).toEqual({ ok: true, value: text })
})

test('a name with other characters is refused with the nearest valid one', () => {
  expect(refused('Web Shop_1')).toEqual({
    code: 'name-malformed',
    message: 'The name "Web Shop_1" is not a lower-case DNS label.',
    hint: 'Write letters a-z, digits and inner hyphens only, such as web-shop-1.',
  })
})

test.each(['-a', 'a-', 'a.b', 'ä', 'A', ' a'])('%j is refused', (text) => {
  expect(refused(text)).toMatchObject({ code: 'name-malformed' })
})

test('an empty name and a long one are refused for what they are', () => {
  expect(refused('')).toMatchObject({ message: 'The name is empty.' })
  expect(refused('a'.repeat(64))).toMatchObject({
    message: `The name "${'a'.repeat(40)}…" has 64 characters.`,
    hint: 'Write at most 63, such as shop-web.',
  })
})

test('the name in a hint is always valid', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: MAX_NAME_LENGTH }), (text) => {
      const result = parseName(text)
      const name = result.ok ? text : /such as (.*)\.$/.exec(result.error.hint)?.[1]
      expect(parseName(name ?? '').ok).toBe(true)
    }),
  )
})
