/**
 * What every store must do, whatever it is made of. `create` makes an empty one and returns a function that
 * opens it; opened twice, it is what two replicas see.
 */
import { canonicalJson, verifyChain } from '@holdfast/core/control'
import { epochMs } from '@holdfast/core/units'
import type { ServiceName } from '@holdfast/core/units'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { journalHash } from './journal-table.ts'
import { describeHealthCells, describeHealthConsumers } from './health-contract.ts'
import { describeInstancesAndKeys } from './keys-contract.ts'
import { describePacing } from './pacing-contract.ts'
import { describeRecording } from './recording-contract.ts'
import { draft, named, tick, windowCount } from './store-samples.ts'
import type { JournalEntry, ManifestWrite, Store } from './store.ts'

export type OpenStore = () => Promise<Store>

const shop = named<ServiceName>('shop')
const mail = named<ServiceName>('mail')
const now = epochMs(1_800_000_000_000)
const later = epochMs(now + 60_000)

const agreement: ManifestWrite = { kind: 'Agreement', name: 'shop', owner: 'ann', document: '{"a":1}' }
const service: ManifestWrite = { kind: 'Service', name: 'shop', owner: 'ann', document: '{"s":1}' }

export function describeStoreContract(name: string, create: () => Promise<OpenStore>): void {
  describe(name, () => {
    let open: OpenStore
    let store: Store

    beforeEach(async () => {
      open = await create()
      store = await open()
      await store.migrate()
    })

    afterEach(() => store[Symbol.asyncDispose]())

    describe('migrate', () => {
      test('may run again, and by several at once', async () => {
        const fresh = await create()
        const stores = await Promise.all([fresh(), fresh(), fresh()])
        await Promise.all(stores.map((each) => each.migrate()))
        await Promise.all(stores.map((each) => each.migrate()))
        expect(await stores[0]?.serviceRecords()).toEqual([])
        await Promise.all(stores.map((each) => each[Symbol.asyncDispose]()))
      })
    })

    describeManifests(
      () => store,
      () => open,
    )
    describeTicks(
      () => store,
      () => open,
    )
    describeRecording(() => store)
    describePacing(() => store)
    describeHealthCells(() => store)
    describeHealthConsumers(() => store)
    describeJournal(
      () => store,
      () => open,
    )
    describeInstancesAndKeys(() => store)
  })
}

