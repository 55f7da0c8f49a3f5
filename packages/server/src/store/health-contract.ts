/** What every store must do with what was measured, and with the marks of those who read it. */
import { epochMs, type ServiceName } from '@holdfast/core/units'
import { describe, expect, test } from 'vitest'
import { healthCell, named, tick } from './store-samples.ts'
import type { HealthConsumer, StandingRow, Store } from './store.ts'

const shop = named<ServiceName>('shop')
const mail = named<ServiceName>('mail')
const MINUTE_MS = 60_000
const now = epochMs(1_800_000_000_000)
const at = (ms: number) => epochMs(now + ms)

export function describeHealthCells(store: () => Store): void {
  describe('what was measured', () => {
    const measured = async (...ms: readonly number[]): Promise<void> => {
      for (const [generation, each] of ms.entries())
        await store().commitTick({
          ...tick(shop, generation, at(each)),
          health: [healthCell(shop, at(each))],
        })
    }

    test('is written with the tick that measured it, or not at all', async () => {
      await measured(0, 2_000)
      const stale = { ...tick(shop, 0, at(4_000)), health: [healthCell(shop, at(4_000))] }
      expect(await store().commitTick(stale)).toBeNull()
      expect(await store().healthCells({})).toEqual([healthCell(shop, at(0)), healthCell(shop, at(2_000))])
    })

    test('is read by service, length and time, the oldest first', async () => {
      await measured(2_000, 0)
      await store().commitTick({ ...tick(mail, 0, now), health: [healthCell(mail, now)] })
      expect(await store().healthCells({ service: shop, before: at(1_000) })).toEqual([
        healthCell(shop, at(0)),
      ])
      expect(await store().healthCells({ service: shop, from: at(1) })).toEqual([healthCell(shop, at(2_000))])
      expect(await store().healthCells({ service: shop, limit: 1 })).toEqual([healthCell(shop, at(0))])
      expect(await store().healthCells({ lengthMs: MINUTE_MS })).toEqual([])
    })

    test('becomes longer cells, in the place of the shorter ones before an instant', async () => {
      await measured(0, 2_000, MINUTE_MS)
      const minute = healthCell(shop, at(0), MINUTE_MS)
      await store().compactHealth({ service: shop, lengthMs: 0, before: at(MINUTE_MS), into: [minute] })
      expect(await store().healthCells({})).toEqual([minute, healthCell(shop, at(MINUTE_MS))])
      await store().compactHealth({ service: shop, lengthMs: MINUTE_MS, before: at(1), into: [] })
      expect(await store().healthCells({})).toEqual([healthCell(shop, at(MINUTE_MS))])
    })

    test('comes with what sources stand at, which changes with a tick or not at all', async () => {
      expect(await store().sourceStandings()).toEqual(new Map())
      const stood = (rows: Readonly<Record<string, string | null>>): readonly StandingRow[] =>
        Object.entries(rows).map(([row, text]) => ({ row, text }))
      const stands = async () => Object.fromEntries((await store().sourceStandings()).get(shop) ?? [])
      await store().commitTick({ ...tick(shop, 0, at(0)), sourceStanding: stood({ a: '1', b: '2' }) })
      await store().commitTick({ ...tick(shop, 1, at(2_000)), sourceStanding: [] })
      expect(await stands()).toEqual({ a: '1', b: '2' })
      const many = Object.fromEntries(Array.from({ length: 450 }, (_, i) => [`c${i}`, String(i)]))
      await store().commitTick({
        ...tick(shop, 2, at(4_000)),
        sourceStanding: stood({ a: '3', b: null, ...many }),
      })
      const stale = { ...tick(shop, 0, at(6_000)), sourceStanding: stood({ a: 'stale' }) }
      expect(await store().commitTick(stale)).toBeNull()
      expect(await stands()).toEqual({ a: '3', ...many })
    })

    test('goes with its service', async () => {
      await store().commitTick({ ...tick(shop, 0, at(0)), sourceStanding: [{ row: 'a', text: '1' }] })
      await store().commitTick({ ...tick(shop, 1, at(2_000)), health: [healthCell(shop, at(2_000))] })
      await store().moveHealthConsumer(consumer(0), null)
      await store().forgetService(shop)
      expect(await store().healthCells({})).toEqual([])
      expect(await store().sourceStandings()).toEqual(new Map())
      expect(await store().healthConsumers(shop)).toEqual([])
    })
  })
}

const consumer = (ms: number, name: string = 'billing'): HealthConsumer => ({
  service: shop,
  name,
  readUntil: at(ms),
  readOfHour: `until ${ms}`,
})

export function describeHealthConsumers(store: () => Store): void {
  describe('a named consumer', () => {
    test('stands where it has read to', async () => {
      expect(await store().healthConsumer(shop, 'billing')).toBeNull()
      expect(await store().moveHealthConsumer(consumer(0), null)).toBe(true)
      expect(await store().moveHealthConsumer(consumer(5), at(0))).toBe(true)
      expect(await store().healthConsumer(shop, 'billing')).toEqual(consumer(5))
      expect(await store().healthConsumer(mail, 'billing')).toBeNull()
    })

    test('is moved only from where it stands, so that of two only one gets what is new', async () => {
      await store().moveHealthConsumer(consumer(0), null)
      expect(await store().moveHealthConsumer(consumer(9), null)).toBe(false)
      expect(await store().moveHealthConsumer(consumer(9), at(1))).toBe(false)
      expect(await store().healthConsumer(shop, 'billing')).toEqual(consumer(0))
    })

    test('is listed by name, until it is dropped', async () => {
      await store().moveHealthConsumer(consumer(0), null)
      await store().moveHealthConsumer(consumer(1, 'alerts'), null)
      expect((await store().healthConsumers(shop)).map(({ name }) => name)).toEqual(['alerts', 'billing'])
      expect(await store().dropHealthConsumer(shop, 'billing')).toBe(true)
      expect(await store().dropHealthConsumer(shop, 'billing')).toBe(false)
      expect((await store().healthConsumers(shop)).map(({ name }) => name)).toEqual(['alerts'])
    })
  })
}
