// Goal: what is sent is what the API takes, and what it answers is understood, whatever stands between. Method: a server on
// a free port, with the real clock; nothing waits longer than a second.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  createPacedUpdates,
  type PacedUpdates,
  type PacedUpdatesOptions,
  type Problem,
} from '../src/pacing/index.ts'
import { theWorld } from '../src/pacing/world.ts'
import { listening } from './measured-server.ts'
import { next, pacingServer, refuse, type PacingServer } from './pacing-server.ts'

let server: PacingServer
let problems: Problem[]
const running: PacedUpdates[] = []

beforeEach(async () => {
  server = await pacingServer()
  problems = []
})
afterEach(async () => {
  for (const one of running.splice(0)) one.stop()
  await server[Symbol.asyncDispose]()
})

function started(options: Partial<PacedUpdatesOptions> = {}): PacedUpdates {
  const updates = createPacedUpdates(
    {
      watch: 'my players',
      client: 'p-1',
      key: 'hf_c',
      url: `${server.url}/`,
      read: () => ({ rtt: 40, link: 'wifi' }),
      onProblem: (problem) => void problems.push(problem),
      ...options,
    },
    // What fails is tried again as soon as it may be.
    { ...theWorld, random: () => 0 },
  )
  running.push(updates)
  updates.start()
  return updates
}

it('sends with the key to the address of the watch, and comes again when it was asked to', async () => {
  server.answer = next(1_000, { token: 'abc' })
  started({ class: 'gold', features: { device: 'phone' } })
  await expect.poll(() => server.came.length, { timeout: 5_000 }).toBe(2)
  const [first, second] = server.came
  expect(first).toMatchObject({ path: '/v1/watches/my%20players/updates', key: 'Bearer hf_c' })
  const update = {
    client: 'p-1',
    parameters: { rtt: 40, link: 'wifi' },
    class: 'gold',
    features: { device: 'phone' },
  }
  expect([first?.update, second?.update]).toEqual([update, { ...update, token: 'abc' }])
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(990)
})

it('reports a change that does not wait', async () => {
  server.answer = next(3_600_000, { early: [{ kind: 'absolute', parameter: 'rtt', least: 20 }] })
  let rtt = 40
  started({ read: () => ({ rtt }), pollMs: 250, leastMs: 1 })
  await expect.poll(() => server.came.length).toBe(1)
  rtt = 70
  await expect.poll(() => server.came.length).toBe(2)
  expect(server.came[1]?.update).toMatchObject({ parameters: { rtt: 70 }, sendsEarly: true, changes: 1 })
})

it.each([
  [429, 'too-many-requests', '3', 3_000],
  [503, 'not-ready', '3', 3_000],
  [503, 'not-ready', 'a date', 2_000],
  [401, 'key-wrong', '3', 150_000],
])('waits as long as it is asked to: %d %s, %s', async (status, code, after, leastMs) => {
  const header = after === 'a date' ? new Date(Date.now() + 4_000).toUTCString() : after
  server.answer = refuse(status, code, { 'retry-after': header })
  const updates = started()
  await expect.poll(() => problems).toEqual([{ code, says: `It is ${code}.` }])
  expect(updates.next()).toBeGreaterThan(leastMs - 500)
  expect(updates.status).toBe('failing')
})

const broken: readonly (readonly [string, string, (response: ServerResponse) => void])[] = [
  ['no JSON', 'unreadable', (response) => response.end('<html>')],
  ['nothing', 'unreadable', (response) => response.end()],
  ['no content', 'unreadable', (response) => response.writeHead(204).end()],
  ['another JSON', 'unreadable', (response) => response.end('[]')],
  ['no JSON with 502', 'unreadable', (response) => response.writeHead(502).end('<html>')],
  ['a broken connection', 'unreachable', (response) => response.destroy()],
]
it.each(broken)('goes on where it is answered %s', async (_what, code, answer) => {
  server.answer = answer
  const updates = started()
  await expect.poll(() => problems.map((problem) => problem.code)).toEqual([code])
  server.answer = next(3_600_000)
  await expect.poll(() => updates.status, { timeout: 8_000 }).toBe('waiting')
})

it('reads no answer that does not end', async () => {
  let written = 0
  server.answer = (response) => {
    const write = (): void => {
      written += 65_536
      if (!response.destroyed) response.write('x'.repeat(65_536), write)
    }
    response.writeHead(200)
    write()
  }
  started()
  await expect.poll(() => problems.map(({ code }) => code)).toEqual(['unreadable'])
  expect(written).toBeLessThan(10_000_000)
})

it('sends nothing that is too long for a page that goes', async () => {
  started({ read: () => ({ text: 'x'.repeat(20_000) }) })
  await expect.poll(() => problems).toEqual([{ code: 'too-large', says: 'too-large' }])
  expect(server.came).toEqual([])
})

it('goes on where nobody listens', async () => {
  const gone = await listening(createServer())
  await gone[Symbol.asyncDispose]()
  started({ url: `http://127.0.0.1:${gone.port}` })
  await expect.poll(() => problems.map(({ code }) => code)).toEqual(['unreachable'])
})

it('breaks off what is under way when it is stopped', async () => {
  let isClosed = false
  server.answer = (response) => void response.on('close', () => (isClosed = true))
  const updates = started()
  await expect.poll(() => server.came.length).toBe(1)
  updates.stop()
  await expect.poll(() => isClosed).toBe(true)
  expect(problems).toEqual([])
})

it('does not keep a program from ending, which may report before it does', async () => {
  const program = spawn(process.execPath, [
    fileURLToPath(new URL('paced-program.ts', import.meta.url)),
    server.url,
  ])
  const [code] = (await once(program, 'exit')) as [number]
  expect([code, server.came.map(({ update }) => update.parameters)]).toEqual([0, [{ jobs: 7 }, { jobs: 7 }]])
})