function describeManifests(store: () => Store, open: () => OpenStore): void {
  describe('manifests', () => {
    test('are kept with version, owner and who applied them when', async () => {
      const stored = await store().applyManifests([service, agreement], 'ann', now, [])
      expect(stored).toEqual([
        { ...service, version: 1, appliedAt: now, appliedBy: 'ann' },
        { ...agreement, version: 1, appliedAt: now, appliedBy: 'ann' },
      ])
      expect(await store().manifests()).toEqual([stored[1], stored[0]])
      expect(await store().manifests('Service')).toEqual([stored[0]])
      expect(await store().manifest({ kind: 'Agreement', name: 'shop' })).toEqual(stored[1])
      expect(await store().manifest({ kind: 'Owner', name: 'shop' })).toBeNull()
    })

    test('count versions up with each change, and a version never changes', async () => {
      await store().applyManifests([service, agreement], 'ann', now, [])
      await store().applyManifests([{ ...service, document: '{"s":2}' }, agreement], 'bob', later, [])
      expect(await store().manifestVersions(service)).toEqual([
        { ...service, version: 1, appliedAt: now, appliedBy: 'ann' },
        { ...service, document: '{"s":2}', version: 2, appliedAt: later, appliedBy: 'bob' },
      ])
      expect(await store().manifestVersions(agreement)).toHaveLength(1)
    })

    test('count a change of owner as a change', async () => {
      await store().applyManifests([service], 'ann', now, [])
      const [stored] = await store().applyManifests([{ ...service, owner: null }], 'ann', later, [])
      expect(stored).toMatchObject({ version: 2, owner: null })
    })

    test('that are applied once more change nothing and journal nothing', async () => {
      const first = await store().applyManifests([service], 'ann', now, [draft(shop, 1)])
      const second = await store().applyManifests([service], 'bob', later, [draft(shop, 2)])
      expect(second).toEqual(first)
      expect(await journalOf(store(), shop)).toHaveLength(1)
    })

    test('that are deleted are gone, keep their versions, and go on counting when they come again', async () => {
      await store().applyManifests([service], 'ann', now, [])
      expect(await store().deleteManifest(service, later, [draft(shop, 1)])).toBe(true)
      expect(await store().deleteManifest(service, later, [draft(shop, 2)])).toBe(false)
      expect(await store().manifest(service)).toBeNull()
      expect(await store().manifests()).toEqual([])
      expect(await store().manifestVersions(service)).toHaveLength(1)
      expect(await journalOf(store(), shop)).toHaveLength(1)
      const [again] = await store().applyManifests([service], 'ann', later, [])
      expect(again?.version).toBe(2)
    })

    test('are written all or none, with their journal entries', async () => {
      const broken = { ...agreement, document: notText() }
      await expect(store().applyManifests([service, broken], 'ann', now, [draft(shop, 1)])).rejects.toThrow()
      expect(await store().manifests()).toEqual([])
      expect(await store().journalHeads()).toEqual([])
    })

    test('get one version for each of several changes at the same time, in whatever order they are named', async () => {
      const others = await Promise.all([open()(), open()(), open()()])
      const applied = await Promise.all(
        others.map((other, index) => {
          const document = `{"by":${index}}`
          const writes = [
            { ...service, document },
            { ...agreement, document },
          ]
          return other.applyManifests(index % 2 === 0 ? writes : writes.toReversed(), `p${index}`, now, [])
        }),
      )
      expect(
        applied
          .flat()
          .map(({ version }) => version)
          .sort((left, right) => left - right),
      ).toEqual([1, 1, 2, 2, 3, 3])
      const versions = await store().manifestVersions(service)
      expect(versions.map(({ version }) => version)).toEqual([1, 2, 3])
      await Promise.all(others.map((other) => other[Symbol.asyncDispose]()))
    })

    test('stand with all their versions by name, oldest first, but without those from before a deletion', async () => {
      const other = { ...agreement, name: 'mail' }
      const documents = async (): Promise<readonly string[]> =>
        (await store().standingVersions('Agreement')).map(
          ({ name, version, document }) => `${name} ${version} ${document}`,
        )
      const apply = (write: typeof agreement, document: string) =>
        store().applyManifests([{ ...write, document }], 'ann', now, [])
      await apply(agreement, '1')
      await apply(other, '2')
      await apply(agreement, '3')
      await store().applyManifests([service], 'ann', now, [])
      expect(await documents()).toEqual(['mail 1 2', 'shop 1 1', 'shop 2 3'])
      await store().deleteManifest(agreement, later, [])
      expect(await documents()).toEqual(['mail 1 2'])
      await apply(agreement, '4')
      await apply(agreement, '5')
      expect(await documents()).toEqual(['mail 1 2', 'shop 3 4', 'shop 4 5'])
    })

    test('keep the bytes of their document', async () => {
      const document = canonicalJson({ text: 'Ünï\u0000\n"\ud83d\ude80', number: 1e21 })
      await store().applyManifests([{ ...service, document }], 'ann', now, [])
      expect((await store().manifest(service))?.document).toBe(document)
    })
  })
}

