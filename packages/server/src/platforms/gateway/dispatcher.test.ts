// Goal: who gets an operation, who waits, who is turned away, and that nothing is done twice that must not be.
// Method: real instances that are held back and let go by the test.
import type { ServerResponse } from 'node:http'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { branded, milliseconds, type InstanceId } from '@holdfast/core/units'
import { Dispatcher, type Waiter } from './dispatcher.ts'
import { freePort } from '../../../test/free-port.ts'
import { gate, level, startInstance, startShop, until, WEB } from './gateway-fixture.ts'

/** An instance that answers only when it is told to. */
async function heldInstance(id: string) {
  const held: ServerResponse[] = []
  const paths: string[] = []
  const instance = await startInstance(id, (request, response) => {
    paths.push(request.url ?? '')
    held.push(response)
  })
  return { ...instance, held, paths, [Symbol.asyncDispose]: instance[Symbol.asyncDispose] }
}

/** Listens, takes what is sent, and then breaks the connection off without an answer. */
async function breakingInstance(id: string) {
  const received: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      received.push(data.toString('latin1'))
      if (received.join('').includes('\r\n\r\n')) socket.resetAndDestroy()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const endpoint = {
    instance: branded<InstanceId>(id),
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
  }
  return {
    endpoint,
    received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

it('gives an operation to the instance with the fewest in flight, and among equals to the one idle longest', async () => {
  await using one = await heldInstance('web-1')
  await using two = await heldInstance('web-2')
  await using shop = await startShop({ endpoints: [one.endpoint, two.endpoint] })
  const answers = []
  for (let count = 0; count < 4; count += 1) {
    answers.push(fetch(`${shop.url}/${count}`))
    await until(() => one.held.length + two.held.length === count + 1, 'the operation has arrived')
  }
  expect([one.paths, two.paths]).toEqual([
    ['/0', '/2'],
    ['/1', '/3'],
  ])
  two.held[0]?.end()
  await answers[1]
  answers.push(fetch(`${shop.url}/4`))
  await until(() => two.held.length === 3, 'the freed instance has it')
  for (const response of [...one.held, ...two.held]) response.end()
  await Promise.all(answers)
})

it('gives an instance no more than it takes at once, and the others their turn in the order they came', async () => {
  await using instance = await heldInstance('web-1')
  await using shop = await startShop({ endpoints: [instance.endpoint], concurrency: 1 })
  const answers: Promise<Response>[] = []
  for (let count = 0; count < 4; count += 1) {
    answers.push(fetch(`${shop.url}/${count}`))
    await until(() => shop.web(shop.measure()).queued === Math.max(0, count), 'it waits in line')
  }
  for (let count = 0; count < 4; count += 1) {
    await until(() => instance.held.length === count + 1, 'the next one has its turn')
    expect(instance.paths).toHaveLength(count + 1)
    instance.held[count]?.end()
  }
  await Promise.all(answers)
  expect(instance.paths).toEqual(['/0', '/1', '/2', '/3'])
})

it('turns away with 503 and Retry-After what finds the line full: failed for clients, not by the part', async () => {
  await using instance = await heldInstance('web-1')
  await using shop = await startShop({
    endpoints: [instance.endpoint],
    concurrency: 1,
    limits: { queued: 1 },
    levels: [level('fast', { limitMs: 10_000 })],
  })
  const served = fetch(shop.url)
  await until(() => instance.held.length === 1, 'the first is served')
  const waiting = fetch(shop.url)
  await until(() => shop.gateway.measure(branded(0))[0]?.parts[0]?.queued === 1, 'the second waits')
  const refused = await fetch(shop.url, { headers: { 'x-holdfast-client': 'ann' } })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  const measured = shop.measure()
  expect(measured).toMatchObject({ arrivals: 1, completed: 0, failed: 1, refused: 1 })
  expect(measured).toMatchObject({ operations: [{ failed: 1 }], clients: [{ client: 'ann', failed: 1 }] })
  expect(measured.levels).toEqual([{ level: 'fast', met: 0, missed: 1 }])
  expect(shop.web(measured)).toMatchObject({ completed: 0, failed: 0, refused: 1, aborted: 0 })
  expect(shop.measure()).toMatchObject({ failed: 0, refused: 0, parts: [{ refused: 0 }] })
  instance.held[0]?.end()
  await served
  await until(() => instance.held.length === 2, 'the second has its turn')
  instance.held[1]?.end()
  expect((await waiting).status).toBe(200)
})

it('lets operations wait for a first instance, and turns them away when none comes in time', async () => {
  await using instance = await startInstance('web-1', (_, response) => response.end('at last'))
  await using shop = await startShop({ endpoints: [] })
  const waiting = fetch(shop.url)
  await until(() => shop.web(shop.measure()).queued === 1, 'it waits')
  await shop.route({ endpoints: [instance.endpoint] })
  expect(await (await waiting).text()).toBe('at last')

  await shop.route({ endpoints: [], limits: { responseTimeout: milliseconds(40) } })
  const refused = await fetch(shop.url)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('was there within 40 ms') })
  const measured = shop.measure()
  expect(measured).toMatchObject({ failed: 1, refused: 1, parts: [{ failed: 0, refused: 1 }] })
})

