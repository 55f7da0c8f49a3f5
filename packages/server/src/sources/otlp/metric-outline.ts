/**
 * What a metric is, before its points are read: its name and unit, and of which kind. In the bytes some of that may stand
 * behind the points, which are passed over for it.
 */
import { MalformedOtlp, type ByteReader } from '../../otlp/index.ts'
import type { MetricKind } from './metric-series.ts'

export interface MetricOutline {
  readonly nameStart: number
  readonly nameEnd: number
  readonly unit: string | null
  /** Null where points of this kind are not taken in; `why` says so. */
  readonly kind: MetricKind | null
  readonly why: string
  /** Where the points are. */
  readonly dataStart: number
  readonly dataEnd: number
}

const [NAME, UNIT, GAUGE, SUM, HISTOGRAM, EXPONENTIAL, SUMMARY] = [
  0x0a, 0x1a, 0x2a, 0x3a, 0x4a, 0x52, 0x5a,
] as const
export const POINT = 0x0a
const [TEMPORALITY, MONOTONIC] = [0x10, 0x18] as const
const DELTA = 1
const CUMULATIVE = 2

/** The reader stands where the metric begins, and ends behind it. */
export function readOutline(reader: ByteReader): MetricOutline {
  let [nameStart, nameEnd, dataStart, dataEnd, data] = [0, 0, 0, 0, 0]
  let unit: string | null = null
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === NAME) {
      const end = reader.length()
      nameStart = reader.at
      nameEnd = end
      reader.at = end
    } else if (tag === UNIT) unit = reader.text() || null
    else if (tag >= GAUGE && tag <= SUMMARY && (tag & 7) === 2) {
      const end = reader.length()
      dataStart = reader.at
      dataEnd = end
      data = tag
      reader.at = end
    } else reader.skip(tag)
  }
  if (nameEnd === nameStart)
    throw new MalformedOtlp('The message cannot be read as OTLP: a metric without a name.')
  const outer = reader.end
  reader.at = dataStart
  reader.end = dataEnd
  const { kind, why } = kindOf(reader, data)
  reader.end = outer
  reader.at = outer
  return { nameStart, nameEnd, unit, kind, why, dataStart, dataEnd }
}

interface Kind {
  readonly kind: MetricKind | null
  readonly why: string
}

const taken = (kind: MetricKind): Kind => ({ kind, why: '' })

const refused = (why: string): Kind => ({ kind: null, why })

function kindOf(reader: ByteReader, data: number): Kind {
  if (data === GAUGE) return taken('gauge')
  if (data === SUMMARY) return refused('summaries are not taken in, send histograms')
  let [temporality, isMonotonic] = [0, false]
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === TEMPORALITY) temporality = reader.varint()
    else if (tag === MONOTONIC) isMonotonic = reader.varint() !== 0
    else reader.skip(tag)
  }
  if (temporality === CUMULATIVE)
    return data === SUM && !isMonotonic ? taken('gauge') : kindIn(CUMULATIVES, data)
  if (temporality !== DELTA)
    return refused('sums and histograms must say whether they are delta or cumulative')
  if (data === SUM && !isMonotonic) return refused('sums that go up and down must be cumulative')
  return kindIn(DELTAS, data)
}

const CUMULATIVES: ReadonlyMap<number, MetricKind> = new Map([
  [SUM, 'counter'],
  [HISTOGRAM, 'histogram'],
  [EXPONENTIAL, 'exponential'],
])

const DELTAS: ReadonlyMap<number, MetricKind> = new Map([
  [SUM, 'counter-delta'],
  [HISTOGRAM, 'histogram-delta'],
  [EXPONENTIAL, 'exponential-delta'],
])

function kindIn(kinds: ReadonlyMap<number, MetricKind>, data: number): Kind {
  const kind = kinds.get(data)
  return kind === undefined ? refused('metrics of an unknown kind') : taken(kind)
}