function describeTicks(store: () => Store, open: () => OpenStore): void {
  describe('ticks', () => {
    test('are committed whole: record, windows, point and journal', async () => {
      const commit = {
        ...tick(shop, 0, now),
        windows: [windowCount(shop, now, 7, 1)],
        journal: [draft(shop, 1), draft(null, 2)],
      }
      expect(await store().commitTick(commit)).toMatchObject([{ sequence: 1 }, { sequence: 1 }])
      expect(await store().serviceRecords()).toEqual([
        { service: shop, generation: 1, desired: commit.desired, state: commit.state },
      ])
      expect(await store().windows(shop, now, later)).toEqual(commit.windows)
      expect(await store().points(shop, now)).toEqual([{ at: now, point: commit.point }])
      expect(await journalOf(store(), shop)).toMatchObject([{ ...commit.journal[0], sequence: 1 }])
      expect(await journalOf(store(), null)).toMatchObject([{ ...commit.journal[1], sequence: 1 }])
    })

    test('that are stale write nothing', async () => {
      await store().commitTick({ ...tick(shop, 0, now), windows: [windowCount(shop, now, 7, 1)] })
      const before = await everythingOf(store(), shop)
      for (const basedOn of [0, 2, 7]) {
        const stale = {
          ...tick(shop, basedOn, later),
          windows: [windowCount(shop, now, 99, 99)],
          journal: [draft(shop, 1)],
        }
        expect(await store().commitTick(stale)).toBeNull()
      }
      expect(await store().commitTick({ ...tick(mail, 3, later), journal: [draft(mail, 1)] })).toBeNull()
      expect(await everythingOf(store(), shop)).toEqual(before)
      expect((await store().serviceRecords()).map((record) => record.service)).toEqual([shop])
      expect(await store().journalHeads()).toEqual([])
    })

    test('that fail half-way leave nothing behind', async () => {
      await store().commitTick(tick(shop, 0, now))
      const before = await everythingOf(store(), shop)
      const broken = { ...draft(shop, 1), body: notText() }
      await expect(
        store().commitTick({ ...tick(shop, 1, later), journal: [draft(shop, 1), broken] }),
      ).rejects.toThrow()
      expect(await everythingOf(store(), shop)).toEqual(before)
    })

    test('replace the counts of a window and keep those of the windows before', async () => {
      const next = epochMs(now + 3_600_000)
      await store().commitTick({ ...tick(shop, 0, now), windows: [windowCount(shop, now, 1, 0)] })
      await store().commitTick({
        ...tick(shop, 1, later),
        windows: [windowCount(shop, now, 5, 2), windowCount(shop, next, 1, 1)],
      })
      expect(await store().windows(shop, now, epochMs(next + 1))).toEqual([
        windowCount(shop, now, 5, 2),
        windowCount(shop, next, 1, 1),
      ])
      expect(await store().windows(shop, now, next)).toEqual([windowCount(shop, now, 5, 2)])
      expect(await store().windows(shop, next, epochMs(next + 1))).toEqual([windowCount(shop, next, 1, 1)])
      expect(await store().windows(mail, now, next)).toEqual([])
    })

    test('hold more windows and entries than one statement takes', async () => {
      const windows = Array.from({ length: 1_200 }, (_, hour) =>
        windowCount(shop, epochMs(now + hour * 3_600_000), hour, 0),
      )
      const journal = windows.map((_, index) => draft(shop, index))
      await store().commitTick({ ...tick(shop, 0, now), windows, journal })
      expect(await store().windows(shop, now, epochMs(now + 1_200 * 3_600_000))).toEqual(windows)
      expect((await journalOf(store(), shop)).map(({ body }) => body)).toEqual(
        journal.map(({ body }) => body),
      )
    })

    test('based on one generation at the same time leave exactly one winner', async () => {
      const replicas = await Promise.all([open()(), open()(), open()()])
      for (let generation = 0; generation < 5; generation += 1) {
        const won = await Promise.all(
          replicas.map((replica, index) =>
            replica.commitTick({
              ...tick(shop, generation, epochMs(now + generation)),
              state: `{"by":${index}}`,
              journal: [draft(shop, index)],
            }),
          ),
        )
        const winners = won.flatMap((entries, index) => (entries === null ? [] : [index]))
        expect(winners).toHaveLength(1)
        expect((await store().serviceRecords())[0]?.state).toBe(`{"by":${winners[0]}}`)
      }
      await expectWholeChain(store(), shop, 5)
      await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()))
    })

    test('in any order, stale ones among them, leave what a plain model of the store would hold', async () => {
      let run = 0
      await fc.assert(
        fc.asyncProperty(fc.array(randomTick, { maxLength: 15 }), async (ticks) => {
          run += 1
          const service = named<ServiceName>(`random-${run}`)
          await expectLikeModel(store(), service, ticks)
        }),
        { numRuns: 25 },
      )
    })

    test('leave points that are pruned by age', async () => {
      await store().commitTick(tick(shop, 0, now))
      await store().commitTick(tick(shop, 1, later))
      expect(await store().points(shop, later)).toHaveLength(1)
      await store().prunePoints(later)
      expect((await store().points(shop, epochMs(0))).map(({ at }) => at)).toEqual([later])
    })

    test('of a forgotten service are gone, those of others stay, and so does the journal', async () => {
      for (const service of [shop, mail]) {
        await store().commitTick({
          ...tick(service, 0, now),
          windows: [windowCount(service, now, 1, 1)],
          journal: [draft(service, 1)],
        })
      }
      await store().forgetService(shop)
      expect(await store().serviceRecords()).toMatchObject([
        { service: mail, generation: 1 },
        { service: shop, generation: 1, desired: [], state: null },
      ])
      expect(await store().windows(shop, now, later)).toEqual([])
      expect(await store().points(shop, now)).toEqual([])
      expect(await store().windows(mail, now, later)).toHaveLength(1)
      expect(await store().points(mail, now)).toHaveLength(1)
      await expectWholeChain(store(), shop, 1)
    })
  })
}

