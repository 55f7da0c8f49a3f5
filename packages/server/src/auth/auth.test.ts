// Goal: secrets are never stored, a key ends exactly when it should, and each guard refuses what it must.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs, fail } from '@holdfast/core/units'
import { afterEach, describe, expect, it } from 'vitest'
import type { StoredKey } from '../store/store.ts'
import { holds } from './access.ts'
import { originAllowed, readCredentials } from './credentials.ts'
import { ATTEMPTS_PER_WINDOW, createFailedAttempts } from './failed-attempts.ts'
import { hostAllowed } from './host-name.ts'
import { hashSecret, identify, judgeKey, newKey, newSecret, type Identity } from './keys.ts'
import { ensureOperatorKey } from './operator-key.ts'
import { createSignIns } from './sign-ins.ts'

const now = epochMs(1_800_000_000_000)
const request = { name: 'ci', scope: 'operator', owner: null, expiresAt: null } as const

describe('a key', () => {
  it('has a secret of 32 random bytes that the stored row does not hold', () => {
    const { key, secret } = newKey(request, now)
    expect(secret).toMatch(/^hf_[\w-]{43}$/)
    expect(JSON.stringify(key)).not.toContain(secret)
    expect(newSecret()).not.toBe(newSecret())
  })

  it('is refused once it is revoked, from its expiry on, and when the hash is another one', () => {
    const { key, secret } = newKey({ ...request, expiresAt: epochMs(now + 10) }, now)
    const hash = hashSecret(secret)
    expect(judgeKey(key, hash, epochMs(now + 9)).ok).toBe(true)
    expect(judgeKey(key, hash, epochMs(now + 10))).toEqual(fail('expired'))
    expect(judgeKey({ ...key, revokedAt: now }, hash, now)).toEqual(fail('revoked'))
    expect(judgeKey(key, hashSecret('hf_other'), now)).toEqual(fail('unknown'))
    expect(judgeKey(null, hash, now)).toEqual(fail('unknown'))
  })
})

describe('credentials', () => {
  it('come from a Bearer header before the cookie, and a header of another shape is malformed', () => {
    expect(readCredentials('Bearer hf_a-b_c', 'cookie')).toEqual({ kind: 'bearer', secret: 'hf_a-b_c' })
    expect(readCredentials(undefined, 'hf_x')).toEqual({ kind: 'session', secret: 'hf_x' })
    expect(readCredentials('Basic abc', 'hf_x')).toEqual({ kind: 'malformed' })
    expect(readCredentials(undefined, undefined)).toEqual({ kind: 'none' })
  })

  it('of a session write only from the page of the same host and port', () => {
    const host = '127.0.0.1:7070'
    expect(originAllowed({ method: 'GET', host, origin: undefined })).toBe(true)
    expect(originAllowed({ method: 'POST', host, origin: 'http://127.0.0.1:7070' })).toBe(true)
    for (const origin of [undefined, 'null', 'http://127.0.0.1:8080', 'https://evil.example']) {
      expect(originAllowed({ method: 'DELETE', host, origin })).toBe(false)
    }
  })
})

it('answers only for loopback names and those that were configured', () => {
  for (const host of ['127.0.0.1:7070', 'localhost', 'LOCALHOST:1', '[::1]:7070', 'Holdfast.internal:80']) {
    expect(hostAllowed(host, ['holdfast.internal'])).toBe(true)
  }
  for (const host of [undefined, '', 'evil.example:7070', '127.0.0.1.evil.example', 'localhost:x']) {
    expect(hostAllowed(host, ['holdfast.internal'])).toBe(false)
  }
})

it('lets an operator hold everything, an owner only what is theirs, and the other scopes nothing', () => {
  const identity = (scope: Identity['scope'], owner: string | null): Identity => ({
    keyId: 'k',
    name: 'k',
    scope,
    owner,
    hash: 'h',
  })
  expect(holds(identity('operator', null), 'blue')).toBe(true)
  expect(holds(identity('owner', 'blue'), 'blue')).toBe(true)
  expect(holds(identity('owner', 'blue'), 'red')).toBe(false)
  expect(holds(identity('owner', null), null)).toBe(false)
  expect(holds(identity('client', 'blue'), 'blue')).toBe(false)
  expect(holds(identity('ingest', 'blue'), 'blue')).toBe(false)
})

it('asks an address to wait after too many wrong keys, for the rest of the minute only', () => {
  const attempts = createFailedAttempts()
  for (let i = 0; i < ATTEMPTS_PER_WINDOW; i++) expect(attempts.record('10.0.0.1', now)).toBeNull()
  expect(attempts.record('10.0.0.1', epochMs(now + 15_000))).toBe(45_000)
  expect(attempts.record('10.0.0.2', epochMs(now + 15_000))).toBeNull()
  expect(attempts.record('10.0.0.1', epochMs(now + 60_000))).toBeNull()
})

it('exchanges a sign-in code for what it was made for, and no other code for anything', () => {
  const signIns = createSignIns()
  const { code } = signIns.createSignIn({ scope: 'owner', owner: 'blue' })
  expect(signIns.grantOf(code)).toEqual({ scope: 'owner', owner: 'blue' })
  expect(signIns.grantOf(newSecret())).toBeNull()
})

describe('the operator key of the machine', () => {
  let directory = ''
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('is written for the user alone, kept while it is good, and made anew when the file is gone or revoked', async () => {
    directory = await mkdtemp(join(tmpdir(), 'holdfast-auth-'))
    const rows = new Map<string, StoredKey>()
    const store = {
      keyByHash: async (hash: string) => rows.get(hash) ?? null,
      putKey: async (key: StoredKey) => void rows.set(key.hash, key),
    }
    const read = async (): Promise<string> =>
      (await readFile(await ensureOperatorKey(store, directory, now), 'utf8')).trim()

    const first = await read()
    expect((await stat(join(directory, 'operator.key'))).mode & 0o777).toBe(0o600)
    expect(await identify(store, first, now)).toMatchObject({ ok: true, value: { scope: 'operator' } })
    expect(await read()).toBe(first)

    await rm(join(directory, 'operator.key'))
    const second = await read()
    expect(second).not.toBe(first)

    const row = rows.get(hashSecret(second))
    if (row !== undefined) rows.set(row.hash, { ...row, revokedAt: now })
    expect(await read()).not.toBe(second)
  })
})
