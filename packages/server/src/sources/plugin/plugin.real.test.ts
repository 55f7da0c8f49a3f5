// Goal: plug-ins work as they are, those of Debian's monitoring-plugins among them, and what goes wrong with a command is
// told as its fault, not as the service's. Method: shells that say what a plug-in may say, and the real plug-ins.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { SourceError, type PluginReads } from '../source.ts'
import { sourceBench, type SourceBench } from '../testing/source-bench.ts'
import { openPlugin } from './open-plugin.ts'

const PLUGINS = '/usr/lib/nagios/plugins'
const without = (plugin: string): string =>
  existsSync(`${PLUGINS}/${plugin}`) ? '' : ` (skipped: there is no ${PLUGINS}/${plugin})`

const texts: string[] = []

async function ran(
  command: readonly string[],
  output: PluginReads['output'] = 'nagios',
): Promise<{ readonly told: Record<string, number>; readonly bench: SourceBench }> {
  const plugin: PluginReads = { run: { command, directory: '/', environment: {} }, output }
  const bench = sourceBench({ kind: 'plugin', plugin }, { timeoutMs: 10_000 })
  await using source = openPlugin(plugin, bench.given, (bytes) => texts.push(Buffer.from(bytes).toString()))
  await bench.round(source)
  return { told: bench.lasts(), bench }
}

const shell = (script: string): readonly string[] => ['sh', '-c', script]

describe('a plug-in', () => {
  it.each([
    [0, { 'plugin.state': 0, 'plugin.up': 1, 'plugin.duration': 1 }],
    [1, { 'plugin.state': 1, 'plugin.up': 1, 'plugin.duration': 1 }],
    [2, { 'plugin.state': 2, 'plugin.up': 0, 'plugin.duration': 1 }],
    [3, { 'plugin.state': 3, 'plugin.duration': 1 }],
  ])('that ends with %i says so', async (code, expected) => {
    expect((await ran(shell(`echo STATE; exit ${code}`))).told).toEqual(expected)
  })

  it('tells its performance data, and no label of it is taken for what is told of the plug-in', async () => {
    const { told, bench } = await ran(shell(`echo "OK | time=0.25s state=7 broken"`))
    expect(told).toMatchObject({ 'plugin.state': 0, 'plugin.time': 250, 'plugin.label.state': 7 })
    expect(bench.table.faults()).toEqual({ malformed: 1 })
  })

  it('that could not do its work says nothing of the service', async () => {
    const fault = async (script: string, output: PluginReads['output'] = 'nagios'): Promise<string> => {
      const thrown: unknown = await ran(shell(script), output).catch((thrown: unknown) => thrown)
      return thrown instanceof SourceError ? `${thrown.kind}: ${thrown.message}` : ''
    }
    expect(await fault('echo no such option >&2; exit 127')).toBe(
      'failed: sh ended with code 127: no such option',
    )
    expect(await fault('kill -9 $$')).toBe('failed: sh was ended by a signal.')
    expect(await fault('echo {}; exit 1', 'json')).toBe('failed: sh ended with code 1: {}')
    expect(await fault('echo "[1]"', 'json')).toBe('malformed: sh wrote no JSON object: let it write one.')
  })

  it('may write JSON, or Prometheus text, which is handed on', async () => {
    const json = await ran(shell(`echo '{"queue":{"length":3}}'`), 'json')
    expect(json.told).toEqual({ 'plugin.duration': 1, 'queue.length': 3 })
    const text = await ran(shell('echo up 1'), 'prometheus')
    expect(text.told).toEqual({ 'plugin.duration': 1 })
    expect(texts).toEqual(['up 1\n'])
  })
})

describe('plug-ins of Debian', () => {
  it.skipIf(without('check_http') !== '')(`ask over HTTP${without('check_http')}`, async () => {
    const server = createServer((_, response) => response.end('ok'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const command = [`${PLUGINS}/check_http`, '-H', '127.0.0.1', '-p', String(port)]
    try {
      const { told, bench } = await ran(command)
      expect(told).toMatchObject({ 'plugin.state': 0, 'plugin.up': 1, 'plugin.duration': 1 })
      expect(told['plugin.time']).toBeGreaterThan(0)
      expect(told['plugin.time']).toBeLessThan(10_000)
      expect(told['plugin.size']).toBeGreaterThan(2)
      expect(bench.table.faults()).toEqual({})
    } finally {
      server.closeAllConnections()
      server.close()
    }
    expect((await ran(command)).told).toMatchObject({ 'plugin.state': 2, 'plugin.up': 0 })
  })

  it.skipIf(without('check_dummy') !== '')(`say any state${without('check_dummy')}`, async () => {
    for (const state of [0, 1, 2, 3])
      expect((await ran([`${PLUGINS}/check_dummy`, String(state)])).told).toMatchObject({
        'plugin.state': state,
      })
  })

  it.skipIf(without('check_load') !== '')(`tell of load${without('check_load')}`, async () => {
    const { told, bench } = await ran([`${PLUGINS}/check_load`, '-w', '900,900,900', '-c', '999,999,999'])
    expect(Object.keys(told).toSorted()).toEqual([
      'plugin.duration',
      'plugin.load1',
      'plugin.load15',
      'plugin.load5',
      'plugin.state',
      'plugin.up',
    ])
    expect(bench.table.faults()).toEqual({})
  })

  it.skipIf(without('check_disk') !== '')(
    `tell of disks by their paths${without('check_disk')}`,
    async () => {
      const { told, bench } = await ran([`${PLUGINS}/check_disk`, '-w', '0%', '-c', '0%', '-p', '/'])
      expect(told['plugin./']).toBeGreaterThan(1_000_000)
      expect(bench.table.faults()).toEqual({})
    },
  )
})
