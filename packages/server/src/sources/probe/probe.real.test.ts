// Goal: a certificate that is not trusted is down, is told the days of, and gets nothing that is secret; a command is
// judged by how it ends. Method: a server with a certificate that openssl makes, and programs of this machine.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ProbeReads } from '../source.ts'
import { after, sourceBench, T } from '../testing/source-bench.ts'
import { openProbe } from './open-probe.ts'

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? '' : ' (skipped: there is no openssl)'

describe(`a probe over HTTPS${noOpenssl}`, () => {
  it.skipIf(noOpenssl !== '')(
    'is down with a certificate that nobody vouches for, and sends it nothing',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'holdfast-probe-'))
      const [key, certificate] = [join(directory, 'key'), join(directory, 'certificate')]
      const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost']
      execFileSync('openssl', [...made, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
      let requests = 0
      const server = createServer(
        { key: readFileSync(key), cert: readFileSync(certificate) },
        (_, response) => {
          requests += 1
          response.end()
        },
      )
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      try {
        const probe: ProbeReads = {
          kind: 'http',
          target: { at: 'url', url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/` },
          method: 'GET',
          headers: { authorization: 'Bearer secret' },
          body: null,
          expect: { status: ['2xx'], body: null },
        }
        const bench = sourceBench({ kind: 'probe', probe })
        await using source = openProbe(probe, bench.given)
        await bench.round(source)
        const told = bench.lasts()
        expect(told).toMatchObject({ 'probe.up': 0 })
        // Valid from now on, which is before the bench's time or after it.
        expect(told['probe.certificate.days']).toBeCloseTo((Date.now() - T) / 86_400_000 + 30, 1)
        expect(requests).toBe(0)
      } finally {
        server.closeAllConnections()
        server.close()
        rmSync(directory, { recursive: true, force: true })
      }
    },
  )
})

describe('a probe by a command', () => {
  it('is up where it ends with 0, and down where it ends otherwise, is not there, or does not end', async () => {
    const commands = [['true'], ['false'], ['/no/such/program'], ['sleep', '60']]
    const ups: (number | undefined)[] = []
    for (const command of commands) {
      const probe: ProbeReads = { kind: 'command', run: { command, directory: '/', environment: {} } }
      const bench = sourceBench({ kind: 'probe', probe }, { timeoutMs: 500 })
      await using source = openProbe(probe, bench.given)
      await bench.round(source)
      ups.push(bench.lasts(after(2))['probe.up'])
    }
    expect(ups).toEqual([1, 0, 0, 0])
  })
})
