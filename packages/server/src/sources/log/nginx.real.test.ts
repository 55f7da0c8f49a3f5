// Goal: of what a real server answers every operation is told once, also while its log is rotated under load. Method:
// nginx with workers, requests without a pause, its log renamed again and again and opened anew only later.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { epochMs } from '@holdfast/core/units'
import { describe, expect, it, vi } from 'vitest'
import { freePort } from '../../../test/free-port.ts'
import { sourceBench } from '../testing/source-bench.ts'
import { openLog } from './open-log.ts'

const noNginx = spawnSync('nginx', ['-v']).status === 0 ? '' : ' (skipped: there is no nginx)'

const REQUESTS = 6_000
const AT_ONCE = 16
const ROTATIONS = 5

const configuration = (directory: string, port: number): string => `
daemon off;
worker_processes 2;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 64; }
http {
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                   '"$http_referer" "$http_user_agent" $request_time';
  access_log ${directory}/access.log timed;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  keepalive_requests 100000;
  server {
    listen 127.0.0.1:${port};
    location = /orders { return 200 ok; }
    location / { return 404; }
  }
}
`

async function end(nginx: ChildProcess): Promise<void> {
  if (nginx.exitCode !== null) return
  nginx.kill('SIGTERM')
  await once(nginx, 'exit')
}

describe(`the log of nginx${noNginx}`, () => {
  it.skipIf(noNginx !== '')('is told of in full through rotations under load', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-nginx-'))
    chmodSync(directory, 0o755)
    const port = await freePort()
    writeFileSync(join(directory, 'nginx.conf'), configuration(directory, port))
    const nginx = spawn('nginx', ['-c', join(directory, 'nginx.conf'), '-p', directory], { stdio: 'ignore' })
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    const ask = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, agent }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode ?? 0))
        }).once('error', reject)
      })
    try {
      await vi.waitFor(() => ask('/orders'), { timeout: 10_000 })
      await vi.waitFor(() => expect(existsSync(join(directory, 'nginx.pid'))).toBe(true), 10_000)
      const file = join(directory, 'access.log')
      await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('\n'), 10_000)
      const format = { kind: 'combined' } as const
      const bench = sourceBench({ kind: 'log', log: { file, format } })
      await using source = openLog({ file, format }, bench.given)
      const told = new Map<string, number>()
      const round = async (): Promise<void> => {
        const at = epochMs(Date.now())
        await bench.round(source, at)
        for (const { series, distribution } of bench.drained(at)) {
          const key = `${series.labels['http.route']} ${series.labels['http.response.status_code']}`
          told.set(key, (told.get(key) ?? 0) + (distribution?.count ?? 0))
        }
      }
      await round()

      let sent = 0
      const lane = async (): Promise<void> => {
        while (sent < REQUESTS)
          expect(await ask(sent++ % 3 === 0 ? '/not-there/17' : '/orders')).toBeGreaterThan(0)
      }
      const load = Promise.all(Array.from({ length: AT_ONCE }, lane))
      for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
        await vi.waitFor(() => expect(sent).toBeGreaterThan((REQUESTS * rotation) / (ROTATIONS + 1)), 30_000)
        renameSync(file, `${file}.${rotation}`)
        if (rotation % 2 === 0) await round()
        await sleep(20)
        nginx.kill('SIGUSR1')
        await vi.waitFor(() => expect(existsSync(file)).toBe(true), 10_000)
        await round()
      }
      await load
      const expected = { '/orders 200': Math.floor((sent * 2) / 3), 'other 404': Math.ceil(sent / 3) }
      await vi.waitFor(
        async () => {
          await round()
          expect(Object.fromEntries(told)).toEqual(expected)
        },
        { timeout: 10_000, interval: 50 },
      )
      expect(bench.table.faults()).toEqual({})
    } finally {
      agent.destroy()
      await end(nginx)
      rmSync(directory, { recursive: true, force: true })
    }
  })
})
