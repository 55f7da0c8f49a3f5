// Goal: what a group learned survives being stored and adds up over servers. Method: seeded clients of two rates, taken in by
// one group or by two.
import { describe, expect, it } from 'vitest'
import { exponential, seededRandom } from '../../stats/index.ts'
import { GroupModel, type ClientModel } from './group-model.ts'
import { mergeSnapshots } from './group-snapshot.ts'

const HOUR = 3_600_000
const WANTED = { kind: 'stale', share: 0.1 } as const
const LIMITS = { leastMs: 1_000, mostMs: 4 * HOUR }

/** One client that changes by chance, paced by its group for some hours. */
function pace(group: GroupModel, seed: number, dwellMs: number, hours = 12): ClientModel {
  const random = seededRandom(seed)
  let client = group.first(0)
  while (client.updatedAt < hours * HOUR) {
    const { intervalMs } = group.next(client, WANTED, LIMITS)
    const changed = exponential(random, dwellMs) <= intervalMs
    client = group.observe(client, { kind: 'bit', changed }, client.updatedAt + intervalMs)
  }
  return client
}

describe('what a group has learned', () => {
  it('is taken up again where it was left: a restored group gives the same answers to the bit, then and later', () => {
    const group = new GroupModel(300_000)
    const before = pace(group, 1, 60_000)
    pace(group, 2, 300_000)
    const restored = GroupModel.restore(group.save())
    expect(restored.next(before, WANTED, LIMITS)).toEqual(group.next(before, WANTED, LIMITS))
    expect(restored.first(7)).toEqual(group.first(7))
    expect(restored.hourFactors).toEqual(group.hourFactors)
    expect(pace(restored, 3, 90_000)).toEqual(pace(group, 3, 90_000))
  })

  it('is not touched by what its group learns after it was saved', () => {
    const group = new GroupModel(300_000)
    pace(group, 1, 60_000)
    const saved = group.save()
    const was = GroupModel.restore(saved).first(0)
    pace(group, 2, 5_000)
    expect(GroupModel.restore(saved).first(0)).toEqual(was)
  })

  it('adds up: of two halves that were merged the intervals are nearly those of one group that saw all', () => {
    const [one, other, all] = [1, 2, 3].map(() => new GroupModel(300_000)) as [
      GroupModel,
      GroupModel,
      GroupModel,
    ]
    for (let seed = 0; seed < 12; seed += 1) {
      const dwellMs = seed % 3 === 0 ? 60_000 : 300_000
      pace(seed % 2 === 0 ? one : other, seed, dwellMs)
      pace(all, seed, dwellMs)
    }
    const merged = GroupModel.restore(mergeSnapshots(one.save(), other.save()))
    for (const dwellMs of [60_000, 300_000]) {
      const client = pace(all, 100, dwellMs, 4)
      const ratio =
        merged.next(client, WANTED, LIMITS).intervalMs / all.next(client, WANTED, LIMITS).intervalMs
      expect(ratio).toBeGreaterThan(0.9)
      expect(ratio).toBeLessThan(1.1)
    }
    const newcomers = [merged, all].map((group) => group.next(group.first(0), WANTED, LIMITS).intervalMs)
    expect((newcomers[0] ?? 0) / (newcomers[1] ?? 1)).toBeGreaterThan(0.8)
    expect((newcomers[0] ?? 0) / (newcomers[1] ?? 1)).toBeLessThan(1.25)
  })
})