it('forgets an operation whose client leaves the line', async () => {
  await using instance = await heldInstance('web-1')
  await using shop = await startShop({ endpoints: [instance.endpoint], concurrency: 1 })
  const first = fetch(`${shop.url}/first`)
  await until(() => instance.held.length === 1, 'the first is served')
  const leaving = new AbortController()
  const second = fetch(`${shop.url}/second`, { signal: leaving.signal })
  await until(() => shop.web(shop.measure()).queued === 1, 'the second waits')
  leaving.abort()
  await expect(second).rejects.toThrow()
  await until(() => shop.web(shop.measure()).queued === 0, 'the line is empty')
  instance.held[0]?.end()
  await first
  expect(instance.paths).toEqual(['/first'])
})

it('lets an instance that leaves the route finish what it has, gives it nothing more, and reports it to the end', async () => {
  await using old = await heldInstance('web-1')
  await using young = await startInstance('web-2', (_, response) => response.end('young'))
  await using shop = await startShop({ endpoints: [old.endpoint] })
  const begun = fetch(`${shop.url}/begun`)
  await until(() => old.held.length === 1, 'it is under way')
  await shop.route({ endpoints: [young.endpoint] })
  expect(await (await fetch(shop.url)).text()).toBe('young')
  expect(shop.web(shop.measure()).instances.map(({ instance }) => instance)).toEqual(['web-2', 'web-1'])
  old.held[0]?.end('old')
  expect(await (await begun).text()).toBe('old')
  expect(old.paths).toEqual(['/begun'])
  const last = shop.web(shop.measure()).instances.find(({ instance }) => instance === 'web-1')
  expect(last).toMatchObject({ completed: 1, failed: 0 })
  expect(shop.web(shop.measure()).instances.map(({ instance }) => instance)).toEqual(['web-2'])
})

it('turns away what waits for a service that is no longer routed', async () => {
  await using shop = await startShop({ endpoints: [] })
  const waiting = fetch(shop.url)
  await until(() => shop.web(shop.measure()).queued === 1, 'it waits')
  await shop.gateway.setRoutes([])
  expect((await waiting).status).toBe(503)
  expect((await fetch(shop.url)).status).toBe(404)
})

