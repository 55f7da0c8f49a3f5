// Goal: colours appear exactly where the user's settings and the output allow them.
import { expect, it } from 'vitest'
import { paintFor } from './paint.ts'

const isColoured = (env: Record<string, string>, isTTY: boolean, wanted = true): boolean =>
  paintFor({ env }, { isTTY }, wanted)('good', 'kept') !== 'kept'

it('colours on a terminal and nowhere else', () => {
  expect(isColoured({}, true)).toBe(true)
  expect(isColoured({}, false)).toBe(false)
})

it('takes colours away for --no-color, NO_COLOR and TERM=dumb', () => {
  expect(isColoured({}, true, false)).toBe(false)
  expect(isColoured({ NO_COLOR: '1' }, true)).toBe(false)
  expect(isColoured({ TERM: 'dumb' }, true)).toBe(false)
  expect(isColoured({ CLICOLOR: '0' }, true)).toBe(false)
})

it('takes an empty NO_COLOR for none', () => {
  expect(isColoured({ NO_COLOR: '' }, true)).toBe(true)
})

it('colours also a pipe for CLICOLOR_FORCE, unless NO_COLOR or --no-color forbids it', () => {
  expect(isColoured({ CLICOLOR_FORCE: '1' }, false)).toBe(true)
  expect(isColoured({ CLICOLOR_FORCE: '0' }, false)).toBe(false)
  expect(isColoured({ CLICOLOR_FORCE: '1', NO_COLOR: '1' }, true)).toBe(false)
  expect(isColoured({ CLICOLOR_FORCE: '1' }, true, false)).toBe(false)
})
