// Goal: expressions mean what is written, faults say where, and no text does harm. Method: cases, what is written from a
// random tree is read back with the same value, and random texts.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate } from './expression.ts'
import { MAX_EXPRESSION_LENGTH } from './expression-tokens.ts'
import { MAX_EXPRESSION_DEPTH, parseExpression } from './parse-expression.ts'

const change = { before: { rtt: 10, kind: 'wifi' }, now: { rtt: 40, kind: 'cell', idle: true, 'up.link': 3 } }

function valueOf(text: string): unknown {
  const read = parseExpression(text)
  return read.ok ? evaluate(read.value, change) : read.error
}

describe('an expression', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) × 3 − 1', 8],
    ['8 / 2 / 2', 2],
    ['-rtt + 1', -39],
    ['new.rtt - old.rtt > 20', true],
    ['max(rtt, 50, 3) == 50 and min(1, 2) == 1', true],
    ['not rtt > 100', true],
    ["kind == 'cell' and old.kind != 'cell'", true],
    ['idle and 1 < 2 or false', true],
    ['new.up.link ≥ 3', true],
    ['abs(new.rtt-old.rtt) > 20 and rtt-10 == 30', true],
    ['1 / 0 > 5', null],
    ['missing > 5', null],
    ['missing > 5 or rtt > 5', true],
    ['missing > 5 and rtt < 5', false],
    ['not missing', null],
    ['rtt > kind', null],
    ['1e3 + .5', 1000.5],
  ])('is what is written: %s', (text, wanted) => {
    expect(valueOf(text)).toBe(wanted)
  })

  it.each([
    ['', 1],
    ['1 +', 4],
    ['1 < 2 < 3', 7],
    ['rtt ; 3', 5],
    ['abs(1, 2)', 9],
    ['max(1)', 6],
    ['(1', 3],
    ['and', 1],
    ["kind == 'wifi", 9],
    ['1 2', 3],
    ['1e999', 1],
  ])('is refused at its column: %s', (text, column) => {
    expect(valueOf(text)).toMatchObject({ message: expect.stringContaining(`Column ${column}:`) })
  })

  it('is refused where it is too long or too deep', () => {
    expect(valueOf('1'.repeat(MAX_EXPRESSION_LENGTH + 1))).toMatchObject({ code: 'expression-too-long' })
    for (const deep of [
      '('.repeat(200) + '1',
      '-'.repeat(200) + '1',
      'not '.repeat(200) + 'idle',
      '1' + '+1'.repeat(200),
    ])
      expect(valueOf(deep)).toMatchObject({ code: 'expression-too-deep' })
    const inside = MAX_EXPRESSION_DEPTH - 2
    expect(valueOf(`${'('.repeat(inside)}1${')'.repeat(inside)}`)).toBe(1)
  })

  it('reads any text or refuses it, and never throws', () => {
    const pieces = fc.constantFrom(
      '1',
      'rtt',
      'old.rtt',
      '+',
      '-',
      '*',
      '/',
      '(',
      ')',
      'and',
      'or',
      'not',
      '<',
      '==',
      "'a'",
      'max',
      ',',
      ' ',
      '"',
      '€',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 60 }).map((all) => all.join(' ')),
        ),
        (text) => {
          const read = parseExpression(text)
          if (read.ok) evaluate(read.value, change)
          else expect(read.error.message).not.toBe('')
        },
      ),
    )
  })

  it('adds and multiplies as numbers do', () => {
    const number = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        expect(valueOf(`${a} + ${b} * ${c} - (${c} - ${a})`)).toBe(a + b * c - (c - a))
      }),
    )
  })
})
