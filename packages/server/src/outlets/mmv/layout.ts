/**
 * Which bytes stand where in a file of memory mapped values. Pure: it knows neither files nor what the metrics mean.
 * Numbers are in the order of this machine, since only programs of this machine can map the file.
 */
import {
  DOMAIN_BYTES,
  FLAGS,
  HEADER_BYTES,
  INSTANCE_BYTES,
  INSTANT,
  MAGIC,
  METRIC_BYTES,
  NAME_BYTES,
  NO_DOMAIN,
  SECTION,
  STRING_BYTES,
  TOC_ENTRY_BYTES,
  TYPE,
  VALUE_BYTES,
  VERSION,
} from './format.ts'

/** What a metric has a value of each: parts, say. */
interface MmvDomain {
  readonly serial: number
  readonly help: string
  readonly instances: readonly string[]
}

export interface MmvMetric {
  readonly name: string
  readonly type: keyof typeof TYPE
  readonly units: number
  /** The serial of its domain; null for a single value. */
  readonly domain: number | null
  readonly help: string
}

export interface MmvDocument {
  readonly domains: readonly MmvDomain[]
  readonly metrics: readonly MmvMetric[]
}

export interface MmvLayout {
  /** The whole file; every value is 0. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where the values begin: of the first metric each instance's, then of the second. */
  readonly valuesAt: number
  readonly valueCount: number
}

export interface MmvWriter {
  /** Never 0; readers map a file again that has another one than before. */
  readonly generation: bigint
  readonly process: number
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

export function layOut({ domains, metrics }: MmvDocument, writer: MmvWriter): MmvLayout {
  const instanceCount = domains.reduce((sum, { instances }) => sum + instances.length, 0)
  const slots = metrics.flatMap((metric, index) => slotsOf(metric, domains).map((at) => ({ index, at })))
  const counts = {
    domains: domains.length,
    instances: instanceCount,
    metrics: metrics.length,
    values: slots.length,
    strings: domains.length + metrics.length,
  }
  const { at, end } = placesOf(counts)
  const pen = createPen(end)
  writeHeader(pen, writer)
  SECTIONS.forEach((section, i) => {
    const entry = HEADER_BYTES + i * TOC_ENTRY_BYTES
    pen.int(entry, SECTION[section])
    pen.int(entry + 4, counts[section])
    pen.long(entry + 8, at[section])
  })
  writeDomains(pen, domains, at)
  metrics.forEach((metric, i) => {
    const help = at.strings + (domains.length + i) * STRING_BYTES
    writeMetric(pen, at.metrics + i * METRIC_BYTES, { metric, item: i + 1, help })
    pen.text(help, metric.help, STRING_BYTES)
  })
  slots.forEach(({ index, at: instance }, i) => {
    const value = at.values + i * VALUE_BYTES
    pen.long(value + 16, at.metrics + index * METRIC_BYTES)
    pen.long(value + 24, instance === null ? 0 : at.instances + instance * INSTANCE_BYTES)
  })
  return { bytes: pen.bytes, valuesAt: at.values, valueCount: slots.length }
}

/** In the order in which they stand in the file. */
const SECTIONS = ['domains', 'instances', 'metrics', 'values', 'strings'] as const

type Places = Readonly<Record<(typeof SECTIONS)[number], number>>

const ENTRY_BYTES: Places = {
  domains: DOMAIN_BYTES,
  instances: INSTANCE_BYTES,
  metrics: METRIC_BYTES,
  values: VALUE_BYTES,
  strings: STRING_BYTES,
}

function placesOf(counts: Places): { readonly at: Places; readonly end: number } {
  const at = { domains: 0, instances: 0, metrics: 0, values: 0, strings: 0 }
  let end = HEADER_BYTES + SECTIONS.length * TOC_ENTRY_BYTES
  for (const section of SECTIONS) {
    at[section] = end
    end += counts[section] * ENTRY_BYTES[section]
  }
  return { at, end }
}

/** Of each value the place of its instance among all instances; null for the value of a metric without a domain. */
function slotsOf({ domain }: MmvMetric, domains: readonly MmvDomain[]): readonly (number | null)[] {
  if (domain === null) return [null]
  let first = 0
  for (const { serial, instances } of domains) {
    const start = first
    if (serial === domain) return instances.map((_, i) => start + i)
    first += instances.length
  }
  return []
}

interface Pen {
  readonly bytes: Uint8Array<ArrayBuffer>
  int(at: number, value: number): void
  long(at: number, value: number | bigint): void
  /** Cut to what fits with the zero at its end. */
  text(at: number, value: string, bytes: number): void
}

function createPen(length: number): Pen {
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  const encoder = new TextEncoder()
  return {
    bytes,
    int: (at, value) => view.setUint32(at, value, IS_LITTLE_ENDIAN),
    long: (at, value) => view.setBigUint64(at, BigInt(value), IS_LITTLE_ENDIAN),
    text: (at, value, room) => void encoder.encodeInto(value, bytes.subarray(at, at + room - 1)),
  }
}

function writeHeader(pen: Pen, { generation, process }: MmvWriter): void {
  pen.text(0, MAGIC, 4)
  pen.int(4, VERSION)
  pen.long(8, generation)
  pen.long(16, generation)
  pen.int(24, SECTIONS.length)
  pen.int(28, FLAGS)
  pen.int(32, process)
  // The cluster at 36 stays 0: tools choose one that is free.
}

function writeDomains(pen: Pen, domains: readonly MmvDomain[], at: Places): void {
  let instance = at.instances
  domains.forEach(({ serial, help, instances }, i) => {
    const [domain, text] = [at.domains + i * DOMAIN_BYTES, at.strings + i * STRING_BYTES]
    pen.int(domain, serial)
    pen.int(domain + 4, instances.length)
    pen.long(domain + 8, instance)
    pen.long(domain + 16, text)
    pen.text(text, help, STRING_BYTES)
    instances.forEach((name, nth) => {
      pen.long(instance, domain)
      pen.int(instance + 12, nth + 1)
      pen.text(instance + 16, name, NAME_BYTES)
      instance += INSTANCE_BYTES
    })
  })
}

interface PlacedMetric {
  readonly metric: MmvMetric
  readonly item: number
  readonly help: number
}

function writeMetric(pen: Pen, at: number, { metric, item, help }: PlacedMetric): void {
  pen.text(at, metric.name, NAME_BYTES)
  pen.int(at + 64, item)
  pen.int(at + 68, TYPE[metric.type])
  pen.int(at + 72, INSTANT)
  pen.int(at + 76, metric.units)
  pen.int(at + 80, metric.domain ?? NO_DOMAIN)
  pen.long(at + 88, help)
}