function describeJournal(store: () => Store, open: () => OpenStore): void {
  describe('the journal', () => {
    test('numbers the entries of each service, and of none, from 1 and chains their hashes', async () => {
      const entries = await store().appendJournal([draft(shop, 1), draft(null, 2), draft(shop, 3)])
      expect(entries.map(({ service, sequence }) => [service, sequence])).toEqual([
        [shop, 1],
        [null, 1],
        [shop, 2],
      ])
      expect(entries[2]?.previousHash).toBe(entries[0]?.hash)
      await store().appendJournal([draft(shop, 4)])
      await expectWholeChain(store(), shop, 3)
      await expectWholeChain(store(), null, 1)
      expect(await store().appendJournal([])).toEqual([])
    })

    test('returns what was appended as it can be read', async () => {
      const appended = await store().appendJournal([draft(shop, 1), draft(shop, 2)])
      expect(await journalOf(store(), shop)).toEqual(appended)
    })

    test('leaves one chain without gaps when several append at the same time', async () => {
      const writers = await Promise.all([open()(), open()()])
      const rounds = 20
      await Promise.all(
        writers.map(async (writer, index) => {
          for (let round = 0; round < rounds; round += 1) {
            // Both chains, and each writer names them in its own order.
            const drafts = [draft(shop, round), draft(mail, round), draft(shop, round)]
            await writer.appendJournal(index === 0 ? drafts : drafts.toReversed())
          }
        }),
      )
      await expectWholeChain(store(), shop, 2 * 2 * rounds)
      await expectWholeChain(store(), mail, 2 * rounds)
      await Promise.all(writers.map((writer) => writer[Symbol.asyncDispose]()))
    })

    test('is read in either order, page by page', async () => {
      await store().appendJournal([1, 2, 3, 4, 5].map((number) => draft(shop, number)))
      const page = async (
        order: 'oldest-first' | 'newest-first',
        after?: number,
      ): Promise<readonly number[]> => {
        const query = { service: shop, order, limit: 2, ...(after === undefined ? {} : { after }) }
        return (await store().journal(query)).map(({ sequence }) => sequence)
      }
      expect(await page('oldest-first')).toEqual([1, 2])
      expect(await page('oldest-first', 2)).toEqual([3, 4])
      expect(await page('newest-first')).toEqual([5, 4])
      expect(await page('newest-first', 4)).toEqual([3, 2])
      expect(await page('newest-first', 1)).toEqual([])
    })

    test('is read by kind and by time, the end of the time not included', async () => {
      const at = [0, 1, 2, 3].map((second) => epochMs(now + second * 1_000))
      const kinds = ['decision', 'outcome', 'change', 'event'] as const
      await store().appendJournal(
        at.map((instant, index) => ({ ...draft(shop, index), at: instant, kind: kinds[index] ?? 'event' })),
      )
      const query = { service: shop, order: 'oldest-first', limit: 10 } as const
      const sequences = (entries: readonly JournalEntry[]): readonly number[] =>
        entries.map(({ sequence }) => sequence)
      expect(sequences(await store().journal({ ...query, from: at[1] ?? now, to: at[3] ?? now }))).toEqual([
        2, 3,
      ])
      expect(sequences(await store().journal({ ...query, kinds: ['decision', 'event'] }))).toEqual([1, 4])
      expect(sequences(await store().journal({ ...query, kinds: [] }))).toEqual([])
    })

    test('is read over all services by time, but refuses a place in it that only one service has', async () => {
      await store().appendJournal([
        { ...draft(shop, 1), at: later },
        { ...draft(mail, 2), at: now },
        { ...draft(null, 3), at: epochMs(now + 1) },
      ])
      const entries = await store().journal({ order: 'oldest-first', limit: 10 })
      expect(entries.map((entry) => entry.service)).toEqual([mail, null, shop])
      await expect(store().journal({ order: 'oldest-first', limit: 10, after: 1 })).rejects.toThrow('after')
    })

    test('knows the last place of each chain', async () => {
      const [, mailEntry, shopEntry, own] = await store().appendJournal([
        draft(shop, 1),
        draft(mail, 2),
        draft(shop, 3),
        draft(null, 4),
      ])
      expect(await store().journalHeads()).toEqual([
        { service: null, sequence: 1, hash: own?.hash },
        { service: mail, sequence: 1, hash: mailEntry?.hash },
        { service: shop, sequence: 2, hash: shopEntry?.hash },
      ])
    })
  })
}

