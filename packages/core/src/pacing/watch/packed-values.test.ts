// Goal: what was packed compares as what was reported does, in four bytes a parameter.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSignificant, parseExpression, renameTexts } from '../significance/index.ts'
import type { Parameters } from '../significance/index.ts'
import { BYTES_PER_VALUE, packedText, packValues, unpackValues } from './packed-values.ts'
import type { WatchedParameter } from './watch.ts'

const PARAMETERS: readonly WatchedParameter[] = [
  { name: 'rtt', type: 'number' },
  { name: 'connection', type: 'text' },
  { name: 'relayed', type: 'flag' },
  { name: 'streams', type: 'set' },
]

function throughPacking(reported: Parameters): Parameters {
  const at = { view: new DataView(new ArrayBuffer(PARAMETERS.length * BYTES_PER_VALUE)), offset: 0 }
  return unpackValues(PARAMETERS, packValues(PARAMETERS, reported, at), at)
}

describe('packed values', () => {
  it('are equal exactly where what was reported is equal', () => {
    const reported = fc.record(
      {
        rtt: fc.integer({ min: -1_000_000, max: 1_000_000 }),
        connection: fc.constantFrom('wifi', 'cell', ''),
        relayed: fc.boolean(),
        streams: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
      },
      { requiredKeys: [] },
    )
    const rule = {
      kind: 'any',
      of: PARAMETERS.map(({ name }) => ({ kind: 'changed', parameter: name }) as const),
    } as const
    fc.assert(
      fc.property(reported, reported, (before, now) => {
        const packed = isSignificant(rule, throughPacking(before), throughPacking(now))
        expect(packed).toBe(isSignificant(rule, before, now))
      }),
    )
  })

  it('take a set for the same in any order, and an empty one for another than none', () => {
    expect(throughPacking({ streams: ['a', 'b'] })).toEqual(throughPacking({ streams: ['b', 'a', 'b'] }))
    expect(throughPacking({ streams: [] })).not.toEqual(throughPacking({}))
  })

  it('leave out what is of another type than was declared', () => {
    expect(throughPacking({ rtt: 'fast', relayed: true })).toEqual({ relayed: true })
  })

  it('compare with the texts that an operator wrote', () => {
    const parsed = parseExpression("connection == 'wifi' and old.connection != 'wifi'")
    if (!parsed.ok) throw new Error('It cannot be read.')
    const rule = renameTexts({ kind: 'expression', expression: parsed.value }, packedText)
    const change = (before: string, now: string): boolean =>
      isSignificant(rule, throughPacking({ connection: before }), throughPacking({ connection: now }))
    expect(change('cell', 'wifi')).toBe(true)
    expect(change('wifi', 'wifi')).toBe(false)
    expect(change('wifi', 'cell')).toBe(false)
  })
})
