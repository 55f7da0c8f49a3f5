// Goal: a start that cannot succeed says why, ends at once with the right code, and leaves alone what ran
// before. Method: real processes against ports that are taken, files that are wrong, and Ctrl-C while it starts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InstanceView, Page } from '../../src/http/api.ts'
import { endedUp, freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

const owner = 'kind: Owner\nmetadata: { name: x }\nspec: { displayName: X }'

const agreement =
  'kind: Agreement\nmetadata: { name: a }\nspec: { service: nothing, levels: [{ name: fast, ' +
  'metric: response-time, limit: 100ms, ratio: 90 %, window: hour }] }'

let directory: string
let blocker: Server
let taken: number

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-start-'))
  blocker = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  taken = (blocker.address() as AddressInfo).port
})

afterEach(() => {
  blocker.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a port that is taken', () => {
  it.each([
    { what: 'the API', flag: '--port', free: '--gateway-port' },
    { what: 'the gateway', flag: '--gateway-port', free: '--port' },
  ])('of $what ends the start with 1 and names $flag', async ({ flag, free }) => {
    const { code, output } = await endedUp(directory, [flag, String(taken), free, '0'])
    expect(output).toContain(`Port ${taken}`)
    expect(output).toMatch(new RegExp(`(?<!-)${flag}`))
    expect(output).not.toMatch(/EADDRINUSE|bug/)
    expect(code).toBe(1)
    expect(existsSync(join(directory, '.holdfast', 'server.lock'))).toBe(false)
  })

  it('is a problem of code port-taken with --json', async () => {
    const { output } = await endedUp(directory, ['--json', '--port', String(taken), '--gateway-port', '0'])
    const line = output.split('\n').find((line) => line.includes('port-taken')) ?? 'null'
    expect(JSON.parse(line)).toMatchObject({ code: 'port-taken', status: 409 })
  })

  it('may not be given to both', async () => {
    const { code, output } = await endedUp(directory, ['--port', '7301', '--gateway-port', '7301'])
    expect(output).toContain('--port and --gateway-port')
    expect(code).toBe(2)
  })

  it('says how many instances may be asked for', async () => {
    const { code, output } = await endedUp(directory, ['--max-instances', 'many'])
    expect(code).toBe(2)
    expect(output).toContain('--max-instances must be a whole number from 1 to 500.')
  })

  it('leaves running what a killed server has left, and the next start takes it over', async () => {
    const ports = await freePorts()
    const first = await startUp(directory, ports, ['-f', writeShop(directory, ports.service)])
    const before = await readyInstances(first, 6)
    await first.kill()

    const data = ['--data', join(directory, 'data')]
    const { code } = await endedUp(directory, [...data, '--port', String(taken), '--gateway-port', '0'])
    const alive = await Promise.all(before.map(({ address }) => answers(address)))
    const next = await startUp(directory, ports)
    const after = await readyInstances(next, 6)

    // All has ended before anything is judged, so that a failure leaves nothing behind.
    expect(await next.interrupt()).toBe(0)
    expect(code).toBe(1)
    expect(alive).toEqual(before.map(() => true))
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })
})

describe('a data directory', () => {
  it('is the one of --data, whatever HOLDFAST_DATA says', async () => {
    const args = ['--data', 'flag', '--port', String(taken), '--gateway-port', '0']
    await endedUp(directory, args, { HOLDFAST_DATA: 'environment' })
    expect(existsSync(join(directory, 'flag', 'installation'))).toBe(true)
    expect(existsSync(join(directory, 'environment'))).toBe(false)
  })

  it('is that of HOLDFAST_DATA without --data', async () => {
    await endedUp(directory, ['--port', String(taken), '--gateway-port', '0'], {
      HOLDFAST_DATA: 'environment',
    })
    expect(existsSync(join(directory, 'environment', 'installation'))).toBe(true)
    expect(existsSync(join(directory, '.holdfast'))).toBe(false)
  })
})

describe('a manifest', () => {
  const ANY_PORTS = ['--port', '0', '--gateway-port', '0']

  it.each([
    ['that is not valid', 'kind: Owner\nmetadata: { nmae: x }\nspec: {}', /shop\.yaml:\d+:\d+: .*nmae/],
    ['that refers to what there is not', agreement, /There is no service "nothing"/],
    ['that is there twice', `${owner}\n---\napiVersion: holdfast/v1\n${owner}`, /shop\.yaml:.*Owner "x"/],
  ])('%s ends the start with 2, its place and nothing left behind', async (_what, text, says) => {
    writeFileSync(join(directory, 'shop.yaml'), `apiVersion: holdfast/v1\n${text}\n`)
    const { code, output } = await endedUp(directory, [...ANY_PORTS, '-f', 'shop.yaml'])
    expect(output).toMatch(says)
    expect(code).toBe(2)
    expect(existsSync(join(directory, '.holdfast', 'server.lock'))).toBe(false)
  })

  it('that cannot be found ends it with 2 before anything is made', async () => {
    const { code, output } = await endedUp(directory, [...ANY_PORTS, '-f', 'nowhere.yaml'])
    expect(output).toContain('nowhere.yaml')
    expect(code).toBe(2)
    expect(existsSync(join(directory, '.holdfast'))).toBe(false)
  })
})

it('stops at Ctrl-C while it starts, with 0 and nothing left behind', async () => {
  const ports: Ports = await freePorts()
  const shop = writeShop(directory, ports.service)
  const child = spawn(process.execPath, [MAIN, 'up', '--port', '0', '--gateway-port', '0', '-f', shop], {
    cwd: directory,
    stdio: 'ignore',
  })
  const lock = join(directory, '.holdfast', 'server.lock')
  await until('the lock', async () => existsSync(lock))
  child.kill('SIGINT')
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode).toBe(0)
  expect(existsSync(lock)).toBe(false)
  expect(existsSync(join(directory, '.holdfast', 'logs', 'shop'))).toBe(false)
})

async function readyInstances(server: RunningUp, count: number): Promise<readonly InstanceView[]> {
  let found: readonly InstanceView[] = []
  await until(`${count} ready instances`, async () => {
    const { items } = (await server.get('/v1/services/shop/instances')) as Page<InstanceView>
    found = items.filter(({ phase }) => phase === 'ready').toSorted((a, b) => (a.id < b.id ? -1 : 1))
    return found.length === count
  })
  return found
}

async function answers(address: string | null): Promise<boolean> {
  const socket = connect(Number(address?.split(':').at(-1)), '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
