// Goal: no expression that is taken for quick is slow. Method: such as people write, such as are known to be slow, and
// expressions by chance that are tried on the texts that are worst for most.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { withinTime } from '../../sources/within-time.ts'
import { slowIn } from './quick-expression.ts'

it.each([
  '5..',
  '2\\d\\d',
  'GET|POST',
  '(GET|POST)',
  '/api/.*',
  '.*shop.*',
  'https?://[^/]+/',
  '[a-z+*]+-\\d{1,3}',
  '(?:a|b)?c',
])('takes %s', (pattern) => expect(slowIn(pattern)).toBeNull())

it.each([
  '(a+)+',
  '(a|a)*',
  '(a{1,9}){9}',
  '.*.*.*',
  'a?a?a?a?a?a?a?',
  '(a)\\1*',
  '(?<n>a)\\k<n>',
  '(?:(x)){2,}',
])('refuses %s', (pattern) => expect(slowIn(pattern)).toMatch(/^It /))

/** What is quick takes far less, on a busy machine too. */
const AGES_MS = 5_000

it('takes none that is slow', () => {
  const piece = fc.constantFrom(
    'a',
    '.',
    '[ab]',
    '\\w',
    '(',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{1,5}',
    '{2}',
    '[*+',
    ']',
    '(?:',
  )
  const quick = fc
    .array(piece, { maxLength: 16 })
    .map((pieces) => pieces.join(''))
    .filter((pattern) => isExpression(pattern) && slowIn(pattern) === null)
  fc.assert(
    fc.property(quick, (pattern) => {
      const expression = new RegExp(`^(?:${pattern})$`, 'u')
      expect(withinTime(AGES_MS, () => void expression.test(`${'a'.repeat(256)}!`))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== ''
  } catch {
    return false
  }
}
