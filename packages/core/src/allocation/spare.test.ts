// Warm spares (A3.19): only where one failure breaks a promise, and often enough to be worth an instance.
import { describe, expect, it } from 'vitest'
import { serviceOf, part, expected, partName } from '../control/testing/shop.ts'
import { ladderOf } from './ladder.ts'
import { sparesFor, type SpareInput } from './spare.ts'
import { stationsOf } from './stations.ts'
import type { Stake } from './stake.ts'

const characteristics = expected(50, 20)
const service = serviceOf(part('web', { characteristics }))

const ladder = ladderOf(service, {
  parts: [
    {
      part: partName('web'),
      visits: 1,
      callers: [],
      stations: stationsOf(characteristics, null),
      price: 40_000,
      atLeast: 1,
      atMost: 10,
    },
  ],
  goals: [{ limitMs: 300, ratio: 0.9 }],
  overheadMs: 0,
  atMost: null,
})

/** A minute of which a tenth of an hour's price is owed. */
const stake: Stake = {
  goal: 0,
  isPriced: true,
  owed: [{ below: 0.9, micros: 1_000_000 }],
  windowMs: 60_000,
  leftMs: 60_000,
  met: 0,
  missed: 0,
}

const input: SpareInput = {
  ladder,
  stakes: [stake],
  rate: 25,
  counts: { [partName('web')]: 2 },
  replacedAfterMs: () => 30_000,
  failuresPerHour: 0.05,
}

describe('sparesFor', () => {
  it('keeps a spare where the loss of one instance breaks the window and is expected often enough', () => {
    const [spare] = sparesFor(input)
    expect(spare?.part).toBe('web')
    expect(spare?.saves).toBeGreaterThan(40_000)
  })

  it('keeps none where failures are so rare that the spare costs more', () => {
    expect(sparesFor({ ...input, failuresPerHour: 0.005 })).toEqual([])
  })

  it('keeps none where a replacement serves before the promise could break', () => {
    expect(sparesFor({ ...input, replacedAfterMs: () => 500 })).toEqual([])
  })

  it('keeps none where the others carry the load of the lost one', () => {
    expect(sparesFor({ ...input, rate: 3, counts: { [partName('web')]: 3 } })).toEqual([])
  })

  it('keeps none where nothing says what a broken promise is worth', () => {
    expect(sparesFor({ ...input, stakes: [{ ...stake, isPriced: false }] })).toEqual([])
  })

  it('keeps none beyond what the part may have', () => {
    const full = { [partName('web')]: 10 }
    expect(sparesFor({ ...input, rate: 180, counts: full })).toEqual([])
  })
})
