/** A chain must be whole exactly when nothing in it was touched; the hash here is a weak one, given from outside. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { epochMs, parseName } from '../units/index.ts'
import type { ServiceName } from '../units/index.ts'
import { canonicalJson } from './canonical-json.ts'
import { chainStart, chainText, firstHash, verifyChain } from './journal-entry.ts'
import type { ChainedEntry, JournalContent } from './journal-entry.ts'

const shop = serviceName('shop')

describe('chainText', () => {
  test('is one JSON array of the previous hash, the sequence and the content', () => {
    expect(chainText(firstHash, 1, content('{"a":1}'))).toBe(
      `["${firstHash}",1,"shop",1000,"decision","loop","{\\"a\\":1}"]`,
    )
  })

  test('differs for entries that differ only in where one field ends and the next begins', () => {
    const left = chainText(firstHash, 1, {
      ...content('x'),
      kind: 'a' as JournalContent['kind'],
      actor: 'bc',
    })
    const right = chainText(firstHash, 1, {
      ...content('x'),
      kind: 'ab' as JournalContent['kind'],
      actor: 'c',
    })
    expect(left).not.toBe(right)
  })
})

describe('verifyChain', () => {
  test('finds an untouched chain whole, and says how far', () => {
    const chain = chainOf(5)
    expect(verifyChain(chain, weakHash)).toEqual({
      intact: true,
      brokenAt: null,
      verified: { sequence: 5, hash: chain[4]?.hash },
    })
  })

  test('finds an empty chain whole', () => {
    expect(verifyChain([], weakHash)).toEqual({ intact: true, brokenAt: null, verified: chainStart })
  })

  test('checks a chain page by page as it checks it in one go', () => {
    const chain = chainOf(7)
    const first = verifyChain(chain.slice(0, 3), weakHash)
    expect(verifyChain(chain.slice(3), weakHash, first.verified)).toEqual(verifyChain(chain, weakHash))
  })

  test('finds the first place of a chain from which one entry was taken, or in which two were swapped', () => {
    const [one, two, three, four] = chainOf(4)
    if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error()
    expect(verifyChain([one, two, four], weakHash).brokenAt).toBe(3)
    expect(verifyChain([one, three, two, four], weakHash).brokenAt).toBe(2)
    expect(verifyChain([two, three, four], weakHash).brokenAt).toBe(1)
  })

  test('finds any field of any entry that was changed', () => {
    const changes: readonly Partial<ChainedEntry>[] = [
      { service: null },
      { service: serviceName('shop-2') },
      { at: epochMs(1_001) },
      { kind: 'event' },
      { actor: 'mallory' },
      { body: '{"a":2}' },
      { sequence: 99 },
      { previousHash: 'f'.repeat(64) },
      { hash: 'f'.repeat(64) },
    ]
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...changes), (sequence, change) => {
        const touched = chainOf(6).map((entry) =>
          entry.sequence === sequence ? Object.assign({}, entry, change) : entry,
        )
        const check = verifyChain(touched, weakHash)
        expect(check.intact).toBe(false)
        expect(check.brokenAt).toBe(sequence)
        expect(check.verified.sequence).toBe(sequence - 1)
      }),
    )
  })
})

function chainOf(length: number): readonly ChainedEntry[] {
  const chain: ChainedEntry[] = []
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const previousHash = chain.at(-1)?.hash ?? firstHash
    const draft = content(canonicalJson({ tick: sequence }))
    chain.push({ ...draft, sequence, previousHash, hash: weakHash(chainText(previousHash, sequence, draft)) })
  }
  return chain
}

function content(body: string): JournalContent {
  return { service: shop, at: epochMs(1_000), kind: 'decision', actor: 'loop', body }
}

function serviceName(text: string): ServiceName {
  const parsed = parseName<ServiceName>(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

/** FNV-1a: enough to tell texts of a test apart. */
function weakHash(text: string): string {
  let hash = 0x81_1c_9d_c5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93) >>> 0
  return hash.toString(16).padStart(64, '0')
}
