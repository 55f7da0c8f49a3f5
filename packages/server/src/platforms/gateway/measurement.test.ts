// Goal: every operation is counted once, exactly, and its time is put down to whom it belongs to.
// Method: real instances whose times are set by the test; distributions are compared with room for scheduling.
import { get, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { mean } from '@holdfast/core/stats'
import { systemClock } from '../../clock.ts'
import { DATA, gate, level, SHOP, startInstance, startShop, until, WEB } from './gateway-fixture.ts'
import { milliseconds } from '@holdfast/core/units'

const pause = (ms: number): Promise<void> => systemClock.sleep(milliseconds(ms))

/** Calls another part the way a program does that hands the headers of its trace on. */
async function call(url: string, { traceparent, tracestate }: IncomingHttpHeaders): Promise<void> {
  const answer = await fetch(url, {
    headers: { traceparent: String(traceparent), ...(tracestate ? { tracestate: String(tracestate) } : {}) },
  })
  await answer.text()
}

it('counts each operation once, and begins anew with each measurement', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    response.writeHead(request.url === '/bad' ? 500 : 200).end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  for (const path of ['/a', '/a', '/bad', '/orders/17', '/orders/18']) await fetch(shop.url + path)
  const measured = shop.measure()
  expect(measured).toMatchObject({ arrivals: 5, completed: 4, failed: 1, aborted: 0 })
  expect(measured.responseMs.count).toBe(4)
  expect(measured.firstByteMs.count).toBe(4)
  expect(shop.web(measured)).toMatchObject({
    arrivals: 5,
    completed: 4,
    failed: 1,
    queued: 0,
    serviceMs: { count: 4 },
    waitingMs: { count: 4 },
    instances: [{ completed: 4, failed: 1, serviceMs: { count: 4 } }],
  })
  const operations = measured.operations.map(({ operation, completed, failed }) => [
    operation,
    completed,
    failed,
  ])
  expect(operations).toEqual(
    expect.arrayContaining([
      ['GET /orders', 2, 0],
      ['GET /a', 2, 0],
      ['GET /bad', 0, 1],
    ]),
  )
  const after = shop.measure()
  expect(after).toMatchObject({ arrivals: 0, completed: 0, failed: 0, operations: [] })
  expect(after.from).toBe(measured.to)
})

it('keeps names and classes that clients invent within bounds, and loses no operation over it', async () => {
  await using instance = await startInstance('web-1', (_, response) => response.end())
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  for (let count = 0; count < 250; count += 1) {
    await fetch(`${shop.url}/name${count}x`, { headers: { 'x-holdfast-class': `class-${count % 30}` } })
  }
  await fetch(shop.url, { headers: { 'x-holdfast-class': 'not a class' } })
  const { operations } = shop.measure()
  expect(new Set(operations.map(({ operation }) => operation)).size).toBe(201)
  expect(new Set(operations.map((one) => one.class)).size).toBeLessThanOrEqual(17)
  expect(operations.reduce((sum, { completed }) => sum + completed, 0)).toBe(251)
})

it('tells apart the clients that name themselves, within bounds', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    response.writeHead(request.url === '/bad' ? 500 : 200).end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const ask = (path: string, client: string): Promise<Response> =>
    fetch(shop.url + path, { headers: { 'x-holdfast-client': client, 'x-holdfast-class': 'gold' } })
  await ask('/', 'ann')
  await ask('/bad', 'ann')
  await ask('/', 'bob')
  await fetch(shop.url)
  expect(shop.measure().clients).toMatchObject([
    { client: 'ann', class: 'gold', completed: 1, failed: 1, responseMs: { count: 1 } },
    { client: 'bob', class: 'gold', completed: 1, failed: 0 },
  ])
  for (let count = 0; count < 520; count += 1) await ask('/', `client-${count}`)
  const { clients } = shop.measure()
  expect(clients.length).toBeLessThanOrEqual(501)
  expect(clients[0]).toMatchObject({ client: 'other' })
  expect(clients.reduce((sum, { completed }) => sum + completed, 0)).toBe(520)
})