it('tries elsewhere when an instance refuses connections, whatever the method, and leaves that one out for a while', async () => {
  await using instance = await startInstance('web-2', (request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  const gone = { instance: branded<InstanceId>('web-1'), host: '127.0.0.1', port: await freePort() }
  await using shop = await startShop({ endpoints: [gone, instance.endpoint] })
  for (let count = 0; count < 5; count += 1) {
    const answer = await fetch(shop.url, { method: 'POST', body: 'order' })
    expect(answer.status).toBe(200)
  }
  const measured = shop.measure()
  expect(measured).toMatchObject({ arrivals: 5, completed: 5, failed: 0 })
  const [first] = shop.web(measured).instances
  expect(first?.failed).toBe(1)
})

it('waits for an instance that refuses connections at first', async () => {
  const port = await freePort()
  const late = { instance: branded<InstanceId>('web-1'), host: '127.0.0.1', port }
  await using shop = await startShop({ endpoints: [late] })
  const waiting = fetch(shop.url)
  await until(() => shop.web(shop.measure()).queued === 1, 'it was refused and waits')
  await using _instance = await startInstance('web-1', (_, response) => response.end('ok'), port)
  expect((await waiting).status).toBe(200)
})

it('repeats a GET elsewhere when the connection breaks before an answer', async () => {
  await using broken = await breakingInstance('web-1')
  await using instance = await startInstance('web-2', (_, response) => response.end('ok'))
  await using shop = await startShop({ endpoints: [broken.endpoint, instance.endpoint] })
  expect(await (await fetch(shop.url)).text()).toBe('ok')
  expect(broken.received.join('')).toContain('GET / HTTP/1.1')
})

it('never repeats a POST of which anything has reached an instance', async () => {
  await using broken = await breakingInstance('web-1')
  const orders: string[] = []
  await using instance = await startInstance('web-2', (request, response) => {
    orders.push(request.url ?? '')
    response.end()
  })
  await using shop = await startShop({ endpoints: [broken.endpoint, instance.endpoint] })
  expect((await fetch(`${shop.url}/body`, { method: 'POST', body: 'pay 5' })).status).toBe(502)
  await using again = await startShop({ endpoints: [broken.endpoint, instance.endpoint] })
  expect((await fetch(`${again.url}/empty`, { method: 'POST' })).status).toBe(502)
  expect(orders).toEqual([])
  expect(again.measure()).toMatchObject({ failed: 1 })
})

it('never repeats a PUT once body bytes were sent, though it is idempotent', async () => {
  await using broken = await breakingInstance('web-1')
  await using instance = await startInstance('web-2', (_, response) => response.end())
  await using shop = await startShop({ endpoints: [broken.endpoint, instance.endpoint] })
  expect((await fetch(shop.url, { method: 'PUT', body: 'x' })).status).toBe(502)
})

it('tries a small share of the operations again at most, so that trouble is not multiplied', async () => {
  await using broken = await breakingInstance('web-1')
  await using shop = await startShop({ endpoints: [broken.endpoint] })
  for (let count = 0; count < 40; count += 1) expect((await fetch(shop.url)).status).toBe(502)
  const [instance] = shop.web(shop.measure()).instances
  // Ten in reserve and a tenth of forty.
  expect(instance?.failed).toBeGreaterThan(40)
  expect(instance?.failed).toBeLessThanOrEqual(54)
})

it('says which service has a port that is taken, and takes it once it is free', async () => {
  const holder = await startInstance('holder', (_, response) => response.end('holder'))
  const { port } = holder.endpoint
  await using instance = await startInstance('web-1', (_, response) => response.end('shop'))
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const limits = { queued: 1, responseTimeout: milliseconds(1_000), bodyBytes: 1 }
  const parts = [{ part: branded<never>('web'), endpoints: [instance.endpoint], concurrency: 1 }]
  const route = {
    service: branded<never>('shop'),
    entry: branded<never>('web'),
    port,
    parts,
    levels: [],
    limits,
  }
  const other = { ...route, service: branded<never>('other') }
  expect(await shop.gateway.setRoutes([route])).toEqual([
    { service: 'shop', code: 'port-taken', says: `Port ${port} is used by another program.` },
  ])
  await holder[Symbol.asyncDispose]()
  expect(await shop.gateway.setRoutes([route, other])).toEqual([
    { service: 'other', code: 'port-taken', says: `Port ${port} belongs to the service "shop".` },
  ])
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('shop')
  await shop.gateway.setRoutes([])
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
})

it('lets what is under way finish before the gateway ends', async () => {
  const arrived = gate()
  const goes = gate()
  await using instance = await startInstance('web-1', (_, response) => {
    arrived.open()
    void goes.opened.then(() => response.end('whole'))
  })
  const shop = await startShop({ endpoints: [instance.endpoint] })
  const asked = fetch(shop.url)
  await arrived.opened
  const ended = shop[Symbol.asyncDispose]()
  goes.open()
  expect(await (await asked).text()).toBe('whole')
  await ended
})

it('says once that an operation waits for the first instance of a part, and again after the line was empty', () => {
  let calls = 0
  const dispatcher = new Dispatcher(() => (calls += 1))
  dispatcher.setRoute({ part: WEB, concurrency: 1, endpoints: [] }, 10)
  const waiting = (): Waiter => ({
    place: null,
    avoid: null,
    start: () => undefined,
    turnAway: () => undefined,
  })
  const [first, second] = [waiting(), waiting()]
  expect(dispatcher.submit(first, 0)).toBe(true)
  expect(dispatcher.submit(second, 0)).toBe(true)
  expect(calls).toBe(1)
  dispatcher.leaveLine(first)
  dispatcher.leaveLine(second)
  dispatcher.submit(waiting(), 0)
  expect(calls).toBe(2)
})
