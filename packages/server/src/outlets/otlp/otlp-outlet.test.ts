// Goal: an endpoint of OpenTelemetry is told the figures of the API, and an endpoint that is away, slow or hostile is
// neither waited for nor sent more than the next message. Method: our own receiver, and small servers that misbehave.
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTimeline, noTally, settledInterval, type Tally, type Timeline } from '@holdfast/core/health'
import { distributionOf } from '@holdfast/core/stats'
import { epochMs } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bearer, openReceiver } from '../../sources/otlp/testing/open-receiver.ts'
import { shopIntakes } from '../../sources/otlp/testing/shop-intakes.ts'
import { moreOf, shopHealth } from '../mmv/testing/shown-shop.ts'
import { createOtlpOutlet, EVERY, type OtlpOutlet, type OtlpOutletDependencies } from './otlp-outlet.ts'

const T = Date.parse(shopHealth.to)
const SHOP = new Set(['my-shop'])

let now: number
let said: string[]
let outlet: OtlpOutlet | null
const servers: Server[] = []

beforeEach(() => {
  now = T
  said = []
  outlet = null
})

afterEach(() => {
  outlet?.[Symbol.dispose]()
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

function opened(given: Partial<OtlpOutletDependencies>): OtlpOutlet {
  outlet = createOtlpOutlet({
    url: 'http://127.0.0.1:9/',
    headers: bearer,
    health: () => ({ ...shopHealth, to: new Date(now).toISOString() }),
    counted: () => null,
    now: () => now,
    log: { warn: (_fields, message) => void said.push(message) },
    ...given,
  })
  return outlet
}

async function tick(one: OtlpOutlet, services: ReadonlySet<string> = SHOP): Promise<void> {
  one.ticked(services)
  await one.idle()
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('what is sent', () => {
  const tallyOf = (values: readonly number[]): Tally => ({
    ...noTally,
    seenMs: 2_000,
    completed: values.length,
    failed: 1,
    response: distributionOf(values),
    service: distributionOf(values),
    levels: { fast: { met: values.length - 1, missed: 1 } },
  })

  /** As the keeper has it: of the service, and of its part that it measured. */
  function measured(): {
    readonly timeline: Timeline
    readonly measure: (at: number, values: readonly number[]) => void
  } {
    const timeline = createTimeline()
    return { timeline, measure: (at, values) => timeline.add(epochMs(at), tallyOf(values)) }
  }

  it('comes to the figures of the API, gauges and what was counted alike', async () => {
    const intakes = shopIntakes(['my-shop'])
    await using receiver = await openReceiver(intakes, () => now)
    const { timeline, measure } = measured()
    const one = opened({
      url: receiver.http,
      counted: (_service, from, to) => {
        const tally = timeline.read(from, to)
        return { service: tally, parts: new Map([['web', tally]]) }
      },
    })
    const begun = settledInterval(EVERY, epochMs(now)).from
    for (let i = 0; i < 6; i++) {
      for (let cell = 0; cell < 5; cell++)
        measure(
          now - 10_000 + cell * 2_000,
          [3 + i, 0.25 + cell, 80, 0].map((value) => value * (i + 1)),
        )
      await tick(one)
      now += EVERY
    }
    const until = settledInterval(EVERY, epochMs(now - EVERY)).to
    const truth = timeline.read(begun, until)
    const found = intakes.readings(now)
    expect(found.get('holdfast.service.availability{} of all')).toMatchObject({ last: 1.01 })
    expect(found.get('holdfast.service.service_time.p99{} of web')).toMatchObject({
      last: 2_080,
      series: { unit: 'ms' },
    })
    expect(found.get('holdfast.service.violations{holdfast.level="fast"} of all')).toMatchObject({ last: 7 })
    expect(found.get('holdfast.service.satisfaction{} of all')).toBe(undefined)
    const counter = (name: string) => found.get(`holdfast.service.${name} of all`)?.sum
    expect(truth.completed).toBeGreaterThan(60)
    expect(counter('operations{holdfast.outcome="completed"}')).toBe(truth.completed)
    expect(counter('operations{holdfast.outcome="failed"}')).toBe(truth.failed)
    expect(counter('level.operations{holdfast.level="fast"}')).toBe(truth.completed)
    expect(counter('level.violations{holdfast.level="fast"}')).toBe(truth.levels['fast']?.missed)
    const { count, sum, offset, buckets } = truth.service
    expect(found.get('holdfast.service.duration{} of web')?.distribution).toMatchObject({
      count,
      sum,
      offset,
      buckets,
    })
    expect(one.counts()).toEqual({ sent: 6, failed: 0, rejected: 0 })
    expect(said).toEqual([])
  })

  it('has what rules give besides, each with its name and unit', async () => {
    const intakes = shopIntakes(['my-shop'])
    await using receiver = await openReceiver(intakes, () => now)
    const more = [moreOf('cache-hits', -41.5, 'hits'), moreOf('pages', null)]
    const [web, ...others] = shopHealth.parts
    if (web === undefined) return expect.fail('the shop has parts')
    const parts = [{ ...web, more: [moreOf('pages', 4)] }, ...others]
    const health = () => ({ ...shopHealth, to: new Date(now).toISOString(), more, parts })
    await tick(opened({ url: receiver.http, health }))
    const found = intakes.readings(now)
    const named = [...found.keys()].filter((name) => name.startsWith('holdfast.service.metric'))
    expect(named.map((name) => [name, found.get(name)?.last])).toEqual([
      ['holdfast.service.metric{holdfast.metric="cache-hits",holdfast.unit="hits"} of all', -41.5],
      ['holdfast.service.metric{holdfast.metric="pages",holdfast.unit="1"} of web', 4],
    ])
  })

  it('loses nothing of what was counted with messages that were lost', async () => {
    const intakes = shopIntakes(['my-shop'])
    await using receiver = await openReceiver(intakes, () => now)
    let isAway = true
    const url = await serve((request, response) => {
      if (isAway) return void response.writeHead(503).end()
      request.pipe(response.writeHead(200))
    })
    let bodies = 0
    const one = opened({
      url: `${url}/custom`,
      counted: () => ({ service: tallyOf([1, 2, 3]), parts: new Map() }),
    })
    await tick(one)
    now += EVERY
    await tick(one)
    isAway = false
    now += EVERY
    await tick(one)
    bodies += one.counts().sent
    expect(bodies).toBe(1)
    expect(one.counts()).toMatchObject({ failed: 2 })
    expect(said).toHaveLength(1)
    const next = opened({
      url: receiver.http,
      counted: () => ({ service: tallyOf([1, 2, 3]), parts: new Map() }),
    })
    for (let i = 0; i < 3; i++) {
      await tick(next)
      now += EVERY
    }
    const name = 'holdfast.service.operations{holdfast.outcome="completed"} of all'
    expect(intakes.readings(now).get(name)?.sum).toBe(9)
  })
})

describe('an endpoint', () => {
  it('is sent to every ten seconds, at the usual path', async () => {
    const paths: string[] = []
    const url = await serve((request, response) => {
      paths.push(`${request.method} ${request.url} ${request.headers['content-encoding']}`)
      response.end()
    })
    const one = opened({ url })
    for (let i = 0; i < 11; i++) {
      await tick(one)
      now += 2_000
    }
    expect(paths).toEqual(Array.from({ length: 3 }, () => 'POST /v1/metrics gzip'))
  })

  it('that does not answer is sent nothing more until it does or its time is over', async () => {
    let requests = 0
    const arrived = Promise.withResolvers<void>()
    const url = await serve(() => {
      requests += 1
      arrived.resolve()
    })
    const one = opened({ url })
    one.ticked(SHOP)
    await arrived.promise
    for (let i = 0; i < 5; i++) {
      now += EVERY
      one.ticked(SHOP)
    }
    expect(requests).toBe(1)
    one[Symbol.dispose]()
    await one.idle()
    expect(said).toEqual([])
  })

  it('that asks for time is given it, and complained of once', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.writeHead(429, { 'retry-after': '35' }).end()
    })
    const one = opened({ url })
    for (let i = 0; i < 7; i++) {
      await tick(one)
      now += EVERY
    }
    expect(requests).toBe(2)
    expect(said).toHaveLength(1)
    expect(one.counts()).toEqual({ sent: 0, failed: 2, rejected: 0 })
  })

  it('that sends elsewhere is not followed', async () => {
    let followed = 0
    const other = await serve((_request, response) => {
      followed += 1
      response.end()
    })
    const url = await serve((_request, response) => {
      response.writeHead(307, { location: other }).end()
    })
    const one = opened({ url })
    await tick(one)
    expect([followed, one.counts().failed]).toEqual([0, 1])
  })

  it('that answers without end is not listened to for long', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' })
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 0x0a)));
      }
      response.on('drain', more)
      more()
    })
    const one = opened({ url })
    await tick(one)
    expect(one.counts()).toMatchObject({ sent: 1 })
  })

  it('that takes in only some of it is complained of once, with its reason', async () => {
    const intakes = shopIntakes(['else'])
    await using receiver = await openReceiver(intakes, () => now)
    const one = opened({ url: receiver.http })
    await tick(one)
    now += EVERY
    await tick(one)
    expect(one.counts().rejected).toBeGreaterThan(20)
    expect(said).toHaveLength(1)
  })
})

it('health that cannot be read is complained of and tried again', async () => {
  const one = opened({
    health: () => {
      throw new Error('no')
    },
  })
  await tick(one)
  expect(said).toHaveLength(1)
  expect(one.counts()).toMatchObject({ failed: 1 })
})
