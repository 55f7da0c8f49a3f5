/**
 * A process to be killed: commits one tick after the other to the store named on the command line, and
 * prints each generation as soon as its commit was acknowledged.
 */
import { writeSync } from 'node:fs'
import { epochMs } from '@holdfast/core/units'
import type { ServiceName } from '@holdfast/core/units'
import { openStore } from '../src/store/open-store.ts'
import { draft, named, tick, windowCount } from '../src/store/store-samples.ts'

const STANDARD_OUTPUT = 1
/** Far more than is written until the kill; ends the process if that never comes. */
const MAX_TICKS = 1_000_000
const TICK_MS = 5_000

const shop = named<ServiceName>('shop')
const store = await openStore(process.argv[2] ?? '')
await store.migrate()
let generation = (await store.serviceRecords())[0]?.generation ?? 0
for (let count = 0; count < MAX_TICKS; count += 1) {
  const at = epochMs(generation * TICK_MS)
  const committed = await store.commitTick({
    ...tick(shop, generation, at),
    windows: [windowCount(shop, epochMs(0), generation + 1, 0)],
    journal: [draft(shop, generation)],
  })
  if (committed === null) throw new Error(`Generation ${generation} was not the present one.`)
  generation += 1
  writeSync(STANDARD_OUTPUT, `${generation}\n`)
}
