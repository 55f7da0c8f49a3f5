// Goal: programs that know nothing of Holdfast read the files as they are: one short script in Python, and Performance
// Co-Pilot's own. They get figures of one moment while they are written, and can read what a killed server left.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMmvOutlet, type MmvOutlet } from './mmv-outlet.ts'
import { noPcp, noPython, pminfo, readByPython, runPython } from './testing/readers.ts'
import { shopHealth } from './testing/shown-shop.ts'

const RESTLESS = fileURLToPath(new URL('fixtures/restless-writer.ts', import.meta.url))

/** Of one moment each; so many that some come while the figures are being written. */
const READS = 500
/** At least so many different ones, however busy the machine is. */
const MOMENTS = 10

let directory: string
let mmv: string
let outlet: MmvOutlet

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-mmv-'))
  mmv = join(directory, 'mmv')
  mkdirSync(mmv)
  outlet = createMmvOutlet({
    directory: mmv,
    health: () => shopHealth,
    now: () => Date.now(),
    log: { warn: (fields, message) => expect.fail(`${message} ${JSON.stringify(fields)}`) },
  })
  outlet.ticked(new Set(['shop-eu']))
})

afterEach(() => {
  outlet[Symbol.dispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe(`the example in Python${noPython}`, () => {
  it.skipIf(noPython !== '')('reads every figure, and null for what is not known', async () => {
    const [read] = await readByPython(mmv)
    expect(read).toMatchObject({ file: join(mmv, 'holdfast_shop_eu'), process: process.pid })
    expect(read?.values).toMatchObject({
      sequence: 2,
      seen_ratio: 0.75,
      availability: 1.01,
      throughput: 1.03,
      'service_time.p99': 1.08,
      satisfaction: null,
      'violations.over': { fast: 7, sure: 1 },
      'part.throughput': { web: 2.03, data: null },
      'part.violations.over': {},
    })
    expect(Object.keys(read?.values ?? {})).toHaveLength(33)
  })

  it.skipIf(noPython !== '')('gets figures of one moment while they are written', async () => {
    const writer = await startRestless()
    try {
      const moments = await runPython(SEVERAL_READS, [join(mmv, 'holdfast_restless'), String(READS)])
      const reads = JSON.parse(moments) as readonly (readonly number[])[]
      expect(reads).toHaveLength(READS)
      expect(reads.filter((different) => different.length !== 1)).toEqual([])
      // It is not one moment that was read again and again.
      expect(new Set(reads.flat()).size).toBeGreaterThan(MOMENTS)
    } finally {
      await end(writer)
    }
  })

  it.skipIf(noPython !== '')('reads what a killed server left', async () => {
    await end(await startRestless())
    const [read] = await readByPython(join(mmv, 'holdfast_restless'))
    expect(read?.values['throughput']).toBeGreaterThan(0)
  })

  it.skipIf(noPython !== '')(
    'says of figures whose writing was broken off that they may be of two',
    async () => {
      const path = join(mmv, 'holdfast_shop_eu')
      expect(await readByPython(path)).toMatchObject([{ isOneMoment: true }])
      const file = openSync(path, 'r+')
      writeSync(file, new Uint8Array(new BigUint64Array([3n]).buffer), 0, 8, valuesAt(path))
      closeSync(file)
      expect(await readByPython(path)).toMatchObject([
        { isOneMoment: false, values: { sequence: 3, throughput: 1.03 } },
      ])
    },
  )
})

/** By the fourth of the entries that say where each section is. */
const valuesAt = (path: string): number =>
  Number(new BigUint64Array(new Uint8Array(readFileSync(path)).buffer, 40 + 3 * 16 + 8, 1)[0])

/** Prints, of each read, which different numbers it had. */
const SEVERAL_READS = `
import json, sys, read_mmv
found = []
for _ in range(int(sys.argv[2])):
    values = read_mmv.read(sys.argv[1])["values"]
    del values["sequence"]
    one = set()
    for value in values.values():
        one.update(value.values() if isinstance(value, dict) else [value])
    found.append(sorted(one))
print(json.dumps(found))
`

async function startRestless(): Promise<ChildProcess> {
  const writer = spawn(process.execPath, [RESTLESS, mmv], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(writer.stdout, 'data')
  return writer
}

async function end(writer: ChildProcess): Promise<void> {
  writer.kill('SIGKILL')
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
}

describe(`pminfo of Performance Co-Pilot${noPcp}`, () => {
  it.skipIf(noPcp !== '')('shows values, units, help texts, and the instances by name', async () => {
    const throughput = await pminfo(directory, '-dfT', 'mmv.holdfast_shop_eu.throughput')
    expect(throughput).toContain('Data Type: double  InDom: PM_INDOM_NULL')
    expect(throughput).toContain('Semantics: instant  Units: count / sec')
    expect(throughput).toContain('Operations a second that were answered.')
    expect(throughput).toContain('value 1.03\n')
    const times = await pminfo(directory, '-df', 'mmv.holdfast_shop_eu.part.service_time.p99')
    expect(times).toContain('Units: sec')
    expect(times).toContain('inst [1 or "web"] value 2.08\n')
    expect(times).toContain('inst [2 or "data"] value nan\n')
    expect(await pminfo(directory, '-f', 'mmv.holdfast_shop_eu.violations.over')).toContain(
      'inst [2 or "sure"] value 1\n',
    )
    expect(await pminfo(directory, '-f', 'mmv.holdfast_shop_eu.sequence')).toContain('value 2\n')
  })

  it.skipIf(noPcp !== '')('knows every metric that is written', async () => {
    const names = (await pminfo(directory, 'mmv.holdfast_shop_eu')).trim().split('\n')
    expect(names).toHaveLength(33)
  })

  it.skipIf(noPcp !== '')('shows a service of as many parts as a file holds', async () => {
    const parts = Array.from({ length: 200 }, (_, i) => ({
      part: `part-${i}`,
      metrics: shopHealth.metrics,
      more: [],
    }))
    using many = createMmvOutlet({
      directory: mmv,
      health: () => ({ ...shopHealth, parts }),
      now: () => Date.now(),
      log: { warn: (_fields, message) => expect.fail(message) },
    })
    many.ticked(new Set(['many']))
    const text = await pminfo(directory, '-f', 'mmv.holdfast_many.part.utilisation')
    expect(text.match(/value 1\.11$/gm)).toHaveLength(200)
    expect(await pminfo(directory, '-f', 'mmv.holdfast_many.part.violations.over')).toContain(
      'or "part-199/sure"] value 1\n',
    )
  })

  it.skipIf(noPcp !== '')('no longer shows a service whose file was removed', async () => {
    outlet.ticked(new Set())
    expect(await pminfo(directory, 'mmv')).not.toContain('holdfast')
  })
})
