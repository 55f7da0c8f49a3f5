/** What every store must do with known instances, and with keys. */
import { epochMs, type ServiceName } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { desiredInstance, key, named } from './store-samples.ts'
import type { Store } from './store.ts'

const shop = named<ServiceName>('shop')
const now = epochMs(1_800_000_000_000)
const later = epochMs(now + 60_000)

export function describeInstancesAndKeys(store: () => Store): void {
  test('known instances are kept by platform, replaced and dropped', async () => {
    const known = (id: string, platform: string, record: string) => ({
      id: desiredInstance(id).id,
      platform,
      service: shop,
      record,
      updatedAt: now,
    })
    await store().putKnownInstance(known('b', 'process', '{"pid":2}'))
    await store().putKnownInstance(known('a', 'process', '{"pid":1}'))
    await store().putKnownInstance(known('c', 'docker', '{}'))
    await store().putKnownInstance({ ...known('b', 'process', '{"pid":3}'), updatedAt: later })
    expect(await store().knownInstances('process')).toEqual([
      known('a', 'process', '{"pid":1}'),
      { ...known('b', 'process', '{"pid":3}'), updatedAt: later },
    ])
    await store().dropKnownInstance(desiredInstance('a').id)
    await store().dropKnownInstance(desiredInstance('a').id)
    expect((await store().knownInstances('process')).map(({ id }) => id)).toEqual(['b'])
  })

  test('keys are found by the hash of their secret, listed and revoked once', async () => {
    const one = key('one', now)
    const two = { ...key('two', later), owner: 'ann', scope: 'owner' as const, expiresAt: later }
    await store().putKey(two)
    await store().putKey(one)
    expect(await store().keys()).toEqual([one, two])
    expect(await store().keyByHash(two.hash)).toEqual(two)
    expect(await store().keyByHash('other')).toBeNull()
    expect(await store().revokeKey('two', later)).toBe(true)
    expect(await store().revokeKey('two', now)).toBe(false)
    expect(await store().revokeKey('three', now)).toBe(false)
    expect(await store().keyByHash(two.hash)).toEqual({ ...two, revokedAt: later })
  })

  test('two keys cannot have the same secret', async () => {
    await store().putKey(key('one', now))
    await expect(store().putKey({ ...key('two', now), hash: key('one', now).hash })).rejects.toThrow()
    expect(await store().keys()).toHaveLength(1)
  })
}
