/** A small service without a gateway, for tests of whoever listens to its sources. */
import { branded, durationMs, micros, perSecond, seconds } from '@holdfast/core/units'
import type { InstanceTypeName, OwnerName, PartName, ServiceName } from '@holdfast/core/units'
import type { ResolvedService } from '../../manifests/index.ts'

export const resolvedShop = (): ResolvedService => ({
  service: {
    name: branded<ServiceName>('shop'),
    entry: branded<PartName>('web'),
    mode: 'act',
    hints: [],
    batch: null,
    parts: [
      {
        name: branded<PartName>('web'),
        instanceType: branded<InstanceTypeName>('small'),
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
  owner: branded<OwnerName>('shop-team'),
  version: 1,
  gateway: null,
  runs: {},
  concurrency: {},
  agreements: [],
  sources: [],
  rules: [],
})
