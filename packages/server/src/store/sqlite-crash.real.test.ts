/** Nothing that was acknowledged is lost: a real process is killed in the midst of its commits, again and again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { epochMs } from '@holdfast/core/units'
import type { ServiceName } from '@holdfast/core/units'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { createJournal } from '../journal/journal.ts'
import { openStore } from './open-store.ts'
import { named } from './store-samples.ts'

const KILLS = 10
const WRITER = join(import.meta.dirname, '../../test/tick-writer.ts')
const WRITER_LIMIT_MS = 30_000

const shop = named<ServiceName>('shop')
let directory = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hf-crash-'))
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

test(`every acknowledged commit outlives ${KILLS} kills -9, and nothing is there by half`, async () => {
  const path = join(directory, 'store.db')
  let acknowledged = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Another number of commits each time, so that the kill meets another moment.
    const last = await writeUntilKilled(path, 1 + kill * 7)
    expect(last).toBeGreaterThan(acknowledged)
    acknowledged = last

    await using store = await openStore(path)
    const [record] = await store.serviceRecords()
    const generation = record?.generation ?? 0
    // One commit may have been done and not yet told.
    expect(generation - acknowledged).toBeGreaterThanOrEqual(0)
    expect(generation - acknowledged).toBeLessThanOrEqual(1)
    expect(await store.points(shop, epochMs(0))).toHaveLength(generation)
    expect(await store.windows(shop, epochMs(0), epochMs(1))).toMatchObject([{ met: generation }])
    expect(await createJournal(store, systemClock).verify(shop)).toMatchObject({
      intact: true,
      entries: generation,
    })
  }
})

/** Returns the last generation that the writer told before it was killed. */
async function writeUntilKilled(path: string, commits: number): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: WRITER_LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  const complaints = text(writer.stderr)
  let output = ''
  writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    if (output.split('\n').length > commits) writer.kill('SIGKILL')
  })
  await once(writer, 'close')
  const told = output.split('\n').slice(0, -1)
  if (told.length < commits) throw new Error(`The writer ended by itself: ${await complaints}`)
  return Number(told.at(-1))
}
