// An access log and a plug-in as sources of a running server (H1.11, H1.12). Goal: what nginx answers is what the loop
// judges, to the operation, while its log is rotated and the server is killed under load, and check_http of Debian's
// monitoring-plugins says whether it is available. Method: nginx as the service's instance, in front of a shop that is
// slow and fails now and then; what is right is read from its logs.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { HealthView } from '../../src/http/api.ts'
import { LIMIT_MS, sendTo } from './counted-load.ts'
import { addressesOf, fixture, sourcesOf, verdictOver, writeMeasuredShop } from './measured-shop.ts'
import { startConsumer } from './named-consumer.ts'
import { freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'

const CHECK_HTTP = '/usr/lib/nagios/plugins/check_http'

const skipped = ((): string => {
  if (spawnSync('nginx', ['-v']).status !== 0) return ' (skipped: there is no nginx)'
  return existsSync(CHECK_HTTP) ? '' : ` (skipped: there is no ${CHECK_HTTP})`
})()

const ROTATIONS = 3
const SOME = 150

/** Several times as long as it takes. */
const WITHIN_MS = 180_000

let directory: string
let ports: Ports
let shop: ChildProcess | null = null
let server: RunningUp | null = null

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-access-log-'))
  // Its workers run as somebody else.
  chmodSync(directory, 0o755)
  ports = await freePorts()
})

afterEach(async () => {
  await server?.interrupt()
  shop?.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

/** PORT is known once the instance starts; the other one is for the plug-in, whose arguments are in the manifest. */
const configuration = (behind: number, checked: number): string => `
daemon off;
worker_processes 2;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 64; }
http {
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                   '"$http_referer" "$http_user_agent" $request_time';
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  keepalive_requests 100000;
  server {
    listen 127.0.0.1:PORT;
    listen 127.0.0.1:${checked};
    location = /readyz { return 200 ok; }
    location = /orders { access_log ${directory}/access.log timed; proxy_pass http://127.0.0.1:${behind}; }
  }
}
`

const STARTED_BY =
  'sed "s/PORT/$PORT/" nginx.conf.in > nginx.conf && exec nginx -c "$PWD/nginx.conf" -p "$PWD"'

/** What nginx says of all that it answered, in the log and those that it was before. */
function logged(): { readonly operations: number; readonly completed: number; readonly missed: number } {
  const lines = readdirSync(directory)
    .filter((name) => name.startsWith('access.log'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
    .filter((line) => line !== '')
  const ended = lines.map((line) => / (\d{3}) \d+ "[^"]*" "[^"]*" ([\d.]+)$/.exec(line) ?? [])
  const met = ended.filter(([, status, took]) => status === '200' && Number(took) * 1_000 <= LIMIT_MS)
  return {
    operations: lines.length,
    completed: ended.filter(([, status]) => status === '200').length,
    missed: lines.length - met.length,
  }
}

async function rotate(nth: number): Promise<void> {
  const file = join(directory, 'access.log')
  renameSync(file, `${file}.${nth}`)
  process.kill(Number(readFileSync(join(directory, 'nginx.pid'), 'utf8')), 'SIGUSR1')
  await until('the log opened anew', async () => existsSync(file))
}

it.skipIf(skipped !== '')(
  `are what the loop judges by, to the operation, through rotations and a kill${skipped}`,
  async () => {
    shop = spawn(process.execPath, [fixture('counting-shop.ts')], {
      env: { ...process.env, PORT: String(ports.service) },
      stdio: 'inherit',
    })
    await once(shop, 'spawn')
    const { service: checked } = await freePorts()
    writeFileSync(join(directory, 'nginx.conf.in'), configuration(ports.service, checked))
    const first = await startUp(directory, ports, [
      '-f',
      writeMeasuredShop(directory, {
        service: 'shop',
        command: ['sh', '-c', STARTED_BY],
        instances: 1,
        sources: {
          'shop-log': `every: 1s, log: { file: ${directory}/access.log, format: combined }`,
          'shop-check': `every: 2s, plugin: { command: [${CHECK_HTTP}, -H, 127.0.0.1, -p, "${checked}", -u, /readyz] }`,
        },
      }),
    ])
    server = first
    const addresses = await addressesOf(first, 'shop', 1)
    await until('both sources to tell', async () =>
      [...(await sourcesOf(first, 'shop')).values()].every(({ state }) => state === 'well'),
    )
    const consumer = startConsumer(first, 'shop')
    const load = sendTo(addresses)
    const someMore = async (): Promise<void> => {
      const wanted = load.answered().operations + SOME
      await until('more requests', async () => load.answered().operations >= wanted)
    }
    for (let nth = 1; nth <= ROTATIONS; nth++) {
      await someMore()
      await rotate(nth)
    }
    await someMore()
    await consumer.pause()
    await first.kill()
    await someMore()
    const up = await startUp(directory, ports)
    server = up
    consumer.resume(up)
    await someMore()
    await rotate(ROTATIONS + 1)
    await someMore()
    const { metrics } = (await up.get('/v1/services/shop/health')) as HealthView
    const answered = await load.stop()
    await until('all of it in the logs', async () => logged().operations >= answered.operations)
    const { operations, completed, missed } = logged()
    expect({ operations, completed }).toEqual({
      operations: answered.operations,
      completed: answered.completed,
    })
    expect(missed).toBeGreaterThan(operations - completed)
    expect(await verdictOver(up, 'shop', operations)).toEqual({ met: operations - missed, missed })
    expect(await consumer.readUntil(operations)).toEqual({ completed, operations, over: missed })
    expect(metrics).toMatchObject({
      availability: { rule: 'share-up', sources: ['shop-check'] },
      throughput: { rule: 'count-over-time', sources: ['shop-log'] },
      serviceTime: { rule: 'distribution', sources: ['shop-log'] },
    })
    // It was asked before nginx was there as well, so that the first minute is no whole one.
    const lately = (await up.get('/v1/services/shop/health?interval=6s')) as HealthView
    expect(lately.metrics.availability).toMatchObject({ value: 1, rule: 'share-up' })
    for (const { name, faults } of (await sourcesOf(up, 'shop')).values())
      expect([name, faults]).toEqual([name, []])
  },
  WITHIN_MS,
)
