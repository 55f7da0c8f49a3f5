// Goal: clients of a watch outlive the server that keeps them: after a kill they are known, at the times they were told, and
// tokens are still good. Method: a real server with its store in a directory, killed without a warning.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PacedClientView, PacingStatsView, UpdateAnswer } from '../../src/http/api.ts'
import { commandOutput, freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

const watchText = (name: string, kept: string): string => `---
apiVersion: holdfast/v1
kind: Watch
metadata: { name: ${name} }
spec:
  service: shop
  parameters: { rtt: number }
  significant: { parameter: rtt, by: 20 }
  clients: { kept: ${kept} }
`

let directory: string
let ports: Ports
let server: RunningUp

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-up-pacing-'))
  ports = await freePorts()
  const watches = join(directory, 'watches.yaml')
  writeFileSync(watches, watchText('kept', 'server') + watchText('carried', 'client'))
  server = await startUp(directory, ports, ['-f', writeShop(directory, ports.service), '-f', watches])
})
afterAll(async () => {
  await server.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

/** In the store as a kill leaves it. */
function chunksStored(watch: string): number {
  using database = new DatabaseSync(join(directory, 'data', 'holdfast.db'), { readOnly: true })
  return database.prepare('select number from pacing_chunk where watch = ?').all(watch).length
}

const report = async (watch: string, update: object): Promise<UpdateAnswer> =>
  (await server.post(`/v1/watches/${watch}/updates`, update)) as UpdateAnswer
const client = async (name: string): Promise<PacedClientView> =>
  (await server.get(`/v1/watches/kept/clients/${name}`)) as PacedClientView
const stats = async (watch: string): Promise<PacingStatsView> =>
  (await server.get(`/v1/watches/${watch}/stats`)) as PacingStatsView

it('keeps clients and their times through a kill, and takes the tokens that it gave before', async () => {
  await report('kept', { client: 'p-1', parameters: { rtt: 40 } })
  const { token = '' } = await report('carried', { client: 'p-1', parameters: { rtt: 40 } })
  const before = await client('p-1')
  await until('the client to be stored', async () => chunksStored('kept') > 0)
  await server.kill()
  server = await startUp(directory, ports)
  const after = await client('p-1')
  expect([after.dueAt, after.updatedAt, after.next]).toEqual([before.dueAt, before.updatedAt, before.next])
  await report('kept', { client: 'p-1', parameters: { rtt: 90 } })
  await report('carried', { client: 'p-1', parameters: { rtt: 90 }, token })
  expect(await stats('kept')).toMatchObject({ updates: 1, newcomers: 0, changed: 1 })
  expect(await stats('carried')).toMatchObject({ updates: 1, newcomers: 0, changed: 1, badTokens: 0 })
})

it('says of a client why it comes when it does, as the command prints it', async () => {
  const said = await commandOutput(server, directory, ['pacing', 'why', 'kept', 'p-1'])
  expect(said).toMatch(/^It was told /)
  expect(said).toContain('Next one due:')
})
