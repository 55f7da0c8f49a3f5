// Goal: what arrives is what was recorded, whatever fails on the way. Method: a real meter and the real taking in, with
// requests and answers that get lost, refusals, limits that change, and servers that end and begin again.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSeriesTable, type SeriesReading, type SeriesTable } from '@holdfast/core/health'
import {
  distributionOf,
  emptyDistribution,
  mergeDistributions,
  type Distribution,
} from '@holdfast/core/stats'
import { branded, epochMs, type PartName, type ServiceName } from '@holdfast/core/units'
import { createMeter } from '../../../../client/src/wrapper/create-meter.ts'
import { createTestWorld } from '../../../../client/src/wrapper/testing/test-world.ts'
import { operationsBatch } from '../../http/schemas/operations.ts'
import { faultOfBatch } from './batch.ts'
import { createBatchLedger, type BatchLedger } from './batch-ledger.ts'
import { createOperationNames } from './operation-names.ts'
import { takeBatch } from './take-batch.ts'

const T = 1_800_000_000_000
const LIMITS = [[100], [100, 300], [50]]

type Fate = 'arrives' | 'lost' | 'answer lost' | 'bad gateway' | 'refused'

type Step =
  | {
      readonly do: 'record'
      readonly name: string
      readonly class: string
      readonly ms: number
      readonly outcome: Outcome
    }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'send'; readonly fate: Fate }
  | { readonly do: 'restart' }
  | { readonly do: 'limit'; readonly which: number }

type Outcome = 'ok' | 'failed' | 'aborted'

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      name: fc.constantFrom('GET /a', 'GET /b'),
      class: fc.constantFrom('gold', 'default'),
      ms: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.double({ min: 0, max: 1e5, noNaN: true })),
      outcome: fc.constantFrom<Outcome>('ok', 'failed', 'aborted'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 5_000 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      fate: fc.constantFrom<Fate>('arrives', 'lost', 'answer lost', 'bad gateway', 'refused'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('limit' as const), which: fc.nat(2) }) },
)

/** A server that ends in order: it hands on what it has, and the next one knows which batches were counted. */
class Server {
  readonly readings: SeriesReading[] = []
  #table: SeriesTable = this.#newTable()
  #ledger: BatchLedger = createBatchLedger()

  #newTable(): SeriesTable {
    return createSeriesTable({ source: 'wrapper', maxSeries: 100, latestMs: Infinity })
  }

  take(text: string, arrivedAt: number): readonly number[] {
    const batch = operationsBatch.parse(JSON.parse(text))
    expect(faultOfBatch(batch)).toBeNull()
    takeBatch(
      this.#table,
      { ledger: this.#ledger, names: createOperationNames(this.#table) },
      {
        batch,
        service: branded<ServiceName>('shop'),
        part: branded<PartName>('web'),
        instance: null,
        arrivedAt,
      },
    )
    return this.#table.countedOver()
  }

  limit(values: readonly number[]): void {
    this.drain()
    this.#table.limits(values)
  }

  drain(): void {
    this.readings.push(...this.#table.drain(epochMs(T + 1e9)))
    expect(this.#table.faults()).toEqual({})
  }

  restart(): void {
    this.drain()
    const limits = this.#table.countedOver()
    this.#table = this.#newTable()
    this.#table.limits(limits)
    this.#ledger = createBatchLedger(this.#ledger.processes())
  }
}

async function play(steps: readonly Step[]): Promise<{ server: Server; recorded: Map<string, number[]> }> {
  const world = createTestWorld()
  const server = new Server()
  const recorded = new Map<string, number[]>()
  let fate: Fate = 'arrives'
  const meter = createMeter(
    {
      url: 'http://holdfast.example',
      key: 'k',
      service: 'shop',
      part: 'web',
      fetch: async (_input, init) => {
        if (fate === 'lost') throw new TypeError('fetch failed')
        if (fate === 'refused') return new Response('{}', { status: 429 })
        const limitsMs = server.take(init?.body as string, T + world.now())
        if (fate === 'answer lost') throw new TypeError('terminated')
        if (fate === 'bad gateway') return new Response('', { status: 502 })
        return new Response(JSON.stringify({ counted: true, limitsMs }))
      },
    },
    world,
  )
  for (const one of steps) {
    switch (one.do) {
      case 'record': {
        meter.record(one.name, { durationMs: one.ms, class: one.class, outcome: one.outcome })
        const key = `${one.name} ${one.class} ${one.outcome === 'ok' ? 'completed' : one.outcome}`
        recorded.set(key, [...(recorded.get(key) ?? []), one.ms])
        break
      }
      case 'pass':
        world.pass(one.ms)
        break
      case 'send':
        ;({ fate } = one)
        await meter.flush()
        break
      case 'restart':
        server.restart()
        break
      case 'limit':
        server.limit(LIMITS[one.which] ?? [])
        break
    }
  }
  fate = 'arrives'
  await meter.flush()
  server.drain()
  expect(meter.state()).toMatchObject({ lost: 0, says: null })
  return { server, recorded }
}

const keyOf = ({ series: { labels } }: SeriesReading): string =>
  `${labels['holdfast.operation']} ${labels['holdfast.class']} ${labels['holdfast.outcome']}`

function arrived(readings: readonly SeriesReading[]): Map<string, Distribution> {
  const all = new Map<string, Distribution>()
  for (const reading of readings)
    if (reading.distribution !== null) {
      const before = all.get(keyOf(reading)) ?? emptyDistribution
      all.set(keyOf(reading), mergeDistributions(before, reading.distribution))
    }
  return all
}

it('counts each operation once, with its buckets, whatever gets lost and whoever begins anew', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { server, recorded } = await play(steps)
      const all = arrived(server.readings)
      expect([...all.keys()].toSorted()).toEqual([...recorded.keys()].toSorted())
      for (const [key, values] of recorded) {
        const { sum, ...rest } = distributionOf(values)
        expect(all.get(key)).toMatchObject(rest)
        expect(all.get(key)?.sum).toBeCloseTo(sum, 3)
      }
    }),
    { numRuns: 300 },
  )
})

it('counts over the limits exactly where it says that it knows', async () => {
  const noLimits = fc.array(step, { maxLength: 60 }).map((steps) => steps.filter((one) => one.do !== 'limit'))
  await fc.assert(
    fc.asyncProperty(noLimits, async (steps) => {
      const begin: Step[] = [
        { do: 'limit', which: 1 },
        { do: 'send', fate: 'arrives' },
      ]
      const { server, recorded } = await play([...begin, ...steps])
      const over = [0, 0]
      for (const reading of server.readings) {
        if (reading.distribution === null) continue
        expect(reading.over).not.toBeNull()
        for (const i of [0, 1]) over[i] = (over[i] ?? 0) + (reading.over?.[i] ?? 0)
      }
      const values = [...recorded.values()].flat()
      expect(over).toEqual([100, 300].map((limit) => values.filter((value) => value > limit).length))
    }),
    { numRuns: 200 },
  )
})
