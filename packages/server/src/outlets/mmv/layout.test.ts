// Goal: every byte of the file stands where mmv(5) and mmv_dev.h of Performance Co-Pilot say it does, for version 1.
// Method: the offsets are written here once more as those documents have them, and read from a small file.
import { describe, expect, it } from 'vitest'
import { UNITS } from './format.ts'
import { layOut } from './layout.ts'

const { bytes, valuesAt, valueCount } = layOut(
  {
    domains: [
      { serial: 1, help: 'Parts.', instances: ['web', 'data'] },
      { serial: 2, help: 'Levels.', instances: [] },
      { serial: 3, help: 'Hosts.', instances: ['one'] },
    ],
    metrics: [
      { name: 'sequence', type: 'unsigned', units: UNITS.none, domain: null, help: 'Odd or even.' },
      { name: 'part.throughput', type: 'double', units: UNITS.perSecond, domain: 1, help: 'Answered.' },
      { name: 'violations', type: 'double', units: UNITS.count, domain: 2, help: 'Too slow.' },
      { name: 'host.lag', type: 'double', units: UNITS.seconds, domain: 3, help: 'Behind.' },
    ],
  },
  { generation: 1_795_975_959_786n, process: 4_711 },
)

const view = Buffer.from(bytes.buffer)
const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
const int = (at: number): number => (isLittle ? view.readInt32LE(at) : view.readInt32BE(at))
const unsigned = (at: number): number => int(at) >>> 0
const long = (at: number): number => Number(isLittle ? view.readBigUInt64LE(at) : view.readBigUInt64BE(at))
const text = (at: number, length: number): string =>
  view.toString('utf8', at, view.indexOf(0, at)).slice(0, length)

// 40 bytes of header, five entries of 16, then each section at its own size.
const DOMAINS = 120
const INSTANCES = DOMAINS + 3 * 32
const METRICS = INSTANCES + 3 * 80
const VALUES = METRICS + 4 * 104
const STRINGS = VALUES + 4 * 32
const END = STRINGS + 7 * 256

describe('the header', () => {
  it('says what the file is, which writing it is, and who writes it', () => {
    expect(view.toString('latin1', 0, 4)).toBe('MMV\0')
    expect(int(4)).toBe(1)
    expect([long(8), long(16)]).toEqual([1_795_975_959_786, 1_795_975_959_786])
    expect(int(24)).toBe(5)
    expect(int(32)).toBe(4_711)
    expect(int(36)).toBe(0)
  })

  it('has tools show the file while its process lives, with values that may be missing', () => {
    const [noPrefix, process, sentinel] = [1, 2, 4]
    expect(int(28) & noPrefix).toBe(0)
    expect(int(28)).toBe(process | sentinel)
  })

  it('is followed by where each section is', () => {
    const entries = [40, 56, 72, 88, 104].map((at) => [int(at), int(at + 4), long(at + 8)])
    expect(entries).toEqual([
      [1, 3, DOMAINS],
      [2, 3, INSTANCES],
      [3, 4, METRICS],
      [4, 4, VALUES],
      [5, 7, STRINGS],
    ])
    expect(bytes.length).toBe(END)
    expect({ valuesAt, valueCount }).toEqual({ valuesAt: VALUES, valueCount: 4 })
  })
})

it('gives each domain its serial, its instances and a help text', () => {
  const domain = (at: number): readonly unknown[] => [
    unsigned(at),
    unsigned(at + 4),
    long(at + 8),
    text(long(at + 16), 256),
    long(at + 24),
  ]
  expect(domain(DOMAINS)).toEqual([1, 2, INSTANCES, 'Parts.', 0])
  expect(domain(DOMAINS + 32)).toEqual([2, 0, INSTANCES + 160, 'Levels.', 0])
  expect(domain(DOMAINS + 64)).toEqual([3, 1, INSTANCES + 160, 'Hosts.', 0])
})

it('gives each instance its domain, a number and its name', () => {
  const instance = (at: number): readonly unknown[] => [
    long(at),
    int(at + 8),
    int(at + 12),
    text(at + 16, 64),
  ]
  expect(instance(INSTANCES)).toEqual([DOMAINS, 0, 1, 'web'])
  expect(instance(INSTANCES + 80)).toEqual([DOMAINS, 0, 2, 'data'])
  expect(instance(INSTANCES + 160)).toEqual([DOMAINS + 64, 0, 1, 'one'])
})

it('gives each metric its name, item, type, semantics, units, domain and help text', () => {
  const metric = (at: number): readonly unknown[] => [
    text(at, 64),
    ...[64, 68, 72].map((offset) => int(at + offset)),
    unsigned(at + 76).toString(16),
    int(at + 80),
    text(long(at + 88), 256),
    long(at + 96),
  ]
  const [unsignedLong, double, instant] = [3, 5, 3]
  expect(metric(METRICS)).toEqual(['sequence', 1, unsignedLong, instant, '0', -1, 'Odd or even.', 0])
  expect(metric(METRICS + 104)).toEqual(['part.throughput', 2, double, instant, 'f103000', 1, 'Answered.', 0])
  expect(metric(METRICS + 208)).toEqual(['violations', 3, double, instant, '100000', 2, 'Too slow.', 0])
  expect(metric(METRICS + 312)).toEqual(['host.lag', 4, double, instant, '1003000', 3, 'Behind.', 0])
})

it('has a value of each metric for each instance, which points at both', () => {
  const value = (at: number): readonly number[] => [0, 8, 16, 24].map((offset) => long(at + offset))
  expect([0, 1, 2, 3].map((nth) => value(VALUES + nth * 32))).toEqual([
    [0, 0, METRICS, 0],
    [0, 0, METRICS + 104, INSTANCES],
    [0, 0, METRICS + 104, INSTANCES + 80],
    [0, 0, METRICS + 312, INSTANCES + 160],
  ])
})

it('ends names and texts that are too long with a zero, in their own place', () => {
  const long = layOut(
    {
      domains: [{ serial: 1, help: 'é'.repeat(200), instances: ['i'.repeat(100)] }],
      metrics: [{ name: 'm'.repeat(100), type: 'double', units: 0, domain: 1, help: 'h'.repeat(300) }],
    },
    { generation: 1n, process: 1 },
  )
  const file = Buffer.from(long.bytes.buffer)
  const [instance, metric] = [DOMAINS + 32, DOMAINS + 32 + 80]
  expect(file.toString('utf8', instance + 16, instance + 80)).toBe(`${'i'.repeat(63)}\0`)
  expect(file.toString('utf8', metric, metric + 64)).toBe(`${'m'.repeat(63)}\0`)
  const strings = long.valuesAt + 32
  expect(file.toString('utf8', strings, strings + 256)).toBe(`${'é'.repeat(127)}\0\0`)
  expect(file.toString('utf8', strings + 256, strings + 512)).toBe(`${'h'.repeat(255)}\0`)
})
