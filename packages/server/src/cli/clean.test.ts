// Goal: nothing that a server says can steer a terminal, and JSON still means what it meant.
import { expect, it } from 'vitest'
import { clean, cleanDeep, toJson } from './clean.ts'

const hostile = 'shop\u001b]0;owned\u0007\r\u009b2J\u202egnp.exe'

it('shows control characters and turns of direction as escapes', () => {
  expect(clean(hostile)).toBe(String.raw`shop\u001b]0;owned\u0007\r\u009b2J\u202egnp.exe`)
})

it('leaves all other text as it is', () => {
  expect(clean('Größe 90 % → ½ 漢字 🙂')).toBe('Größe 90 % → ½ 漢字 🙂')
})

it('cleans every string of a document, names of fields too, and nothing else', () => {
  expect(cleanDeep({ ['a\u001b']: ['\u0007', 1, null, true] })).toEqual({
    [String.raw`a\u001b`]: [String.raw`\u0007`, 1, null, true],
  })
})

it('writes JSON without harmful characters that reads back as the same value', () => {
  const text = toJson({ name: hostile, list: [1, '\n'] }, 2)
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  expect(JSON.parse(text)).toEqual({ name: hostile, list: [1, '\n'] })
})