it('counts levels exactly: slow and failed operations miss, and scopes are kept apart', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    const end = (): unknown => response.writeHead(request.url === '/bad' ? 503 : 200).end()
    if (request.url === '/slow') setTimeout(end, 60)
    else end()
  })
  await using shop = await startShop({
    endpoints: [instance.endpoint],
    levels: [
      level('quick', { limitMs: 50 }),
      level('quick-gold', { limitMs: 50, class: 'gold' }),
      level('quick-pay', { limitMs: 50, operation: 'POST /pay' }),
      level('web-service', { counts: 'service-time', limitMs: 50, part: WEB }),
      level('data-service', { counts: 'service-time', limitMs: 50, part: DATA }),
      level('right', { counts: 'error-ratio', limitMs: 0 }),
    ],
  })
  await fetch(`${shop.url}/`)
  await fetch(`${shop.url}/slow`, { headers: { 'x-holdfast-class': 'gold' } })
  await fetch(`${shop.url}/bad`)
  await fetch(`${shop.url}/pay`, { method: 'POST', body: '1', headers: { 'x-holdfast-class': 'gold' } })
  expect(shop.measure().levels).toEqual([
    { level: 'quick', met: 2, missed: 2 },
    { level: 'quick-gold', met: 1, missed: 1 },
    { level: 'quick-pay', met: 1, missed: 0 },
    { level: 'web-service', met: 2, missed: 2 },
    { level: 'data-service', met: 0, missed: 0 },
    { level: 'right', met: 3, missed: 1 },
  ])
})

it('counts a client that gives up after the limit as a miss, and one that gives up before it not at all', async () => {
  await using instance = await startInstance('web-1', () => undefined)
  await using shop = await startShop({
    endpoints: [instance.endpoint],
    levels: [level('strict', { limitMs: 20 }), level('lax', { limitMs: 4_000 })],
  })
  await expect(fetch(shop.url, { signal: AbortSignal.timeout(60) })).rejects.toThrow()
  const aborted = { count: 0 }
  const levels: unknown[] = []
  await until(() => {
    const measured = shop.measure()
    aborted.count += measured.aborted
    if (measured.aborted > 0) levels.push(...measured.levels)
    return aborted.count === 1
  }, 'the gateway has noticed')
  expect(levels).toEqual([
    { level: 'strict', met: 0, missed: 1 },
    { level: 'lax', met: 0, missed: 0 },
  ])
})

it('loses no count of a level when the routes change', async () => {
  await using instance = await startInstance('web-1', (_, response) => response.end())
  const setting = { endpoints: [instance.endpoint] }
  await using shop = await startShop({ ...setting, levels: [level('quick', {}), level('old', {})] })
  await fetch(shop.url)
  await shop.route({ ...setting, levels: [level('quick', { limitMs: 5_000 })] })
  await fetch(shop.url)
  expect(shop.measure().levels).toEqual([
    { level: 'quick', met: 2, missed: 0 },
    { level: 'old', met: 1, missed: 0 },
  ])
  expect(shop.measure().levels).toEqual([{ level: 'quick', met: 0, missed: 0 }])
})

it('tells waiting in the line from being served', async () => {
  await using instance = await startInstance('web-1', (_, response) => {
    setTimeout(() => response.end(), 60)
  })
  await using shop = await startShop({ endpoints: [instance.endpoint], concurrency: 1 })
  await Promise.all([fetch(shop.url), fetch(shop.url), fetch(shop.url)])
  const { serviceMs, waitingMs, inPartMean } = shop.web(shop.measure())
  expect(serviceMs.max).toBeLessThan(110)
  expect(mean(serviceMs)).toBeGreaterThanOrEqual(55)
  expect(waitingMs.min).toBeLessThan(20)
  expect(waitingMs.max).toBeGreaterThanOrEqual(110)
  // Little's law: three operations that were inside for 60, 120 and 180 ms of some 180 ms.
  expect(inPartMean).toBeGreaterThan(1)
  expect(inPartMean).toBeLessThan(2.5)
})

it('takes calls to other parts out of a part’s own service time, those at the same time once', async () => {
  await using data = await startInstance('data-1', (_, response) => {
    setTimeout(() => response.end(), 60)
  })
  const shopUrl = { data: '' }
  await using web = await startInstance('web-1', (request, response) => {
    void (async () => {
      await Promise.all([call(shopUrl.data, request.headers), call(shopUrl.data, request.headers)])
      await pause(20)
      response.end()
    })()
  })
  await using shop = await startShop({ endpoints: [web.endpoint], data: [data.endpoint] })
  shopUrl.data = shop.gateway.partUrl(SHOP, DATA)
  await fetch(shop.url)
  const measured = shop.measure()
  expect(measured).toMatchObject({ arrivals: 1, completed: 1 })
  expect(measured.operations).toHaveLength(1)
  const own = mean(shop.web(measured).serviceMs)
  expect(own).toBeGreaterThanOrEqual(15)
  expect(own).toBeLessThan(58)
  const dataPart = measured.parts.find(({ part }) => part === DATA)
  expect(dataPart).toMatchObject({ arrivals: 2, completed: 2 })
  expect(mean(dataPart?.serviceMs ?? measured.responseMs)).toBeGreaterThanOrEqual(55)
})

