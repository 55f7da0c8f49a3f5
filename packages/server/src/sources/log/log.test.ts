// Goal: every operation that is written while a log is followed is told once, through any rotation, and nothing that
// anybody writes into it takes more than its share. Method: files in a directory of their own, written and renamed between
// rounds, and a table that says what it came to.
import {
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogFormat, OpenedSource } from '../source.ts'
import type { SourceMemory } from '../source-memory.ts'
import { after, sourceBench, T, type BenchOf, type SourceBench } from '../testing/source-bench.ts'
import { openLog } from './open-log.ts'

let directory: string
let file: string
let bench: SourceBench
let source: OpenedSource
let second: number

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-log-'))
  file = join(directory, 'access.log')
  follow()
})

afterEach(async () => {
  await source[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

function follow(format: LogFormat = { kind: 'combined' }, of: BenchOf = {}): void {
  bench = sourceBench({ kind: 'log', log: { file, format } }, of)
  source = openLog({ file, format }, bench.given)
  second = 0
}

const clf = (ms: number): string => {
  const [, day, month, year, time] = /^\w+, (\d\d) (\w+) (\d+) (\S+)/.exec(new Date(ms).toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
}

const line = (path = '/', { took = ' 0.010', status = '200', at = Number(T) } = {}): string =>
  `127.0.0.1 - - [${clf(at)}] "GET ${path} HTTP/1.1" ${status} 5 "-" "-"${took}\n`

const write = (...lines: readonly string[]): void => appendFileSync(file, lines.join(''))

/** A round, one second after the last one; how many operations it told of. */
async function round(): Promise<number> {
  second += 1
  await bench.round(source, after(second))
  return count()
}

const count = (): number =>
  bench
    .drained(after(second))
    .reduce((sum, { distribution, sum: grown }) => sum + (distribution?.count ?? grown), 0)

describe('a log that is followed', () => {
  it('is read from its end on, and tells each operation at its time with its labels', async () => {
    write(line('/old'))
    await round()
    write(line('/orders/17?a=1', { took: ' 0.250' }), line('/orders/18', { took: ' 0.750' }))
    second += 1
    await bench.round(source, after(second))
    const told = bench.drained(after(second))
    expect(told).toMatchObject([
      {
        from: T,
        to: T,
        series: {
          name: 'http.server.request.duration',
          unit: 'ms',
          about: { part: 'web', instance: null },
          labels: {
            'http.request.method': 'GET',
            'http.route': '/orders',
            'http.response.status_code': '200',
          },
        },
        distribution: { count: 2, sum: 1_000 },
      },
    ])
  })

  it('counts operations that do not say how long they took', async () => {
    writeFileSync(file, '')
    await round()
    write(line('/a', { took: '' }), line('/a', { took: '' }), line('/b', { took: '' }))
    second += 1
    await bench.round(source, after(second))
    const told = bench.drained(after(second)).map(({ series, sum, from, to }) => ({
      route: series.labels['http.route'],
      name: series.name,
      sum,
      from,
      to,
    }))
    const span = { name: 'http.server.requests', from: after(1), to: after(2) }
    expect(told).toEqual([
      { route: '/a', sum: 2, ...span },
      { route: '/b', sum: 1, ...span },
    ])
  })

  it('does not tell of a line before it is written to its end', async () => {
    writeFileSync(file, line('/old').slice(0, 30))
    await round()
    write(line('/old').slice(30), line('/a').slice(0, 40))
    expect(await round()).toBe(0)
    write(line('/a').slice(40))
    expect(await round()).toBe(1)
    expect(bench.table.faults()).toEqual({})
  })

  it('that is not there yet is missed, and then read from its beginning', async () => {
    await expect(round()).rejects.toThrow(`${file} is not there yet`)
    await expect(round()).rejects.toMatchObject({ kind: 'unreachable' })
    write(line(), line())
    expect(await round()).toBe(2)
  })

  it('is refused where it is no file', async () => {
    file = directory
    follow()
    await expect(round()).rejects.toThrow(`${directory} may not be read: it is no file`)
  })

  it('that is renamed is read on until its writer has opened the new one', async () => {
    writeFileSync(file, line('/old'))
    await round()
    write(line())
    renameSync(file, `${file}.1`)
    appendFileSync(`${file}.1`, line())
    expect(await round()).toBe(2)
    appendFileSync(`${file}.1`, line())
    expect(await round()).toBe(1)
    write(line(), line())
    appendFileSync(`${file}.1`, line())
    expect(await round()).toBe(3)
    appendFileSync(`${file}.1`, line())
    write(line())
    expect(await round()).toBe(2)
  })

  it('is let go of some time after it was renamed, and not before it is silent', async () => {
    writeFileSync(file, '')
    await round()
    renameSync(file, `${file}.1`)
    writeFileSync(file, '')
    await round()
    second += 50
    appendFileSync(`${file}.1`, line('/', { at: after(second) }))
    expect(await round()).toBe(1)
    second += 50
    appendFileSync(`${file}.1`, line('/', { at: after(second) }))
    expect(await round()).toBe(1)
    second += 61
    expect(await round()).toBe(0)
    appendFileSync(`${file}.1`, line('/', { at: after(second) }))
    expect(await round()).toBe(0)
  })

  it('that gets its name back is not told of twice', async () => {
    writeFileSync(file, '')
    await round()
    write(line())
    expect(await round()).toBe(1)
    renameSync(file, `${file}.1`)
    expect(await round()).toBe(0)
    renameSync(`${file}.1`, file)
    write(line())
    expect(await round()).toBe(1)
  })

  it('that is copied and cut is read from its beginning, also where it has grown beyond its place since', async () => {
    writeFileSync(file, line('/old'))
    await round()
    write(line('/a'), line('/b'))
    expect(await round()).toBe(2)
    copyFileSync(file, `${file}.1`)
    truncateSync(file)
    write(line('/c'))
    expect(await round()).toBe(1)
    truncateSync(file)
    write(...Array.from({ length: 50 }, (_, i) => line(`/other${i}`)))
    expect(await round()).toBe(50)
  })

  it('that is deleted is missed', async () => {
    writeFileSync(file, '')
    await round()
    unlinkSync(file)
    await round()
    second += 61
    await round()
    await expect(round()).rejects.toMatchObject({ kind: 'unreachable' })
  })

  it('passes over lines that are none, are too long or too old, and counts them', async () => {
    writeFileSync(file, '')
    await round()
    const long = 'x'.repeat(100_000)
    write(
      'nonsense\n',
      '\n',
      line(),
      `${long}\n`,
      line('/', { at: T - 400_000 }),
      line('/', { at: T + 900_000 }),
    )
    expect(await round()).toBe(2)
    expect(bench.table.faults()).toEqual({ malformed: 2, late: 1 })
  })

  it('passes over a line without an end, however long it grows, and goes on behind it', async () => {
    writeFileSync(file, '')
    await round()
    for (let times = 0; times < 5; times += 1) {
      write('x'.repeat(300_000))
      expect(await round()).toBe(0)
    }
    write(`\n${line()}`)
    expect(await round()).toBe(1)
    expect(bench.table.faults()).toEqual({ malformed: 1 })
  })

  it('is read some MiB a round, and says that more is left', async () => {
    writeFileSync(file, '')
    await round()
    const lines = 400_000
    write(line().repeat(lines))
    const first = await round()
    expect(first).toBeGreaterThan(100_000)
    expect(first).toBeLessThan(lines)
    expect(bench.table.faults()).toEqual({ 'too-large': 1 })
    expect(first + (await round())).toBe(lines)
  })

  it('is read on after a restart from where it was taken, with what was written in between', async () => {
    let remembered = (): string => ''
    const memory = (before: string | null): SourceMemory => ({
      before,
      remember: (tell) => void (remembered = tell),
    })
    const open = (before: string | null): OpenedSource =>
      openLog({ file, format: { kind: 'combined' } }, { ...bench.given, memory: memory(before) })
    await source[Symbol.asyncDispose]()
    write(line('/old'))
    source = open(null)
    await round()
    write(line(), line())
    expect(await round()).toBe(2)
    const stored = remembered()
    // Read and not stored: it is read again by the next run.
    write(line())
    await round()
    await source[Symbol.asyncDispose]()
    write(line())
    source = open(stored)
    expect(await round()).toBe(2)

    const again = remembered()
    await source[Symbol.asyncDispose]()
    renameSync(file, `${file}.1`)
    write(line(), line(), line())
    source = open(again)
    expect(await round()).toBe(3)
  })

  it('is not read by two rounds at once, which would tell lines twice', async () => {
    writeFileSync(file, '')
    await round()
    write(line())
    const first = round()
    await expect(bench.round(source, after(9))).rejects.toThrow(`${file} is still being read`)
    expect(await first).toBe(1)
    expect(await round()).toBe(0)
  })

  it('is not read once the time is up, and read on in the next round', async () => {
    writeFileSync(file, '')
    await round()
    write(line())
    second += 1
    await bench.round(source, after(second), AbortSignal.abort())
    expect(count()).toBe(0)
    expect(await round()).toBe(1)
  })

  it('keeps names that clients make up to so many, and loses no operation', async () => {
    writeFileSync(file, '')
    await round()
    write(line('/known'), ...Array.from({ length: 1_000 }, (_, i) => line(`/made-up-${i}`)))
    write(...Array.from({ length: 1_000 }, (_, i) => line(`/not-there-${i}`, { status: '404' })))
    write(line('/known', { status: '404' }))
    expect(await round()).toBe(2_002)
    expect(bench.table.size()).toBeLessThan(210)
    const routes = new Set(bench.table.list().map(({ series }) => series.labels['http.route'] ?? ''))
    expect([...routes].filter((route) => route.startsWith('/not-there'))).toEqual([])
  })

  it('sums up what there is no room for', async () => {
    follow({ kind: 'combined' }, { maxSeries: 3 })
    writeFileSync(file, '')
    await round()
    write(line('/a'), line('/b', { took: '' }))
    expect(await round()).toBe(2)
    bench.table.open({
      about: { part: null, instance: null },
      name: 'x',
      labels: {},
      kind: 'gauge',
      unit: null,
    })
    write(line('/a'), line('/b', { took: '' }))
    expect(await round()).toBe(2)
    expect(bench.table.size()).toBe(3)
  })

  it('may be of any format, with the class of the client', async () => {
    follow({ kind: 'pattern', pattern: String.raw`^(?<class>\S+) (?<duration>\d+)$`, durationUnit: 'us' })
    writeFileSync(file, '')
    await round()
    write('gold 1000\ngold 3000\nnonsense\n- 1000\n')
    second += 1
    await bench.round(source, after(second))
    expect(
      bench.drained(after(second)).map(({ series, distribution }) => [series.labels, distribution?.sum]),
    ).toEqual([
      [{ 'holdfast.class': 'gold' }, 4],
      [{}, 1],
    ])
    expect(bench.table.faults()).toEqual({ malformed: 1 })
  })
})

describe('any way of writing and rotating', () => {
  type Step = { readonly write: number } | { readonly cutAt: number } | 'rename' | 'round'
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ write: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ cutAt: fc.integer({ min: 1, max: 60 }) }),
    fc.constantFrom('rename' as const, 'round' as const, 'round' as const),
  )

  it('tells each operation once', async () => {
    let directories = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await source[Symbol.asyncDispose]()
        file = join(directory, `access-${directories++}.log`)
        writeFileSync(file, line('/old'))
        follow()
        let [told, written, rotations, rest] = [await round(), 0, 0, '']
        for (const one of steps) {
          if (one === 'round') told += await round()
          else if (one === 'rename') {
            write(rest)
            rest = ''
            renameSync(file, `${file}.${++rotations}`)
            writeFileSync(file, '')
            // What is renamed twice between two rounds was never seen under its name.
            told += await round()
          } else if ('write' in one) {
            write(rest, ...Array.from({ length: one.write }, () => line()))
            rest = ''
            written += one.write
          } else if (rest === '') {
            write(line().slice(0, one.cutAt))
            rest = line().slice(one.cutAt)
            written += 1
          }
        }
        write(rest)
        told += await round()
        expect(told).toBe(written)
        expect(bench.table.faults()).toEqual({})
      }),
      { numRuns: 60 },
    )
  })
})
