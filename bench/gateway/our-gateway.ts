/** Ours: the gateway as the server runs it, with a level to count against, measured every two seconds. */
import {
  branded,
  milliseconds,
  type InstanceId,
  type LevelName,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'
import { systemClock } from '../../packages/server/src/clock.ts'
import { createGateway } from '../../packages/server/src/platforms/gateway/index.ts'
import { announce } from '../child.ts'

const TICK_MS = 2_000

const [instancePort, servicePort] = process.argv.slice(2).map(Number)
const service = branded<ServiceName>('shop')
const part = branded<PartName>('web')
const gateway = await createGateway({ port: 0, clock: systemClock })
const faults = await gateway.setRoutes([
  {
    service,
    entry: part,
    port: servicePort ?? null,
    parts: [
      {
        part,
        concurrency: 256,
        endpoints: [{ instance: branded<InstanceId>('web-1'), host: '127.0.0.1', port: instancePort ?? 0 }],
      },
      { part: branded<PartName>('data'), concurrency: 256, endpoints: [] },
    ],
    levels: [
      {
        level: branded<LevelName>('quick'),
        counts: 'response-time',
        limitMs: 100,
        part: null,
        operation: null,
        class: null,
      },
    ],
    limits: { queued: 1_000, responseTimeout: milliseconds(30_000), bodyBytes: 1_000_000 },
  },
])
if (faults.length > 0) throw new Error(faults.map(({ says }) => says).join(' '))
setInterval(() => gateway.measure(systemClock.now()), TICK_MS)
announce(servicePort ?? 0)
