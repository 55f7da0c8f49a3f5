// Goal: only keys that may send are let in, and whoever tries many is told to wait. Method: a store of two keys.
import { epochMs } from '@holdfast/core/units'
import { beforeEach, describe, expect, it } from 'vitest'
import { ATTEMPTS_PER_WINDOW, newKey } from '../../auth/index.ts'
import type { StoredKey } from '../../store/store.ts'
import { authenticateByKey, type Authenticate } from './authenticate.ts'

const NOW = epochMs(1_800_000_000_000)
const keys = new Map<string, StoredKey>()
let authenticate: Authenticate

const keyOf = (scope: StoredKey['scope'], expiresAt: StoredKey['expiresAt'] = null): string => {
  const { key, secret } = newKey({ name: scope, scope, owner: null, expiresAt }, NOW)
  keys.set(key.hash, key)
  return `Bearer ${secret}`
}

beforeEach(() => {
  keys.clear()
  authenticate = authenticateByKey({
    store: { keyByHash: async (hash) => keys.get(hash) ?? null },
    clock: { now: () => NOW },
  })
})

describe('a sender', () => {
  it.each(['ingest', 'operator'] as const)('with a key of the scope %s is known', async (scope) => {
    expect(await authenticate(keyOf(scope), 'a')).toMatchObject({ kind: 'known' })
  })

  it.each(['owner', 'client'] as const)('with a key of the scope %s may not send', async (scope) => {
    expect(await authenticate(keyOf(scope), 'a')).toMatchObject({ answer: { why: 'not-allowed' } })
  })

  it('without a key, with a wrong one or one that is over is refused', async () => {
    expect(await authenticate(undefined, 'a')).toMatchObject({ answer: { why: 'key-missing' } })
    expect(await authenticate('Bearer no', 'a')).toMatchObject({ answer: { why: 'key-wrong' } })
    expect(await authenticate('Basic no', 'a')).toMatchObject({ answer: { why: 'key-wrong' } })
    expect(await authenticate(keyOf('ingest', NOW), 'a')).toMatchObject({ answer: { why: 'key-wrong' } })
  })

  it('that tries many keys is told to wait, and a good one from there still counts', async () => {
    const good = keyOf('ingest')
    for (let i = 0; i < ATTEMPTS_PER_WINDOW; i++) await authenticate('Bearer no', 'a')
    expect(await authenticate('Bearer no', 'a')).toMatchObject({
      answer: { why: 'too-many', retrySeconds: 60 },
    })
    expect(await authenticate('Bearer no', 'b')).toMatchObject({ answer: { why: 'key-wrong' } })
    expect(await authenticate(good, 'a')).toMatchObject({ kind: 'known' })
  })
})
