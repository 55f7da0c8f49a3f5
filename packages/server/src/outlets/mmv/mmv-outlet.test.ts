// Goal: every service has its file as long as it is there, values change in place, other metrics come in another file,
// and neither a crash, another server nor a full disk leaves false figures or stops the loop. Method: real files.
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PROCESS_AT } from './format.ts'
import { documentOf, figuresOf } from './health-figures.ts'
import { layOut } from './layout.ts'
import { createMmvOutlet, MAX_FILES, type MmvOutlet } from './mmv-outlet.ts'
import type { ShownHealth } from '../shown-health.ts'
import { metricsOf, shopHealth, withParts } from './testing/shown-shop.ts'

let directory: string
let shown: ShownHealth
let said: string[]
const outlets: MmvOutlet[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-mmv-'))
  shown = shopHealth
  said = []
})

afterEach(() => {
  for (const outlet of outlets.splice(0)) outlet[Symbol.dispose]()
  rmSync(directory, { recursive: true, force: true })
})

function open(where = directory): MmvOutlet {
  const outlet = createMmvOutlet({
    directory: where,
    health: () => shown,
    now: () => Date.now(),
    log: { warn: (_fields, message) => void said.push(message) },
  })
  outlets.push(outlet)
  return outlet
}

const path = (name: string): string => join(directory, name)
const files = (): readonly string[] => readdirSync(directory).toSorted()

interface Read {
  readonly inode: number
  readonly size: number
  readonly sequence: number
  readonly throughput: number
  readonly generations: readonly bigint[]
}

const THROUGHPUT = documentOf(figuresOf(shopHealth).instances).metrics.findIndex(
  ({ name }) => name === 'throughput',
)

/** Of the two figures that tell how it goes on; the place of the values is asked of the file. */
function readOf(bytes: Buffer): Omit<Read, 'inode' | 'size'> {
  const longs = new BigUint64Array(new Uint8Array(bytes).buffer)
  const valuesAt = Number(longs[(40 + 3 * 16 + 8) / 8])
  const doubles = new Float64Array(longs.buffer)
  return {
    sequence: Number(longs[valuesAt / 8]),
    throughput: doubles[(valuesAt + THROUGHPUT * 32) / 8] ?? 0,
    generations: [...longs.subarray(1, 3)],
  }
}

function read(name = 'holdfast_shop'): Read {
  const { ino, size } = statSync(path(name))
  return { inode: ino, size, ...readOf(readFileSync(path(name))) }
}

describe('a service', () => {
  it('has its figures in a file of its name', () => {
    open().ticked(new Set(['shop', 'my-reports']))
    expect(files()).toEqual(['holdfast_my_reports', 'holdfast_shop'])
    expect(read()).toMatchObject({ sequence: 2, throughput: 1.03 })
    expect(said).toEqual([])
  })

  it('gets new figures into the same file, of the same length, as a later moment', () => {
    const outlet = open()
    outlet.ticked(new Set(['shop']))
    const before = read()
    shown = { ...shopHealth, metrics: { ...shopHealth.metrics, throughput: { value: 9.5 } } }
    outlet.ticked(new Set(['shop']))
    expect(read()).toEqual({ ...before, sequence: 4, throughput: 9.5 })
  })

  it('gets another file when it has other parts, and whoever has the old one mapped sees that it is over', () => {
    const outlet = open()
    outlet.ticked(new Set(['shop']))
    const before = read()
    const mapped = openSync(path('holdfast_shop'), 'r')
    shown = withParts('web', 'data', 'mail')
    outlet.ticked(new Set(['shop']))
    const after = read()
    expect(after.inode).not.toBe(before.inode)
    expect(after.size).toBeGreaterThan(before.size)
    expect(after.sequence).toBe(4)
    const [first = 0n, second] = after.generations
    expect(first).toBeGreaterThan(before.generations[0] ?? 0n)
    expect(second).toBe(first)
    expect(readOf(readFileSync(mapped)).generations).toEqual([before.generations[0], 0n])
    closeSync(mapped)
    expect(files()).toEqual(['holdfast_shop'])
  })

  it('that is no longer there has no file', () => {
    const outlet = open()
    outlet.ticked(new Set(['shop', 'reports']))
    outlet.ticked(new Set(['reports']))
    expect(files()).toEqual(['holdfast_reports'])
  })

  it('has no file after a clean stop', () => {
    const outlet = open()
    outlet.ticked(new Set(['shop', 'reports']))
    outlet[Symbol.dispose]()
    expect(files()).toEqual([])
  })

  it('gets its file again when somebody has taken it away', () => {
    const outlet = open()
    outlet.ticked(new Set(['shop']))
    rmSync(path('holdfast_shop'))
    outlet.ticked(new Set(['shop']))
    expect(read()).toMatchObject({ sequence: 4, throughput: 1.03 })
  })

  it('has a file that others may read and nobody else may write', () => {
    open().ticked(new Set(['shop']))
    expect(statSync(path('holdfast_shop')).mode & 0o022).toBe(0)
  })
})

