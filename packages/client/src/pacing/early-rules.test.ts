// Goal: a client judges early rules as the server does. Method: both implementations over random rules and parameters, and
// what a server or a storage may give in the place of rules.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSignificant } from '../../../core/src/pacing/index.ts'
import { earlyRulesIn, holdsEarly } from './early-rules.ts'
import type { EarlyRule } from './options.ts'

// Few names and values, so that they meet: what is inherited has a name as well.
const parameter = fc.constantFrom('rtt', 'link', 'constructor')
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 10, 100, Number.MAX_VALUE, -Number.MAX_VALUE),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const value = fc.oneof(
  number,
  fc.constantFrom('', 'wifi', '1'),
  fc.boolean(),
  fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }),
)
const parameters = fc.dictionary(parameter, value, { maxKeys: 3, noNullPrototype: true })
const rule: fc.Arbitrary<EarlyRule> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('absolute', 'relative', 'ratio'),
    parameter,
    least: fc.oneof(fc.constantFrom(0, 0.1, 1, 2, 10), fc.double({ min: 0 })),
  }),
  fc.record({
    kind: fc.constant('bands' as const),
    parameter,
    edges: fc
      .array(fc.double({ noNaN: true }), { maxLength: 4 })
      .map((edges) => edges.toSorted((a, b) => a - b)),
  }),
  fc.record({ kind: fc.constant('changed' as const), parameter }),
)

it('judges as the server does', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), parameters, parameters, (rules, before, now) => {
      expect(holdsEarly(rules, before, now)).toBe(isSignificant({ kind: 'any', of: rules }, before, now))
    }),
    { numRuns: 20_000 },
  )
})

it('takes every rule for one', () => {
  fc.assert(
    fc.property(fc.array(rule), (rules) => {
      expect(earlyRulesIn(rules)).toEqual(rules)
    }),
  )
})

it('takes nothing else for a rule', () => {
  expect(earlyRulesIn('none')).toEqual([])
  const others = [null, 7, {}, { kind: 'bands', parameter: 'rtt' }]
  expect(earlyRulesIn([...others, { kind: 'composite', least: 1 }])).toEqual([])
})
