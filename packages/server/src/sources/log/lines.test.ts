// Goal: each format gives what its line says, and what is none of it, nothing; no line that anybody sends takes long or
// does harm. Method: lines as servers write them, those written by the tests from known figures, and odd ones.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogFields } from '../source.ts'
import { createCombinedReader } from './combined-line.ts'
import { createJsonReader } from './json-line.ts'
import { createTimeReader } from './line-time.ts'
import type { LogLine, ReadLines } from './log-line.ts'
import { createLogfmtReader, logfmtPairs } from './logfmt-line.ts'
import { createPatternReader } from './pattern-line.ts'

const combined = createCombinedReader()
const LINE =
  '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif?a=1 HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"'
const TIME = Date.UTC(2000, 9, 10, 20, 55, 36)

const FIELDS: LogFields = {
  time: 'time',
  method: 'method',
  path: 'uri',
  status: 'status',
  duration: 'took',
  durationUnit: 's',
  class: 'class',
  client: null,
}

describe('a combined line', () => {
  it('tells time, method, path and status', () => {
    expect(combined(LINE)).toEqual({
      time: TIME,
      durationMs: null,
      method: 'GET',
      path: '/apache_pb.gif?a=1',
      status: '200',
      class: '',
    })
  })

  it('tells how long it took in seconds with a point, in microseconds without', () => {
    expect(combined(`${LINE} 0.250`)?.durationMs).toBe(250)
    expect(combined(`${LINE} 1250`)?.durationMs).toBe(1.25)
    expect(combined(`${LINE} -`)?.durationMs).toBeNull()
    expect(combined(`${LINE} 0.250 0.125`)?.durationMs).toBeNull()
  })

  it('may have neither referrer nor user agent', () => {
    const common = LINE.slice(0, LINE.indexOf(' "http:'))
    expect(combined(common)).toMatchObject({ status: '200', durationMs: null })
    expect(combined(`${common} 0.250`)).toMatchObject({ status: '200', durationMs: 250 })
  })

  it('takes nothing for a duration that a client could have written', () => {
    expect(combined(LINE.replace(/"Mozilla.*$/, '"0.001"'))?.durationMs).toBeNull()
    expect(combined(LINE.replace(/"Mozilla.*$/, '"agent 0.001"'))?.durationMs).toBeNull()
    expect(combined(LINE.replace('/apache_pb.gif', '/\\" 200 1 \\"a\\" 0.5'))).toMatchObject({
      status: '200',
      durationMs: null,
    })
  })

  it('may be of a request that was none', () => {
    const of = (request: string): LogLine | null =>
      combined(`1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "${request}" 400 150 "-" "-"`)
    for (const request of ['', '-', '\\x16\\x03\\x01'])
      expect(of(request)).toMatchObject({ method: '', path: '', status: '400' })
  })

  it('is none without its parts', () => {
    for (const cut of ['', 'GET / 200', LINE.replace('10/Oct', '10/Foo'), LINE.replace(' 200 ', ' abc ')])
      expect(combined(cut)).toBeNull()
    for (let length = 0; length < 80; length += 1) expect(combined(LINE.slice(0, length))).toBeNull()
  })
})

describe('a line of JSON', () => {
  const json = createJsonReader(FIELDS)

  it('tells what stands under the keys, as number or text', () => {
    const line =
      '{"time":"2026-12-01T10:00:00+01:00","method":"GET","uri":"/a","status":201,"took":"0.5","class":"gold"}'
    expect(json(line)).toEqual({
      time: Date.UTC(2026, 11, 1, 9),
      durationMs: 500,
      method: 'GET',
      path: '/a',
      status: '201',
      class: 'gold',
    })
  })

  it('may have its keys within others', () => {
    const within = createJsonReader({ ...FIELDS, method: 'request.method', path: 'request.uri', time: 'ts' })
    expect(within('{"ts":1646861401.5,"request":{"method":"GET","uri":"/a"},"took":0.001}')).toMatchObject({
      time: 1_646_861_401_500,
      method: 'GET',
      path: '/a',
      durationMs: 1,
    })
  })

  it('is none where it is no object, or tells of no operation', () => {
    for (const line of ['', '[]', '1', '{"time":1', '{"msg":"started"}', '{"time":1700000000}'])
      expect(json(line)).toBeNull()
  })

  it('has no keys but its own', () => {
    const inherited = createJsonReader({ ...FIELDS, method: 'constructor.name', path: '__proto__.x' })
    expect(inherited('{"status":200}')).toMatchObject({ method: '', path: '' })
  })
})

describe('a line of logfmt', () => {
  it('tells what stands under the keys', () => {
    const line =
      'time=2026-12-01T09:00:00Z level=info method=GET uri="/a b" status=200 took=0.002 ok msg="say \\"hi\\""'
    expect(createLogfmtReader(FIELDS)(line)).toEqual({
      time: Date.UTC(2026, 11, 1, 9),
      durationMs: 2,
      method: 'GET',
      path: '/a b',
      status: '200',
      class: '',
    })
    expect(logfmtPairs(line).get('msg')).toBe('say "hi"')
  })

  it('comes back as it was written', () => {
    const key = fc.stringMatching(/^[a-z_.]{1,10}$/)
    fc.assert(
      fc.property(fc.dictionary(key, fc.string()), (written) => {
        const line = Object.entries(written)
          .map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`)
          .join(' ')
        expect(Object.fromEntries(logfmtPairs(line))).toEqual({ ...written })
      }),
    )
  })
})

describe('a line by a pattern', () => {
  const read = (reader: { readonly read: ReadLines }, lines: readonly string[]): (LogLine | null)[] => {
    const taken: (LogLine | null)[] = []
    reader.read(lines, (line) => taken.push(line))
    return taken
  }

  it('tells what its groups say, and is none where it does not match', () => {
    const reader = createPatternReader(
      String.raw`^(?<method>[A-Z]+) (?<path>\S+) (?<status>\d+) (?<duration>[\d.]+)ms(?: (?<class>\w+))?$`,
      'ms',
    )
    expect(read(reader, ['GET /a 200 12.5ms gold', 'nonsense', 'GET /b 200 1ms'])).toEqual([
      { time: null, durationMs: 12.5, method: 'GET', path: '/a', status: '200', class: 'gold' },
      null,
      { time: null, durationMs: 1, method: 'GET', path: '/b', status: '200', class: '' },
    ])
  })

  it('that would take years on some line is ended there, and soon given up for the round', () => {
    const reader = createPatternReader('^(?<path>(a+)+)$', 's')
    const evil = `${'a'.repeat(60)}!`
    const began = performance.now()
    const taken = read(reader, ['aaa', evil, 'aa', evil, evil, evil, 'a'])
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(taken.map((line) => line?.path ?? null)).toEqual(['aaa', null, 'aa', null, null, null, null])
    expect(reader.restart()).toBe(3)
    expect(read(reader, ['a'])).toHaveLength(1)
    expect(reader.restart()).toBe(0)
  })
})

describe('the time of a line', () => {
  it.each([
    ['10/Oct/2000:13:55:36 -0700', TIME],
    ['[10/Oct/2000:13:55:36 -0700]', TIME],
    ['2000-10-10T20:55:36Z', TIME],
    ['2000-10-10 20:55:36,250Z', TIME + 250],
    [971_211_336, TIME],
    ['971211336.5', TIME + 500],
    [971_211_336_000, TIME],
    [971_211_336_000_000, TIME],
    [971_211_336_000_000_000, TIME],
  ])('may be written as %s', (written, time) => {
    expect(createTimeReader()(written)).toBe(time)
  })

  it('is not made up', () => {
    for (const written of [undefined, '', '-', 'yesterday', 0, -1, '2000', '2000-99-99T00:00'])
      expect([null, 2_000_000]).toContain(createTimeReader()(written))
  })

  it('is a number or none for anything that is written', () => {
    const read = createTimeReader()
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^[\d/:A-Za-z +-]{0,40}$/)),
        (written) => {
          const time = read(written)
          expect(time === null || Number.isFinite(time)).toBe(true)
        },
      ),
    )
  })
})

describe('any line', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '"',
      '\\',
      '[',
      '] "',
      ' ',
      '=',
      '{',
      '}',
      '200',
      'GET /',
      '10/Oct/2000:13:55:36 -0700',
      '0.5',
    ),
  )
  const line = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))

  it('is read by every format to an end, with figures that can be', () => {
    const readers = [combined, createJsonReader(FIELDS), createLogfmtReader(FIELDS)]
    fc.assert(
      fc.property(line, (text) => {
        for (const reader of readers) {
          const read = reader(text)
          expect(read?.durationMs ?? 0).toBeGreaterThanOrEqual(0)
          expect(read?.time ?? 0).not.toBeNaN()
        }
      }),
    )
  })

  it('of the greatest length is read at once', () => {
    const began = performance.now()
    for (const character of ['"', '\\', '[', '=', '{', 'a', ' ', '] "']) {
      const long = character.repeat(16_384 / character.length)
      for (const text of [long, `${LINE}${long}`, `a="${long}`, `{"a":${long}`])
        for (const reader of [combined, createJsonReader(FIELDS), createLogfmtReader(FIELDS)]) reader(text)
    }
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})
