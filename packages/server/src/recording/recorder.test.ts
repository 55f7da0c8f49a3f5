// Goal: what was decided can be read back exactly, blocks end with the minute and begin with a checkpoint
// wherever a tick does not follow on the one before. Method: ticks of a simulated shop, given to a recorder.
import { beforeEach, describe, expect, it } from 'vitest'
import { newServiceState, type DecideInput } from '@holdfast/core/control'
import {
  addDuration,
  branded,
  epochMs,
  minutes,
  perSecond,
  seconds,
  type ServiceName,
} from '@holdfast/core/units'
import { shop, shopAgreement, simulate } from '@holdfast/simulator'
import type { RecordedBlock } from '../store/store.ts'
import { createRecorder, readLine, unpackLines, type Recorder, type RecordedLine } from './index.ts'

/** Just after the shop's own minute has begun, so that a few ticks stay in one block. */
const BEGINS = epochMs(1_800_000_020_000)

const linesOf = (blocks: readonly RecordedBlock[]): readonly RecordedLine[] =>
  blocks.flatMap(({ lines }) => unpackLines(lines).map(readLine))

let recorder: Recorder
let input: DecideInput

beforeEach(() => {
  recorder = createRecorder()
  input = {
    service: shop,
    agreements: [shopAgreement],
    state: newServiceState,
    generation: 0,
    desired: [],
    observation: someObservation,
    dependencies: [],
    now: BEGINS,
  }
})

/** Commits ticks two seconds apart, each following on the one before; gives what was stored with them. */
function ticks(count: number, change: (nth: number) => Partial<DecideInput> = () => ({})): RecordedBlock[] {
  const stored: RecordedBlock[] = []
  for (let nth = 0; nth < count; nth += 1) {
    const changed = { ...input, ...change(nth) }
    stored.push(...recorder.complete(shop.name, changed.now))
    const after = { ...newServiceState, overheadMs: nth }
    recorder.add({ input: changed, version: 3, said: 'said', after })
    input = { ...changed, state: after, now: addDuration(changed.now, seconds(2)) }
  }
  return stored
}

describe('a recorder', () => {
  it('gives back each tick as it was, with the amounts of money and the order of keys', () => {
    const first = { ...input, desired: someDesired }
    ticks(2, () => ({ desired: someDesired }))
    const [checkpoint, one, two] = linesOf(recorder.pending(shop.name))
    expect(checkpoint).toEqual({
      kind: 'checkpoint',
      reason: 'start',
      version: 3,
      service: shop,
      agreements: [shopAgreement],
      state: newServiceState,
      said: 'said',
    })
    const { now, generation, observation, dependencies } = first
    expect(one).toEqual({ kind: 'tick', now, generation, desired: someDesired, observation, dependencies })
    expect(two).not.toHaveProperty('desired')
    expect(JSON.stringify(one)).toContain(JSON.stringify(observation))
  })

  it('stores a block with the tick after its minute, and has the ticks since then pending', () => {
    const stored = ticks(100)
    expect(stored.length).toBeGreaterThanOrEqual(3)
    for (const { from, to, ticks } of stored) {
      expect(to - from).toBeLessThan(minutes(1))
      expect(ticks).toBe((to - from) / 2_000 + 1)
    }
    const all = [...stored, ...recorder.pending(shop.name)]
    expect(linesOf(all).filter(({ kind }) => kind === 'tick')).toHaveLength(100)
    expect(all.map(({ checkpoint }) => checkpoint)).toEqual(all.map((_, index) => index === 0))
  })

  it('keeps what a failed commit did not store, and stores it with the next one', () => {
    ticks(10)
    const later = addDuration(input.now, minutes(1))
    const [block] = recorder.complete(shop.name, later)
    expect(block?.ticks).toBe(10)
    // The commit failed: the tick was not added.
    expect(recorder.complete(shop.name, addDuration(later, seconds(2)))).toEqual([block])
    expect(recorder.pending(shop.name)).toEqual([block])
  })

  it('begins with a checkpoint when a manifest changed, when another loop was at it, and every ten minutes', () => {
    const other = { ...newServiceState, overheadMs: 7 }
    const changes: Readonly<Record<number, Partial<DecideInput>>> = {
      20: { service: { ...shop, mode: 'advise' } },
      40: { state: other },
    }
    let service = shop
    const stored = ticks(400, (nth) => {
      service = changes[nth]?.service ?? service
      return { ...changes[nth], service }
    })
    const lines = linesOf([...stored, ...recorder.pending(shop.name)])
    const checkpoints = lines.filter((line) => line.kind === 'checkpoint')
    expect(checkpoints.map(({ reason }) => reason)).toEqual(['start', 'change', 'start', 'time'])
    expect(checkpoints[2]?.state).toEqual(other)
    expect(lines.filter(({ kind }) => kind === 'tick')).toHaveLength(400)
  })

  it('takes manifests that were only resolved anew as the same', () => {
    ticks(20, () => ({ service: structuredClone(shop), agreements: [structuredClone(shopAgreement)] }))
    expect(linesOf(recorder.pending(shop.name)).filter(({ kind }) => kind === 'checkpoint')).toHaveLength(1)
  })

  it('gives all that is not stored yet when it is closed, and then has nothing left', () => {
    ticks(10)
    expect(recorder.close()).toMatchObject([{ service: shop.name, ticks: 10, checkpoint: true }])
    expect(recorder.close()).toEqual([])
    expect(recorder.pending(branded<ServiceName>('mail'))).toEqual([])
  })
})

const { someObservation, someDesired } = (() => {
  const seen: { observation: DecideInput['observation']; desired: DecideInput['desired'] }[] = []
  simulate({
    service: shop,
    agreements: [shopAgreement],
    load: { kind: 'constant', rate: perSecond(5) },
    seed: 1,
    duration: seconds(60),
    tickEvery: seconds(2),
    onTick: (ticked) => void seen.push(ticked),
  })
  const last = seen.at(-1)
  if (last === undefined) throw new Error('a minute has ticks')
  return { someObservation: last.observation, someDesired: last.desired }
})()