it('puts a failure down to the part that failed, and to none of those that hand it on', async () => {
  const shopUrl = { data: '' }
  await using data = await startInstance('data-1', (_, response) => response.writeHead(500).end())
  await using web = await startInstance('web-1', (request, response) => {
    if (request.url === '/own') return void response.writeHead(500).end()
    void call(shopUrl.data, request.headers).then(() => response.writeHead(502).end())
  })
  await using shop = await startShop({ endpoints: [web.endpoint], data: [data.endpoint] })
  shopUrl.data = shop.gateway.partUrl(SHOP, DATA)
  for (const path of ['/', '/', '/own']) await fetch(shop.url + path)
  const measured = shop.measure()
  expect(measured).toMatchObject({ arrivals: 3, failed: 3 })
  expect(shop.web(measured)).toMatchObject({
    failed: 1,
    passedOn: 2,
    instances: [{ completed: 0, failed: 1 }],
  })
  const seen = measured.parts.find(({ part }) => part === DATA)
  expect(seen).toMatchObject({ failed: 2, passedOn: 0, instances: [{ failed: 2 }] })
})

it('knows the caller also when it puts a span of its own into the trace', async () => {
  await using data = await startInstance('data-1', (_, response) => {
    setTimeout(() => response.end(), 60)
  })
  const shopUrl = { data: '' }
  await using web = await startInstance('web-1', (request, response) => {
    const [version, trace, , flags] = String(request.headers.traceparent).split('-')
    const traceparent = [version, trace, '12'.repeat(8), flags].join('-')
    void call(shopUrl.data, { ...request.headers, traceparent }).then(() => response.end())
  })
  await using shop = await startShop({ endpoints: [web.endpoint], data: [data.endpoint] })
  shopUrl.data = shop.gateway.partUrl(SHOP, DATA)
  await fetch(shop.url)
  expect(mean(shop.web(shop.measure()).serviceMs)).toBeLessThan(45)
})

it('believes what an instance says of its own times in Server-Timing, and passes it on', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    response.setHeader(
      'server-timing',
      request.url === '/both' ? 'wait;dur=12, service;dur=7.5' : 'wait;dur=30',
    )
    setTimeout(() => response.end(), 50)
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const answer = await fetch(`${shop.url}/both`)
  expect(answer.headers.get('server-timing')).toBe('wait;dur=12, service;dur=7.5')
  const both = shop.web(shop.measure())
  expect(both.serviceMs).toMatchObject({ min: 7.5, max: 7.5 })
  expect(both.waitingMs.min).toBeGreaterThanOrEqual(12)
  await fetch(`${shop.url}/wait`)
  const wait = shop.web(shop.measure())
  expect(wait.waitingMs.min).toBeGreaterThanOrEqual(30)
  expect(wait.serviceMs.min).toBeGreaterThanOrEqual(15)
  expect(wait.serviceMs.max).toBeLessThan(45)
})

it('integrates what is in flight over the time', async () => {
  const goes = gate()
  await using instance = await startInstance('web-1', (_, response) => {
    void goes.opened.then(() => response.end())
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const asked = [fetch(shop.url), fetch(shop.url)]
  await until(
    () => shop.measure().arrivals === 0 && shop.web(shop.measure()).inPartMean === 2,
    'both are inside',
  )
  await pause(20)
  expect(shop.web(shop.measure())).toMatchObject({ inPartMean: 2, instances: [{ inFlight: 2 }] })
  goes.open()
  await Promise.all(asked)
})

it('ends the response time when the answer has gone, not when it began', async () => {
  await using instance = await startInstance('web-1', (_, response) => {
    response.write('a')
    setTimeout(() => response.end('b'), 60)
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  await text(await new Promise<NodeJS.ReadableStream>((resolve) => get(shop.url, resolve)))
  const { responseMs, firstByteMs } = shop.measure()
  expect(responseMs.min).toBeGreaterThanOrEqual(55)
  expect(firstByteMs.max).toBeLessThan(50)
})
