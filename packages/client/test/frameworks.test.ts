// Goal: every framework's operations are named after their routes, and end when their answers do. Method: the real
// frameworks on real sockets, with the same routes in each, and a stand-in for Holdfast.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { streamText } from 'hono/streaming'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Meter } from '../src/index.ts'
import { get, goAwayFrom, listening, measured, type Bench, type Listening } from './measured-server.ts'

const NEVER = new Promise<void>(() => {})

/** Hands on one chunk, and the rest when it is let go. */
let letGo: () => void = () => {}
async function* chunks(): AsyncGenerator<string> {
  yield 'first'
  await new Promise<void>((resolve) => void (letGo = resolve))
  yield 'last'
}
async function* endless(): AsyncGenerator<string> {
  yield 'first'
  await NEVER
}

function expressApp(meter: Meter): Promise<Listening> {
  const app = express()
  app.use(meter.express())
  const orders = express.Router()
  orders.get('/', (_request, response) => void response.send('all'))
  orders.get('/:id', (request, response) => void response.send(request.params.id))
  app.use('/api/orders', orders)
  app.get('/stream', (_request, response) => void Readable.from(chunks()).pipe(response))
  app.get('/endless', (_request, response) => void Readable.from(endless()).pipe(response))
  app.get('/fails', () => {
    throw new Error('a fault')
  })
  app.use(
    (error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(500).send(error.message)
    },
  )
  return listening(createServer(app))
}

async function fastifyApp(meter: Meter): Promise<Listening> {
  const app = fastify()
  await app.register(meter.fastify())
  await app.register(
    async (orders) => {
      orders.get('/', async () => 'all')
      orders.get('/:id', async ({ params }) => (params as { id: string }).id)
    },
    { prefix: '/api/orders' },
  )
  app.get('/stream', (_request, reply) => reply.send(Readable.from(chunks())))
  app.get('/endless', (_request, reply) => reply.send(Readable.from(endless())))
  app.get('/fails', async () => {
    throw new Error('a fault')
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const [address] = app.addresses() as AddressInfo[]
  return {
    port: address?.port ?? 0,
    [Symbol.asyncDispose]: () => (app.server.closeAllConnections(), app.close()),
  }
}

function honoRoutes(meter: Meter): Hono {
  const app = new Hono()
  app.use(meter.hono())
  const orders = new Hono()
  orders.get('/', (context) => context.text('all'))
  orders.get('/:id', (context) => context.text(context.req.param('id')))
  app.route('/api/orders', orders)
  app.get('/stream', (context) =>
    streamText(context, async (stream) => {
      for await (const chunk of chunks()) await stream.write(chunk)
    }),
  )
  app.get('/endless', (context) =>
    streamText(context, async (stream) => {
      for await (const chunk of endless()) await stream.write(chunk)
    }),
  )
  app.get('/fails', () => {
    throw new Error('a fault')
  })
  app.onError((error, context) => context.text(error.message, 500))
  return app
}

async function honoApp(meter: Meter): Promise<Listening> {
  const server = serve({ fetch: honoRoutes(meter).fetch, port: 0, hostname: '127.0.0.1', createServer })
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const frameworks = [
  ['express', expressApp],
  ['fastify', fastifyApp],
  ['hono', honoApp],
] as const

describe.each(frameworks)('%s', (_name, appOf) => {
  let bench: Bench
  let app: Listening
  beforeEach(async () => {
    bench = await measured()
    app = await appOf(bench.meter)
  })
  afterEach(async () => {
    await app[Symbol.asyncDispose]()
    await bench[Symbol.asyncDispose]()
  })

  it('names operations after their routes, however they are nested', async () => {
    for (const path of ['/api/orders/17', '/api/orders/alice', '/api/orders']) await get(app.port, path)
    await expect
      .poll(() => bench.told())
      .toEqual({ 'GET /api/orders/:id default ok': 2, 'GET /api/orders default ok': 1 })
  })

  it('names what has no route after the first segment of its path', async () => {
    for (const path of ['/nothing/17?x=1', '/12345']) await get(app.port, path)
    await expect.poll(() => bench.told()).toEqual({ 'GET /nothing default ok': 1, 'GET /:id default ok': 1 })
  })

  it('says of which class and how it ended', async () => {
    await get(app.port, '/fails', { 'x-holdfast-class': 'gold', 'x-holdfast-client': 'account-17' })
    await expect.poll(() => bench.told()).toEqual({ 'GET /fails gold failed': 1 })
  })

  it('ends an operation when the whole answer is out, and not before', async () => {
    const answer = await fetch(`http://127.0.0.1:${app.port}/stream`)
    const reader = answer.body?.getReader()
    await reader?.read()
    expect(await bench.told()).toEqual({})
    letGo()
    while ((await reader?.read())?.done === false);
    await expect.poll(() => bench.told()).toEqual({ 'GET /stream default ok': 1 })
  })

  it('calls aborted what the client gave up', async () => {
    await goAwayFrom(app.port, '/endless')
    await expect.poll(() => bench.told()).toEqual({ 'GET /endless default aborted': 1 })
  })
})

it('measures what Fastify is asked without a socket', async () => {
  await using bench = await measured()
  const app = fastify()
  await app.register(bench.meter.fastify())
  app.get('/a', async () => 'a')
  await app.inject('/a')
  await expect.poll(() => bench.told()).toEqual({ 'GET /a default ok': 1 })
  await app.close()
})

describe('hono without node:http', () => {
  const answerOf = async (bench: Bench, path: string): Promise<Response> =>
    honoRoutes(bench.meter).request(path)

  it('ends an operation when its body was read', async () => {
    await using bench = await measured()
    const answer = await answerOf(bench, '/api/orders/17')
    expect(await bench.told()).toEqual({})
    expect(await answer.text()).toBe('17')
    expect(await bench.told()).toEqual({ 'GET /api/orders/:id default ok': 1 })
  })

  it('calls aborted what is not read to its end', async () => {
    await using bench = await measured()
    const answer = await answerOf(bench, '/endless')
    await answer.body?.cancel()
    expect(await bench.told()).toEqual({ 'GET /endless default aborted': 1 })
  })
})
