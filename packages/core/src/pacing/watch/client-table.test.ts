// Goal: whatever is added, written and removed, the table holds what a Map would, in few bytes.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientRecord } from './client-record.ts'
import { CLIENTS_PER_CHUNK, ClientTable } from './client-table.ts'
import { hashId } from './id-hash.ts'

const recordAt = (updatedAt: number): ClientRecord => ({
  model: {
    rate: { changes: 1.5, exposureMs: 250_000 },
    behaviour: { regular: -1.25, bursts: 3.5 },
    drift: { faster: 2, slower: 0.5 },
    updatedAt,
    changedAt: updatedAt - 60_000,
  },
  intervalMs: 30_000,
  present: 3,
  classPlace: 2,
  tooSoon: 0,
  countedAs: 17,
  size: 4,
  flags: 1,
})

const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), id: fc.integer({ min: 0, max: 60 }), at: fc.nat(1e6) }),
  fc.record({ do: fc.constant('remove' as const), id: fc.integer({ min: 0, max: 60 }) }),
)

describe('the table of clients', () => {
  it('holds what a map would after any sequence of additions and removals', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.nat(), (steps, seed) => {
        const table = new ClientTable(2)
        const model = new Map<number, number>()
        for (const one of steps) {
          const id = hashId(`client ${one.id}`, seed)
          const place = table.find(id)
          if (one.do === 'put') {
            table.write(place ?? table.add(id), recordAt(one.at))
            model.set(one.id, one.at)
          } else if (place !== null) {
            table.remove(place)
            model.delete(one.id)
          }
        }
        expect(table.size).toBe(model.size)
        for (let id = 0; id <= 60; id += 1) {
          const place = table.find(hashId(`client ${id}`, seed))
          const found = place === null ? undefined : table.read(place)?.model.updatedAt
          expect(found).toBe(model.get(id))
        }
      }),
    )
  })

  it('finds each of many clients, within 64 bytes for one with two parameters', () => {
    const table = new ClientTable(2)
    const clients = 200_000
    for (let i = 0; i < clients; i += 1) table.write(table.add(hashId(`c${i}`, 5)), recordAt(i))
    let found = 0
    for (let i = 0; i < clients; i += 1) {
      const place = table.find(hashId(`c${i}`, 5))
      if (place !== null && table.read(place)?.model.updatedAt === i) found += 1
    }
    expect(found).toBe(clients)
    expect(table.bytes / clients).toBeLessThan(64)
  })

  it('gives back a record as it was written', () => {
    const table = new ClientTable(0)
    const place = table.add(hashId('a', 1))
    table.write(place, recordAt(1_764_000_000_123))
    expect(table.read(place)).toEqual(recordAt(1_764_000_000_123))
  })

  it('takes each chunk that changed once, in turn, and again when it changes again', () => {
    const table = new ClientTable(1)
    for (let i = 0; i < 3 * CLIENTS_PER_CHUNK; i += 1) table.write(table.add(hashId(`c${i}`, 5)), recordAt(i))
    expect(table.takeChanged(2)).toEqual([0, 1])
    table.write(0, recordAt(7))
    expect(table.takeChanged(2)).toEqual([2, 0])
    expect(table.takeChanged(2)).toEqual([])
  })

  it('is the same after its chunks were stored and restored, with the free places free', () => {
    const table = new ClientTable(1)
    for (let i = 0; i < 5_000; i += 1) table.write(table.add(hashId(`c${i}`, 5)), recordAt(i))
    for (let i = 0; i < 5_000; i += 7) {
      const place = table.find(hashId(`c${i}`, 5))
      if (place !== null) table.remove(place)
    }
    const restored = new ClientTable(1)
    expect(restored.restore([table.chunk(0), table.chunk(1)])).toBe(true)
    expect(restored.size).toBe(table.size)
    for (let i = 0; i < 5_000; i += 1) {
      const place = restored.find(hashId(`c${i}`, 5))
      expect(place === null ? null : restored.read(place)?.model.updatedAt).toBe(i % 7 === 0 ? null : i)
    }
  })

  it('refuses chunks that were stored for other parameters', () => {
    const table = new ClientTable(1)
    table.add(hashId('a', 1))
    expect(new ClientTable(2).restore([table.chunk(0)])).toBe(false)
  })
})
