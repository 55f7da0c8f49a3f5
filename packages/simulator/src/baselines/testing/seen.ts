/** One part and what is seen of it: what the tests of rules start from. */
import type { Part, Service } from '@holdfast/core/agreement'
import type { InstanceObservation, InstancePhase, TimeSummary } from '@holdfast/core/health'
import {
  branded,
  durationMs,
  epochMs,
  instanceIdOf,
  perSecond,
  seconds,
  type PartName,
} from '@holdfast/core/units'
import type { Seen } from '../../autoscaler.ts'
import { shop } from '../../shop.ts'

export const WEB = branded<PartName>('web')

const [shopPart] = shop.parts

/** One station an instance: 100 ms, 10/s. */
export function serviceOf(over: Partial<Part> = {}): Service {
  if (shopPart === undefined) throw new Error('The shop has parts.')
  const part: Part = {
    ...shopPart,
    name: WEB,
    characteristics: {
      serviceTime: { mean: durationMs(100) },
      capacity: perSecond(10),
      startTime: seconds(30),
    },
    calls: [],
    minInstances: 1,
    maxInstances: 100,
    ...over,
  }
  return { ...shop, entry: WEB, parts: [part] }
}

export interface SeenOfWeb {
  /** When the span ended, in seconds. */
  readonly at: number
  readonly spanSeconds?: number
  /** Of instances that were ready long before the span. */
  readonly ready: number
  readonly starting?: number
  readonly count?: number
  readonly busyMean?: number
  readonly saturatedShare?: number
  readonly inPartMean?: number
  readonly arrivals?: number
  readonly complete?: boolean
}

const noTimes: TimeSummary = {
  count: 0,
  meanMs: 0,
  squaredVariation: 0,
  p50Ms: 0,
  p90Ms: 0,
  p99Ms: 0,
  maxMs: 0,
}

const instancesIn = (
  phase: InstancePhase,
  count: number,
  phaseSince: number,
): readonly InstanceObservation[] =>
  Array.from({ length: count }, (_, i) => ({
    id: instanceIdOf(shop.name, WEB, phase === 'ready' ? 1 : 2, i + 1),
    part: WEB,
    revision: '1',
    phase,
    phaseSince: epochMs(phaseSince),
    restarts: 0,
    completed: 0,
    failed: 0,
    inFlight: 0,
    serviceMeanMs: null,
    host: null,
  }))

export function seenOfWeb(web: SeenOfWeb): Seen {
  const { at, spanSeconds = 15, ready, starting = 0, arrivals = 0, complete = true } = web
  const span = { from: epochMs((at - spanSeconds) * 1_000), to: epochMs(at * 1_000) }
  return {
    observation: {
      service: shop.name,
      span,
      complete,
      arrivals,
      completed: 0,
      failed: 0,
      response: noTimes,
      levels: [],
      parts: [
        {
          part: WEB,
          arrivals,
          completed: 0,
          failed: 0,
          refused: 0,
          queued: 0,
          inPartMean: web.inPartMean ?? 0,
          service: noTimes,
          waiting: noTimes,
          instances: [
            ...instancesIn('ready', ready, 0),
            ...instancesIn('starting', starting, span.to - 1_000),
          ],
        },
      ],
    },
    use: [
      {
        part: WEB,
        stationsPerInstance: 1,
        busyMean: web.busyMean ?? 0,
        saturatedShare: web.saturatedShare ?? 0,
      },
    ],
    counts: { [WEB]: web.count ?? ready + starting },
  }
}
