// Goal: a token is good for whom it was made, with the keys there are, and for nothing else.
import { createSecretKey } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openToken, sealToken, type TokenKey } from './tokens.ts'

const keyOf = (number: number, byte: number): TokenKey => ({
  number,
  secret: createSecretKey(Buffer.alloc(32, byte)),
})
const OLD = keyOf(1, 1)
const NEW = keyOf(2, 2)
const OF = { watch: 'players', layout: 'abc', client: 'p-1' }
const carried = new Uint8Array(48).map((_, at) => at * 5)

describe('a token', () => {
  it('gives back what it carries, in at most 96 characters for two parameters', () => {
    const token = sealToken([NEW], OF, carried)
    expect(openToken([NEW], OF, token, 48)).toEqual({ kind: 'good', carried })
    expect(token.length).toBeLessThanOrEqual(96)
  })

  it('stays good when a new key comes before the old one, and ends with the old one', () => {
    const token = sealToken([OLD], OF, carried)
    expect(openToken([NEW, OLD], OF, token, 48).kind).toBe('good')
    expect(openToken([NEW], OF, token, 48)).toEqual({ kind: 'bad', why: 'key-unknown' })
  })

  it('is refused for another watch, another layout and another client', () => {
    const token = sealToken([OLD], OF, carried)
    for (const other of [{ watch: 'screens' }, { layout: 'abd' }, { client: 'p-2' }])
      expect(openToken([OLD], { ...OF, ...other }, token, 48)).toEqual({ kind: 'bad', why: 'not-signed' })
  })

  it('does not let a part of one name pass for a part of the next', () => {
    const token = sealToken([OLD], { watch: 'ab', layout: 'c', client: 'd' }, carried)
    expect(openToken([OLD], { watch: 'a', layout: 'bc', client: 'd' }, token, 48).kind).toBe('bad')
  })

  it('is refused with any character changed, taken away or added', () => {
    const token = sealToken([OLD], OF, carried)
    const alphabet = 'ABCXYZabcxyz0189-_'.split('')
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, letter) => {
        const forged = token.slice(0, at) + letter + token.slice(at + 1)
        expect(openToken([OLD], OF, forged, 48).kind).toBe(forged === token ? 'good' : 'bad')
        expect(openToken([OLD], OF, token.slice(0, at) + token.slice(at + 1), 48).kind).toBe('bad')
        expect(openToken([OLD], OF, token + letter, 48).kind).toBe('bad')
      }),
    )
  })
})
