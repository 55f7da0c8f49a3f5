// Goal: replay tells of a record what is so: that it decides the same, where it does not, and what is missing;
// and beside it what a change would have made. Method: a simulated hour of a service is stored as the loop
// stores it, behind the real routes, and the command runs against them in process.
import { beforeAll, describe, expect, it } from 'vitest'
import { addDuration, epochMs, minutes, perSecond } from '@holdfast/core/units'
import { createTestServer, type Caller, type TestServer } from '../../src/http/testing/test-server.ts'
import { ownersText } from '../../src/http/testing/test-manifests.ts'
import { readManifests, resolveServices } from '../../src/manifests/index.ts'
import { recordService, type RecordedService } from '../../src/replay/testing/recorded-shop.ts'
import { here, NOW } from './fake-io.ts'
import { runAgainst } from './run-against.ts'

const service = `
apiVersion: holdfast/v1
kind: Service
metadata: { name: red-shop, owner: red }
spec:
  gateway: { entry: web }
  parts:
    - name: web
      instanceType: small
      run: { command: [node, web.js], directory: /srv/shop }
      instances: { min: 1, max: 20 }
      characteristics: { serviceTime: { mean: 40ms }, capacity: 20/s, startTime: 2s }
`

const agreement = (limit: string): string => `
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: red-gold }
spec:
  service: red-shop
  levels:
    - { name: quick, metric: response-time, limit: ${limit}, ratio: 90 %, window: hour }
  conditions:
    - load: { atMost: 60/s, statistic: average, per: 1min }
`

const manifests = [ownersText, service, agreement('200ms')].join('---\n')

const files = { [here('stricter.yaml')]: agreement('60ms'), [here('other.yaml')]: ownersText }

const ENDS = epochMs(Date.parse(NOW))
const BEGINS = addDuration(ENDS, minutes(-30))

let recorded: RecordedService
beforeAll(() => {
  const read = readManifests([{ name: 'red.yaml', directory: '/', text: manifests }])
  const [resolved] = read.ok ? resolveServices(read.value) : []
  if (resolved === undefined) throw new Error('the manifests are valid')
  const load = { kind: 'sine', low: perSecond(5), high: perSecond(40), period: minutes(30) } as const
  recorded = recordService({ ...resolved, load, begins: BEGINS, duration: minutes(30) })
}, 60_000)

async function serverWith({ blocks, journal }: RecordedService): Promise<TestServer> {
  const server = await createTestServer()
  await server.apply([service, agreement('200ms')].join('---\n'))
  await server.store.putRecording(blocks)
  await server.store.appendJournal(journal)
  return server
}

const replay = (server: TestServer, args: readonly string[], as: Caller = 'operator') =>
  runAgainst(server, { as, args: ['replay', 'red-shop', ...args], files })

const lineOf = (page: string, what: string): string =>
  page.split('\n').find((line) => line.trimStart().startsWith(what)) ?? ''

