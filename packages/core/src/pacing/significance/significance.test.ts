// Goal: a rule says what a person would say of a change, of any values at all. Method: cases for each kind, and laws that
// hold for any values: what did not change is never significant, and numeric rules do not care for other parameters.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExpression } from './parse-expression.ts'
import type { Parameters, ParameterValue } from './parameters.ts'
import { compositeDeviation, isSignificant, needsDifference, type Significance } from './significance.ts'

const expression = (text: string): Extract<Significance, { kind: 'expression' }> => {
  const read = parseExpression(text)
  if (!read.ok) throw new Error(read.error.message)
  return { kind: 'expression', expression: read.value }
}

describe('a significant change', () => {
  it.each<[string, Significance, ParameterValue | undefined, ParameterValue | undefined, boolean]>([
    ['an absolute one', { kind: 'absolute', parameter: 'x', least: 20 }, 100, 120, true],
    ['too small an absolute one', { kind: 'absolute', parameter: 'x', least: 20 }, 100, 119, false],
    ['a relative one', { kind: 'relative', parameter: 'x', least: 0.05 }, -100, -95, true],
    ['any from zero, relatively', { kind: 'relative', parameter: 'x', least: 0.05 }, 0, 0.001, true],
    ['a ratio down', { kind: 'ratio', parameter: 'x', least: 1.5 }, 3, 2, true],
    ['a small ratio', { kind: 'ratio', parameter: 'x', least: 1.5 }, 3, 2.1, false],
    ['a ratio to zero', { kind: 'ratio', parameter: 'x', least: 1.5 }, 3, 0, true],
    ['an edge crossed', { kind: 'bands', parameter: 'x', edges: [10, 100] }, 9.9, 10, true],
    ['within a band', { kind: 'bands', parameter: 'x', edges: [10, 100] }, 10, 99, false],
    ['another text', { kind: 'changed', parameter: 'x' }, 'wifi', 'cell', true],
    ['a flag', { kind: 'changed', parameter: 'x' }, true, false, true],
    ['a set in another order', { kind: 'changed', parameter: 'x' }, ['a', 'b'], ['b', 'a'], false],
    ['another set', { kind: 'changed', parameter: 'x' }, ['a', 'b'], ['a', 'c'], true],
    ['a number that went', { kind: 'absolute', parameter: 'x', least: 20 }, 100, undefined, true],
  ])('is judged: %s', (_what, rule, old, now, wanted) => {
    const of = (x: ParameterValue | undefined): Parameters => (x === undefined ? {} : { x })
    expect(isSignificant(rule, of(old), of(now))).toBe(wanted)
  })

  it('takes the greater or the smaller of two limits', () => {
    const of: readonly Significance[] = [
      { kind: 'absolute', parameter: 'rtt', least: 2 },
      { kind: 'relative', parameter: 'rtt', least: 0.05 },
    ]
    expect(isSignificant({ kind: 'all', of }, { rtt: 100 }, { rtt: 103 })).toBe(false)
    expect(isSignificant({ kind: 'any', of }, { rtt: 100 }, { rtt: 103 })).toBe(true)
  })

  it('weighs a small change of a heavy parameter more than a large one of a light one', () => {
    const parts = [
      { parameter: 'heavy', weight: 9, unit: 10 },
      { parameter: 'light', weight: 1, unit: 10 },
    ]
    const before = { heavy: 0, light: 0 }
    const heavy = compositeDeviation(parts, before, { heavy: 5, light: 0 })
    expect(heavy).toBeCloseTo(0.45)
    expect(compositeDeviation(parts, before, { heavy: 0, light: 30 })).toBeLessThan(heavy)
    expect(isSignificant({ kind: 'composite', parts, least: 0.4 }, before, { heavy: 5, light: 0 })).toBe(true)
  })

  it('is decided by the first rule whose condition holds', () => {
    const rule: Significance = {
      kind: 'ordered',
      rules: [
        { when: expression('power < 10').expression, decides: false },
        {
          when: expression("connection == 'wifi'").expression,
          decides: { kind: 'absolute', parameter: 'rtt', least: 50 },
        },
        { decides: { kind: 'absolute', parameter: 'rtt', least: 20 } },
      ],
    }
    const judged = (now: Record<string, number | string>): boolean =>
      isSignificant(rule, { rtt: 100 }, { rtt: 130, ...now })
    expect(judged({ power: 5 })).toBe(false)
    expect(judged({ power: 50, connection: 'wifi' })).toBe(false)
    expect(judged({ power: 50, connection: 'cell' })).toBe(true)
  })

  it('is found where two parameters change together that alone say nothing', () => {
    const rule = expression('abs(new.rtt - old.rtt) > 10 and new.loss > 0.01')
    expect(isSignificant(rule, { rtt: 10, loss: 0 }, { rtt: 90, loss: 0 })).toBe(false)
    expect(isSignificant(rule, { rtt: 10, loss: 0 }, { rtt: 30, loss: 0.02 })).toBe(true)
  })

  const value = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.array(fc.string()))
  const anyRule = fc.oneof(
    fc.record({
      kind: fc.constantFrom('absolute' as const, 'relative' as const, 'ratio' as const),
      parameter: fc.constant('x'),
      least: fc.double({ min: 0, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('bands' as const),
      parameter: fc.constant('x'),
      edges: fc.array(fc.double({ noNaN: true })),
    }),
    fc.record({ kind: fc.constant('changed' as const), parameter: fc.constant('x') }),
    fc.record({
      kind: fc.constant('composite' as const),
      least: fc.double({ min: 0, noNaN: true }),
      parts: fc.constant([{ parameter: 'x', weight: 1, unit: 2 }]),
    }),
  )

  it('is never what did not change', () => {
    fc.assert(fc.property(anyRule, value, (rule, x) => !isSignificant(rule, { x }, { x })))
  })

  it('is neither zero with another sign nor what objects inherit', () => {
    const changed = { kind: 'changed', parameter: '__proto__' } as const
    expect(isSignificant({ kind: 'changed', parameter: 'x' }, { x: 0 }, { x: -0 })).toBe(false)
    expect(isSignificant(changed, {}, {})).toBe(false)
    expect(isSignificant(expression("toString == 'x' or x > 1"), {}, { x: 1 })).toBe(false)
  })

  it('is an answer for any values', () => {
    fc.assert(
      fc.property(
        anyRule,
        value,
        value,
        (rule, old, now) => typeof isSignificant(rule, { x: old }, { x: now }) === 'boolean',
      ),
    )
  })
})

describe('a rule that needs a difference', () => {
  it.each<[string, Significance, boolean]>([
    ['a distance', { kind: 'absolute', parameter: 'x', least: 1 }, true],
    ['any of several', { kind: 'any', of: [{ kind: 'changed', parameter: 'x' }] }, true],
    ['one with an expression among several', { kind: 'all', of: [expression('x > 1')] }, false],
    ['ordered rules, which may always hold', { kind: 'ordered', rules: [{ decides: true }] }, false],
  ])('is told from one that may hold of anything: %s', (_what, rule, needs) => {
    expect(needsDifference(rule)).toBe(needs)
    if (!needs) expect(isSignificant(rule, { x: 2 }, { x: 2 })).toBe(true)
  })
})