it('says once that parts were left out, and writes the others', () => {
  const outlet = open()
  shown = withParts(...Array.from({ length: 300 }, (_, i) => `part-${i}`))
  outlet.ticked(new Set(['shop']))
  outlet.ticked(new Set(['shop']))
  expect(said).toEqual(['Parts or levels beyond what a file holds.'])
  expect(read().sequence).toBe(4)
})

it('writes a stated number of files, and says once that services were left out', () => {
  const outlet = open()
  const services = new Set(Array.from({ length: MAX_FILES + 2 }, (_, i) => `service-${i}`))
  outlet.ticked(services)
  outlet.ticked(services)
  expect(files()).toHaveLength(MAX_FILES)
  expect(said).toEqual(['Services were left out of shared memory.'])
})

it('goes on when one service’s figures or files fail, says so once, and writes as soon as it can', () => {
  const sub = path('sub')
  const outlet = open(sub)
  outlet.ticked(new Set(['shop']))
  rmSync(sub, { recursive: true })
  outlet.ticked(new Set(['shop']))
  outlet.ticked(new Set(['shop']))
  expect(said).toEqual(['Shared memory could not be written; the next tick tries again.'])
  mkdirSync(sub)
  outlet.ticked(new Set(['shop']))
  expect(readdirSync(sub)).toEqual(['holdfast_shop'])
})

it('refuses a directory that cannot be one, with what to do', () => {
  writeFileSync(path('file'), '')
  expect(() => open(path('file'))).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'file-unwritable' }) }),
  )
})

it('does not follow a link that was laid where it writes', () => {
  writeFileSync(path('precious'), 'mine')
  symlinkSync(path('precious'), path('.holdfast_shop'))
  open().ticked(new Set(['shop']))
  expect(readFileSync(path('precious'), 'utf8')).toBe('mine')
  expect(read().sequence).toBe(2)
})

describe('what another process wrote', () => {
  const NOBODY = spawnSync('true').pid

  /** As that process would have left it. */
  function leave(name: string, process: number): void {
    const { instances } = figuresOf({ ...shopHealth, metrics: metricsOf(5) })
    const { bytes } = layOut(documentOf(instances), { generation: 1n, process })
    expect(new DataView(bytes.buffer).getInt32(PROCESS_AT, true)).toBe(process)
    writeFileSync(path(name), bytes)
  }

  it('is removed where it was killed', () => {
    leave('holdfast_gone', NOBODY)
    leave('.holdfast_half', NOBODY)
    open().ticked(new Set(['shop']))
    expect(files()).toEqual(['holdfast_shop'])
  })

  it('is removed where nobody has written it for a minute, since its number may be another program’s now', () => {
    leave('holdfast_gone', process.ppid)
    utimesSync(path('holdfast_gone'), new Date(Date.now() - 120_000), new Date(Date.now() - 120_000))
    open()
    expect(files()).toEqual([])
  })

  it('is left alone while it lives, also where it has the same service', () => {
    leave('holdfast_shop', process.ppid)
    const theirs = readFileSync(path('holdfast_shop'))
    const outlet = open()
    outlet.ticked(new Set(['shop']))
    expect(files()).toEqual(['holdfast_shop', 'holdfast_shop_2'])
    outlet[Symbol.dispose]()
    expect(readFileSync(path('holdfast_shop'))).toEqual(theirs)
    expect(existsSync(path('holdfast_shop_2'))).toBe(false)
  })

  it('is left alone where it is of another kind', () => {
    writeFileSync(path('holdfast_notes'), 'not the format')
    writeFileSync(path('someone_else'), '')
    open()
    expect(files()).toEqual(['holdfast_notes', 'someone_else'])
  })
})