describe('holdfast replay', () => {
  it('decides a recorded time again to the byte, for its owner as well', async () => {
    await using server = await serverWith(recorded)
    for (const as of ['operator', 'red'] as const) {
      const { stdout, stderr, exitCode } = await replay(server, ['--from', '25m ago'], as)
      expect([stderr, exitCode]).toEqual(['', 0])
      expect(lineOf(stdout, 'Decided again')).toBe('Decided again: the same to the byte')
      expect(lineOf(stdout, 'Time')).toBe(
        'Time:          2026-11-27 11:14:58 to 2026-11-27 11:39:58 (Europe/Vienna)',
      )
      expect(lineOf(stdout, 'instance-hours')).toMatch(/ \d/)
      expect(stdout).not.toContain('Not on record')
    }
  })

  it('exits with 1 where a decision is otherwise, and shows the first with its place', async () => {
    const journal = recorded.journal.map((entry, index) =>
      index === recorded.journal.length - 1
        ? { ...entry, body: entry.body.replace('"basedOn":', '"basedUpon":') }
        : entry,
    )
    await using server = await serverWith({ ...recorded, journal })
    const { stdout, exitCode } = await replay(server, ['--from', '1h ago'])
    expect(exitCode).toBe(1)
    expect(lineOf(stdout, 'Decided again')).toMatch(/: 1 tick of \d+ otherwise$/)
    expect(stdout).toMatch(/journal entry \d+: Decided again it comes out otherwise\./)
    expect(stdout).toContain('at /basedOn')
    expect(stdout).toMatch(/on record: +nothing\n +decided again: \d/)
  })

  it('says what is not on record', async () => {
    const [first, ...others] = recorded.blocks
    if (first === undefined) throw new Error('there are blocks')
    // Behind the lost blocks comes a checkpoint that is due by time, so that the state is known again.
    const next = others.findIndex(({ checkpoint }) => checkpoint)
    await using server = await serverWith({ ...recorded, blocks: [first, ...others.slice(next)] })
    const { stdout, exitCode } = await replay(server, ['--from', '1h ago', '--json'])
    const { gaps, different } = JSON.parse(stdout) as {
      readonly gaps: readonly { readonly from: string; readonly to: string }[]
      readonly different: number
    }
    expect(gaps).toHaveLength(1)
    expect(Date.parse(gaps[0]?.from ?? '')).toBe(first.to)
    // The state behind the gap is not the one before it, and nothing says that the loop began anew.
    expect([different, exitCode]).toEqual([1, 1])
    const page = (await replay(server, ['--from', '1h ago'])).stdout
    expect(page).toContain('What was before 2026-11-27 11:09:58.')
    expect(page).toMatch(/The record has a gap from .* to .*\./)
  })

  it('sets beside what happened what a changed agreement would have made', async () => {
    await using server = await serverWith(recorded)
    const { stdout, stderr } = await replay(server, ['--from', '15m ago', '--with', 'stricter.yaml'])
    expect(stderr).toBe('')
    expect(stdout).toContain('SIMULATED AS IT WAS')
    expect(stdout).toContain('Changed: Agreement "red-gold".')
    expect(stdout).toMatch(/How well it agrees: [+−]\d/)
    const [hours, was, changed, difference] = (
      lineOf(stdout, 'instance-hours').match(/[+−]?\d+(\.\d+)?/g) ?? []
    ).map((text) => Number(text.replace('−', '-')))
    expect(Math.abs((was ?? 0) / (hours ?? 1) - 1)).toBeLessThan(0.15)
    expect(changed).toBeGreaterThan(was ?? 0)
    expect(difference).toBeCloseTo((changed ?? 0) - (was ?? 0), 1)
    expect(lineOf(stdout, 'cost of instances')).toMatch(/\+\d+\.\d+ EUR$/)
  })

  it.each([
    [['--from', '3d ago', '--to', '2d ago'], 1, /Nothing is on record of service "red-shop" in that time\./],
    [['--from', '10m ago', '--to', '20m ago'], 2, /The time to replay ends before it begins\./],
    [['--from', 'whenever'], 2, /"whenever" for --from is not a time\./],
    [[], 2, /--from/],
    [['--from', '20m ago', '--with', 'none.yaml'], 2, /none\.yaml/],
    [['--from', '20m ago', '--with', 'other.yaml'], 0, /^$/],
  ])('answers %j with exit code %d', async (args, code, says) => {
    await using server = await serverWith(recorded)
    const { stderr, exitCode } = await replay(server, args)
    expect(stderr).toMatch(says)
    expect(exitCode).toBe(code)
  })

  it('shows nothing of a service to another owner', async () => {
    await using server = await serverWith(recorded)
    const { stderr, exitCode } = await replay(server, ['--from', '1h ago'], 'blue')
    expect(stderr).toMatch(/There is no service "red-shop"/)
    expect(exitCode).toBe(1)
  })
})
