/**
 * Takes in the metrics of one request, a number of points at a time, so that others get their turn in between. What was
 * taken before a fault in the bytes stays taken: told again, it changes nothing.
 */
import type { SeriesSink } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'
import { ByteReader } from '../../otlp/index.ts'
import type { Intakes } from '../intake.ts'
import { belongingOf, type ResourceFacts } from './belonging.ts'
import { DataPoint } from './data-point.ts'
import { itemsOf } from './envelope.ts'
import { POINTS_AT_A_TURN } from './limits.ts'
import { POINT, readOutline, type MetricOutline } from './metric-outline.ts'
import type { MetricKind } from './metric-series.ts'
import { PointWriter, type Refusals } from './point-writer.ts'
import type { Rejections } from './rejections.ts'
import type { Resources } from './resources.ts'
import { SeriesCache } from './series-cache.ts'

/** What is kept from one request to the next. */
export interface Known {
  readonly resources: Resources
  readonly caches: WeakMap<SeriesSink, SeriesCache>
}

export interface Taking {
  readonly bytes: Uint8Array
  readonly intakes: Intakes
  readonly known: Known
  readonly rejections: Rejections
  readonly now: EpochMs
}

type Read = 'readNumber' | 'readHistogram' | 'readExponential'

const LAYOUTS: Readonly<Record<MetricKind, { readonly read: Read; readonly attributeTag: number }>> = {
  gauge: { read: 'readNumber', attributeTag: 0x3a },
  counter: { read: 'readNumber', attributeTag: 0x3a },
  'counter-delta': { read: 'readNumber', attributeTag: 0x3a },
  histogram: { read: 'readHistogram', attributeTag: 0x4a },
  'histogram-delta': { read: 'readHistogram', attributeTag: 0x4a },
  exponential: { read: 'readExponential', attributeTag: 0x0a },
  'exponential-delta': { read: 'readExponential', attributeTag: 0x0a },
}

/** Each step takes in no more than some thousand points. */
export function* takeMetrics(taking: Taking): Generator<void> {
  const reader = new ByteReader(taking.bytes)
  const turn: Turn = { left: POINTS_AT_A_TURN, point: new DataPoint(), refusals: { count: 0 } }
  for (const facts of itemsOf(reader, taking.known.resources)) {
    const outer = reader.end
    const outline = readOutline(reader)
    reader.at = outline.dataStart
    reader.end = outline.dataEnd
    while (!reader.isAtEnd) {
      takeSome(reader, outline, facts, taking, turn)
      if (turn.left > 0) continue
      yield
      turn.left = POINTS_AT_A_TURN
    }
    reader.at = outer
    reader.end = outer
  }
}

interface Turn {
  left: number
  readonly point: DataPoint
  readonly refusals: Refusals
}

function takeSome(
  reader: ByteReader,
  outline: MetricOutline,
  facts: ResourceFacts,
  taking: Taking,
  turn: Turn,
): void {
  const writer = writerOf(reader.bytes, outline, facts, taking, turn)
  if (typeof writer === 'string') return refuseAll(reader, writer, taking.rejections, turn)
  const { point } = turn
  const { read } = LAYOUTS[outline.kind ?? 'gauge']
  while (!reader.isAtEnd && turn.left > 0) {
    const tag = reader.tag()
    if (tag !== POINT) {
      reader.skip(tag)
      continue
    }
    turn.left -= 1
    const outer = reader.enter()
    const start = reader.at
    if (read === 'readNumber') point.readNumber(reader)
    else if (read === 'readHistogram') point.readHistogram(reader)
    else point.readExponential(reader)
    writer.write(point, reader.bytes, start, reader.end)
    reader.leave(outer)
  }
  writer.finish()
}

/** Why not, where the points are not taken in. */
function writerOf(
  bytes: Uint8Array,
  { kind, why, nameStart, nameEnd, unit }: MetricOutline,
  facts: ResourceFacts,
  { intakes, known, rejections, now }: Taking,
  { refusals }: Turn,
): PointWriter | string {
  const belonging = belongingOf(facts, intakes)
  if (belonging.kind === 'refused') return belonging.why
  if (kind === null) return why
  const { intake, about } = belonging
  intake.arrived(now)
  const cache = cacheOf(known, intake.sink, now)
  cache.refresh(now)
  const producer = cache.producer(about, facts.process)
  const metric = cache.metric(producer, { bytes, nameStart, nameEnd, unit, kind })
  const { attributeTag } = LAYOUTS[kind]
  return new PointWriter({ cache, producer, metric, attributeTag, rejections, refusals, now })
}

function cacheOf({ caches }: Known, sink: SeriesSink, now: number): SeriesCache {
  const cache = caches.get(sink) ?? new SeriesCache(sink, now)
  caches.set(sink, cache)
  return cache
}

function refuseAll(reader: ByteReader, why: string, rejections: Rejections, turn: Turn): void {
  let points = 0
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === POINT) points += 1
    reader.skip(tag)
  }
  turn.left -= Math.min(turn.left, Math.ceil(points / 16))
  rejections.add(why, points)
}
