// Goal: the sources that run are those that are declared now, and each tells its own service alone.
// Method: a clock that the test moves, and sources that note when they are opened, asked and closed.
import { branded, durationMs, epochMs, type ServiceName, type SourceName } from '@holdfast/core/units'
import { beforeEach, expect, it } from 'vitest'
import type { ResolvedService } from '../manifests/index.ts'
import { createSourceKeeper, type SourceKeeper } from './source-keeper.ts'
import type { DeclaredSource } from './source.ts'
import { createManualClock, type ManualClock } from './testing/manual-clock.ts'
import { resolvedShop } from './testing/resolved-shop.ts'

const START = 1_800_000_000_000
const shop = branded<ServiceName>('shop')

const source = (name: string, changed: Partial<DeclaredSource> = {}): DeclaredSource => ({
  name: branded<SourceName>(name),
  service: shop,
  part: null,
  every: durationMs(10_000),
  timeout: durationMs(3_000),
  reads: { kind: 'host', host: { cgroup: null, instances: false } },
  ...changed,
})

let clock: ManualClock
let keeper: SourceKeeper
let noted: string[]

beforeEach(() => {
  clock = createManualClock(START)
  noted = []
  keeper = createSourceKeeper({
    clock,
    instances: async () => [],
    open: ({ declared, sink }) => {
      const { name, every } = declared
      noted.push(`open ${name} every ${every}`)
      const up = sink.open({
        about: { part: null, instance: null },
        name: 'probe.up',
        labels: {},
        kind: 'gauge',
        unit: null,
      })
      return {
        round: async (at) => {
          noted.push(`ask ${name}`)
          sink.gauge(up, 1, at)
        },
        [Symbol.asyncDispose]: async () => void noted.push(`close ${name}`),
      }
    },
  })
})

const follow = (sources: readonly DeclaredSource[], changed: Partial<ResolvedService> = {}): void =>
  keeper.follow([{ resolved: { ...resolvedShop(), sources, ...changed }, levels: [], satisfaction: [] }])

it('runs what is declared, and tells the loop what it learned', async () => {
  follow([source('node')])
  await clock.advance(0)
  expect(noted).toEqual(['open node every 10000', 'ask node'])
  expect(keeper.take(shop, epochMs(START + 1)).inputs.service).toMatchObject({
    'default up': { samples: 1, sources: ['node'] },
  })
  expect(keeper.statuses('shop')).toMatchObject([
    { name: 'node', declared: { name: 'node' }, run: { rounds: 1 }, series: 1, faults: {} },
  ])
})

it('leaves alone what has not changed, and opens anew what has', async () => {
  follow([source('node'), source('other')])
  await clock.advance(0)
  follow([source('node'), source('other', { every: durationMs(5_000) })])
  await clock.advance(0)
  expect(noted.filter((one) => one.startsWith('open'))).toEqual([
    'open node every 10000',
    'open other every 10000',
    'open other every 5000',
  ])
  expect(noted.filter((one) => one.startsWith('close'))).toEqual(['close other'])
})

it('stops what is declared no more, with all that it told', async () => {
  follow([source('node')])
  await clock.advance(0)
  follow([])
  await clock.advance(0)
  expect(noted.at(-1)).toBe('close node')
  expect(keeper.statuses('shop')).toEqual([])
  keeper.follow([])
  expect(keeper.of('shop', branded<SourceName>('otlp'))).toBeNull()
})

it('takes in what is pushed to a service that there is', () => {
  follow([])
  const intake = keeper.of('shop', branded<SourceName>('otlp'))
  expect(intake?.part('web')).toBe('web')
  expect(intake?.part('other')).toBeNull()
  expect(keeper.of('unknown', branded<SourceName>('otlp'))).toBeNull()
  intake?.arrived(epochMs(START))
  expect(keeper.statuses('shop')).toMatchObject([{ name: 'otlp', declared: null, arrivedAt: START }])
})

it('ends all rounds when it ends', async () => {
  follow([source('node')])
  await clock.advance(0)
  await keeper[Symbol.asyncDispose]()
  expect(noted.at(-1)).toBe('close node')
})
