// Goal: clients outlive a server that ends or is killed, and a watch that is declared anew. Over a real store.
import { epochMs, type EpochMs } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { createPacingKeeper, type PacingKeeper } from './pacing-keeper.ts'
import { declaredWatch, PLAYERS } from './testing/test-watch.ts'

const START = epochMs(1_764_547_200_000)
const after = (ms: number): EpochMs => epochMs(START + ms)

let store: Store
beforeEach(async () => {
  store = await openStore(':memory:')
  await store.migrate()
})
afterEach(() => store[Symbol.asyncDispose]())

const engineOf = (keeper: PacingKeeper) => {
  const watch = keeper.watch('players')
  if (watch === null) throw new Error('The watch is not at work.')
  return watch.engine
}

const report = (rtt: number, connection = 'wifi') => ({ parameters: { rtt, connection } })

describe('the keeper of watches', () => {
  it('goes on after a kill with the clients that were stored, who are still expected', async () => {
    const one = createPacingKeeper(store, 'one')
    const declared = declaredWatch({ mostClients: 5_000 })
    await one.follow([declared], START)
    for (let i = 0; i < 5_000; i += 1) engineOf(one).update(`p${i}`, report(40), after(i), 0.5)
    await one.tick(after(6_000))
    const again = createPacingKeeper(store, 'one')
    await again.follow([declared], after(20_000))
    expect(engineOf(again).table.size).toBe(5_000)
    expect(engineOf(again).record('p4321')).toEqual(engineOf(one).record('p4321'))
    expect(engineOf(again).budget.wantedPerSecond).toBeCloseTo(engineOf(one).budget.wantedPerSecond, 6)
    expect(engineOf(again).update('p7', report(90), after(90_000), 0.5)).toMatchObject({
      isNew: false,
      hasChanged: true,
    })
  })

  it('stores everything when it is told to, more than a tick does', async () => {
    const one = createPacingKeeper(store, 'one')
    await one.follow([declaredWatch({ mostClients: 200_000 })], START)
    for (let i = 0; i < 70_000; i += 1) engineOf(one).update(`p${i}`, report(40), after(i), 0.5)
    await one.storeAll(after(70_000))
    const again = createPacingKeeper(store, 'one')
    await again.follow([declaredWatch({ mostClients: 200_000 })], after(80_000))
    expect(engineOf(again).table.size).toBe(70_000)
  })

  it('leaves the clients of another server with the same store to it', async () => {
    const [one, other] = [createPacingKeeper(store, 'one'), createPacingKeeper(store, 'other')]
    for (const keeper of [one, other]) await keeper.follow([declaredWatch()], START)
    engineOf(one).update('a', report(1), START, 0.5)
    engineOf(other).update('b', report(1), START, 0.5)
    await one.storeAll(after(1))
    await other.storeAll(after(1))
    const again = createPacingKeeper(store, 'one')
    await again.follow([declaredWatch()], after(2))
    expect([engineOf(again).record('a') !== null, engineOf(again).record('b')]).toEqual([true, null])
  })

  it('carries clients over where parameters are declared anew, with what they reported of those that stay', async () => {
    const keeper = createPacingKeeper(store, 'one')
    await keeper.follow([declaredWatch()], START)
    engineOf(keeper).update('a', report(40, 'wifi'), START, 0.5)
    const parameters = [{ name: 'power', type: 'flag' } as const, ...PLAYERS.parameters.toReversed()]
    await keeper.follow([declaredWatch({ parameters }, 2)], after(1_000))
    const outcome = engineOf(keeper).update(
      'a',
      { parameters: { rtt: 45, connection: 'wifi', power: true } },
      after(120_000),
      0.5,
    )
    expect(outcome).toMatchObject({ isNew: false, hasChanged: false })
  })

  it('carries them over as well when the server starts with another declaration than was stored', async () => {
    const one = createPacingKeeper(store, 'one')
    await one.follow([declaredWatch()], START)
    engineOf(one).update('a', report(40, 'wifi'), START, 0.5)
    await one.storeAll(after(1))
    const again = createPacingKeeper(store, 'one')
    await again.follow([declaredWatch({ parameters: PLAYERS.parameters.slice(0, 1) }, 2)], after(2))
    const outcome = engineOf(again).update('a', { parameters: { rtt: 41 } }, after(120_000), 0.5)
    expect(outcome).toMatchObject({ isNew: false, hasChanged: false })
  })

  it('forgets a watch that is no longer declared', async () => {
    const keeper = createPacingKeeper(store, 'one')
    await keeper.follow([declaredWatch()], START)
    engineOf(keeper).update('a', report(40), START, 0.5)
    await keeper.storeAll(after(1))
    await keeper.follow([], after(2))
    expect(keeper.watch('players')).toBeNull()
    expect(await store.pacing(PLAYERS.name)).toEqual([])
  })

  it('stores again what a failed store did not take', async () => {
    let fails = true
    const flaky: Pick<Store, 'putPacing' | 'pacing' | 'pacingChunks' | 'forgetPacing'> = {
      putPacing: (kept, chunks) =>
        fails ? Promise.reject(new Error('The disk is full.')) : store.putPacing(kept, chunks),
      pacing: (watch) => store.pacing(watch),
      pacingChunks: (of, page) => store.pacingChunks(of, page),
      forgetPacing: (watch) => store.forgetPacing(watch),
    }
    const keeper = createPacingKeeper(flaky, 'one')
    await keeper.follow([declaredWatch()], START)
    engineOf(keeper).update('a', report(40), START, 0.5)
    await expect(keeper.tick(after(1))).rejects.toThrow('The disk is full.')
    fails = false
    await keeper.tick(after(2))
    expect(
      await store.pacingChunks({ watch: PLAYERS.name, keeper: 'one' }, { from: 0, limit: 9 }),
    ).toHaveLength(1)
  })
})
