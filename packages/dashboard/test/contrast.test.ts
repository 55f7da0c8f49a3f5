// Goal: nobody strains to read: text keeps 4.5:1 and lines keep 3:1 against their ground, light and dark (WCAG AA).
// Method: the colours are read from the style sheet itself.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const sheet = readFileSync(join(import.meta.dirname, '../src/theme.css'), 'utf8')
const tokens = new Map(
  [...sheet.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
)

const text: readonly (readonly [string, string])[] = [
  ...['paper', 'card', 'sunken', 'accent-ground'].flatMap((ground) =>
    ['ink', 'ink-soft', 'breached'].map((ink) => [ink, ground] as const),
  ),
  ...['accent', 'at-risk', 'kept', 'limit'].map((ink) => [ink, 'card'] as const),
  ...['kept', 'at-risk', 'breached', 'unknown'].map((state) => [state, `${state}-ground`] as const),
]
const lines = [
  'line-p50',
  'line-p90',
  'line-p99',
  'line-strong',
  ...[1, 2, 3, 4, 5, 6].map((n) => `part-${n}`),
]

describe.each(['light', 'dark'] as const)('in the %s', (mode) => {
  it.each(text)('the text colour %s is readable on %s', (ink, ground) => {
    expect(contrast(colour(ink, mode), colour(ground, mode))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(lines)('the line colour %s stands out from a card', (line) => {
    expect(contrast(colour(line, mode), colour('card', mode))).toBeGreaterThanOrEqual(3)
  })
})

function colour(name: string, mode: 'light' | 'dark'): string {
  const found = tokens.get(name)
  if (found === undefined) throw new Error(`theme.css has no colour --${name} with a light and a dark side.`)
  return found[mode]
}

/** The contrast ratio of WCAG 2. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
