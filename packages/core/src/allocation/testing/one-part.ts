/** A shop of one part, the smallest service of which money and scale are decided. */
import type { Service } from '../../agreement/index.ts'
import {
  branded,
  durationMs,
  perSecond,
  seconds,
  type PartName,
  type ServiceName,
} from '../../units/index.ts'
import type { LadderProblem } from '../ladder.ts'
import { stationsOf } from '../stations.ts'

export const part: PartName = branded<PartName>('data')

export const service: Service = {
  name: branded<ServiceName>('shop'),
  entry: part,
  parts: [],
  mode: 'act',
  hints: [],
  batch: null,
}

interface OnePart {
  readonly serviceMs: number
  readonly startSeconds: number
  readonly instancesAtMost: number
  readonly goal: LadderProblem['goals'][number]
  readonly atMost: number | null
}

/** Each instance takes in two a second and costs 0.1 an hour. */
export const problemOf = ({
  serviceMs,
  startSeconds,
  instancesAtMost,
  goal,
  atMost,
}: OnePart): LadderProblem => ({
  parts: [
    {
      part,
      visits: 1,
      callers: [],
      stations: stationsOf(
        {
          serviceTime: { mean: durationMs(serviceMs) },
          capacity: perSecond(2),
          startTime: seconds(startSeconds),
        },
        null,
      ),
      price: 100_000,
      atLeast: 1,
      atMost: instancesAtMost,
    },
  ],
  goals: [goal],
  overheadMs: 0,
  atMost,
})
