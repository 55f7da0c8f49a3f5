/** Goal: only an instance that serves is taken as ready. Method: servers in this process. */
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { durationMs } from '@holdfast/core/units'
import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import { isPortFree, reserveFreePort } from './free-port.ts'
import { untilReady, type Probe } from './readiness.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const serve = (port: number, listener: RequestListener): Promise<void> => listen(createServer(listener), port)

function listen(server: Server, port: number): Promise<void> {
  servers.push(server)
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
}

const http: Probe['readiness'] = { kind: 'http', path: '/readyz', within: durationMs(0) }

const probe = (port: number, signal: AbortSignal, readiness: Probe['readiness'] = http): Probe => ({
  readiness,
  port,
  clock: systemClock,
  signal,
})

const never = new AbortController().signal

it('asks until the answer is 2xx', async () => {
  const port = await reserveFreePort(new Set())
  const asked: (string | undefined)[] = []
  await serve(port, (request, response) => {
    asked.push(request.url)
    response.writeHead([302, 503, 204][asked.length - 1] ?? 500).end()
  })
  expect(await untilReady(probe(port, never))).toBe(true)
  expect(asked).toEqual(['/readyz', '/readyz', '/readyz'])
})

it('asks until somebody listens', async () => {
  const port = await reserveFreePort(new Set())
  const asking = untilReady(probe(port, never, { kind: 'listening', within: durationMs(0) }))
  await serve(port, (_request, response) => response.end())
  expect(await asking).toBe(true)
})

it('stops asking when it is called off, also in the middle of an answer that never comes', async () => {
  const port = await reserveFreePort(new Set())
  const calledOff = new AbortController()
  await serve(port, () => calledOff.abort())
  expect(await untilReady(probe(port, calledOff.signal))).toBe(false)
})

it('does not take a server that says something else than HTTP as ready', async () => {
  const port = await reserveFreePort(new Set())
  const calledOff = new AbortController()
  let asked = 0
  const babbling = createTcpServer((socket) => {
    // The asker hangs up as soon as it sees that this is no HTTP.
    socket.on('error', () => socket.destroy())
    socket.end('hello\r\n')
    asked += 1
    if (asked === 2) calledOff.abort()
  })
  await listen(babbling, port)
  expect(await untilReady(probe(port, calledOff.signal))).toBe(false)
})

it('tells a port that is taken from one that is free', async () => {
  const port = await reserveFreePort(new Set())
  expect(await isPortFree(port)).toBe(true)
  await serve(port, (_request, response) => response.end())
  expect(await isPortFree(port)).toBe(false)
})

it('reserves each port once, also for many who ask at the same time', async () => {
  const reserved = new Set<number>()
  const ports = await Promise.all(Array.from({ length: 50 }, () => reserveFreePort(reserved)))
  expect(reserved).toEqual(new Set(ports))
  expect(reserved.size).toBe(50)
})
