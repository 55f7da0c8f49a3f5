// Which version of an agreement counts at an instant (A3.7).
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { epochMs } from '../units/index.ts'
import type { Agreement } from './agreement.ts'
import { inForce } from './versions.ts'

const version = (name: string, number: number, from: number | null): Agreement =>
  ({ name, version: number, from: from === null ? null : epochMs(from) }) as unknown as Agreement

const shown = (versions: readonly Agreement[], at: number): readonly string[] =>
  inForce(versions, epochMs(at)).map((one) => `${one.name} ${one.version}`)

it('Until a later version begins the one before it counts, and from that very instant on the later one.', () => {
  const both = [version('gold', 1, null), version('gold', 2, 1_000)]
  expect([shown(both, 999), shown(both, 1_000)]).toEqual([['gold 1'], ['gold 2']])
})

it('A version that has not begun is no promise yet.', () => {
  expect(shown([version('gold', 1, 1_000)], 999)).toEqual([])
})

it('Of two that begin at once the one that was signed last counts.', () => {
  expect(shown([version('gold', 3, 1_000), version('gold', 2, 1_000)], 5_000)).toEqual(['gold 3'])
})

it('Of each agreement exactly one version counts, the latest that has begun, in whatever order they are given.', () => {
  const versions = fc.array(
    fc.record({
      name: fc.constantFrom('gold', 'silver', 'bronze'),
      from: fc.option(fc.nat(100), { nil: null }),
    }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(versions, fc.nat(120), fc.infiniteStream(fc.nat()), (given, at, order) => {
      const all = given.map(({ name, from }, i) => version(name, i + 1, from))
      const shuffled = all
        .map((one) => ({ one, key: order.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
      const counted = inForce(
        shuffled.map(({ one }) => one),
        epochMs(at),
      )
      const begun = all.filter(({ from }) => from === null || from <= at)
      expect(new Set(counted.map(({ name }) => name))).toEqual(new Set(begun.map(({ name }) => name)))
      expect(counted).toHaveLength(new Set(begun.map(({ name }) => name)).size)
      for (const one of counted) {
        const later = begun.filter(
          ({ name, from, version: number }) =>
            name === one.name &&
            ((from ?? -Infinity) > (one.from ?? -Infinity) || (from === one.from && number > one.version)),
        )
        expect(later).toEqual([])
      }
    }),
  )
})