interface RandomTick {
  /** How far from the present generation the tick was thought out; 0 is fresh. */
  readonly behind: number
  readonly windowAt: number
  readonly met: number
  readonly entries: number
}

const randomTick: fc.Arbitrary<RandomTick> = fc.record({
  behind: fc.constantFrom(0, 0, 0, 1, 2, -1),
  windowAt: fc.integer({ min: 0, max: 3 }),
  met: fc.integer({ min: 0, max: 1_000_000 }),
  entries: fc.integer({ min: 0, max: 3 }),
})

async function expectLikeModel(
  store: Store,
  service: ServiceName,
  ticks: readonly RandomTick[],
): Promise<void> {
  let generation = 0
  let entries = 0
  const met = new Map<number, number>()
  for (const [index, { behind, windowAt, met: count, entries: added }] of ticks.entries()) {
    const windowFrom = epochMs(now + windowAt * 3_600_000)
    const appended = await store.commitTick({
      ...tick(service, generation - behind, epochMs(now + index)),
      windows: [windowCount(service, windowFrom, count, index)],
      journal: Array.from({ length: added }, (_, number) => draft(service, number)),
    })
    expect(appended !== null).toBe(behind === 0)
    if (appended === null) continue
    generation += 1
    entries += added
    met.set(windowFrom, count)
  }
  const record = (await store.serviceRecords()).find((each) => each.service === service)
  expect(record?.generation ?? 0).toBe(generation)
  expect(await store.points(service, now)).toHaveLength(generation)
  const windows = await store.windows(service, now, epochMs(now + 4 * 3_600_000))
  expect(new Map(windows.map((window) => [window.from, window.met]))).toEqual(met)
  await expectWholeChain(store, service, entries)
}

async function expectWholeChain(store: Store, service: ServiceName | null, length: number): Promise<void> {
  const entries = await journalOf(store, service)
  expect(entries).toHaveLength(length)
  expect(verifyChain(entries, journalHash)).toMatchObject({ intact: true, verified: { sequence: length } })
}

function journalOf(store: Store, service: ServiceName | null): Promise<readonly JournalEntry[]> {
  return store.journal({ service, order: 'oldest-first', limit: 10_000 })
}

async function everythingOf(store: Store, service: ServiceName): Promise<unknown> {
  return {
    records: await store.serviceRecords(),
    windows: await store.windows(service, now, epochMs(now + 1_000_000_000)),
    points: await store.points(service, epochMs(0)),
    journal: await journalOf(store, service),
    heads: await store.journalHeads(),
  }
}

/** Against the type, so that a statement in the midst of a transaction fails on every engine. */
function notText(): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lie is the point
  return null as unknown as string
}
