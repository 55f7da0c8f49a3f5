/** What ticks of a small service measure, for the tests of whoever keeps or tells it. */
import { distributionOf, emptyDistribution } from '@holdfast/core/stats'
import {
  branded,
  durationMs,
  epochMs,
  micros,
  perSecond,
  seconds,
  type EpochMs,
  type InstanceId,
  type LevelName,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'
import { noInputs } from '../../sources/index.ts'
import type { MeasuredTick } from '../tallies-of.ts'

const service = branded<ServiceName>('red-shop')
const part = branded<PartName>('web')
export const instance = branded<InstanceId>('red-shop-web-1-1')
const level = branded<LevelName>('quick')
export const TICK_MS = 2_000

/** Two seconds in which ten operations of 50 ms ended, each having waited 10 ms; one of them was over the limit. */
export function tickAt(to: EpochMs): MeasuredTick {
  const span = { from: epochMs(to - TICK_MS), to }
  const took = distributionOf(Array.from({ length: 10 }, () => 60))
  const counts = { arrivals: 10, completed: 10, failed: 0, refused: 0, aborted: 0 }
  return {
    at: to,
    resolved: {
      concurrency: {},
      rules: [],
      service: {
        name: service,
        entry: part,
        mode: 'act',
        hints: [],
        batch: null,
        parts: [
          {
            name: part,
            instanceType: branded('small'),
            price: { currency: 'EUR', microsPerHour: micros(0n) },
            revision: '1',
            characteristics: {
              serviceTime: { mean: durationMs(50) },
              capacity: perSecond(10),
              startTime: seconds(1),
            },
            calls: [],
            minInstances: 1,
            maxInstances: 4,
          },
        ],
      },
    },
    present: [
      {
        id: instance,
        service,
        part,
        revision: '1',
        phase: 'ready',
        phaseSince: epochMs(0),
        restarts: 0,
        address: null,
        pid: null,
        says: '',
      },
    ],
    told: { inputs: noInputs, sources: ['gateway'] },
    observation: { span, levels: [{ level, met: 9, missed: 1 }] },
    measured: {
      service,
      ...span,
      ...counts,
      responseMs: took,
      firstByteMs: emptyDistribution,
      levels: [],
      operations: [],
      clients: [],
      parts: [
        {
          part,
          ...counts,
          passedOn: 0,
          queued: 0,
          inPartMean: 0.3,
          serviceMs: distributionOf(Array.from({ length: 10 }, () => 50)),
          waitingMs: distributionOf(Array.from({ length: 10 }, () => 10)),
          instances: [{ instance, completed: 10, failed: 0, inFlight: 0.3, serviceMs: distributionOf([50]) }],
        },
      ],
    },
  }
}
