/**
 * A shop small enough for tests, made of the example's program: three parts with two instances each,
 * always, so that what runs can be compared before and after.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const EXAMPLE = fileURLToPath(new URL('../../../../examples/three-part', import.meta.url))

export function writeShop(directory: string, port: number): string {
  const part = (name: string, serviceMs: number, calls: string): string => `
    - name: ${name}
      instanceType: small
      run:
        command: [node, part.ts]
        directory: ${EXAMPLE}
        environment: { SERVICE_TIME_MS: '${serviceMs}', CAPACITY_PER_SECOND: '20' }
        readiness: { http: /readyz, within: 20s }
        drain: 2s
      instances: { min: 2, max: 2 }
      characteristics: { serviceTime: { mean: ${serviceMs}ms }, capacity: 20/s, startTime: 1s }
      ${calls}`
  const path = join(directory, 'shop.yaml')
  writeFileSync(
    path,
    `
apiVersion: holdfast/v1
kind: Owner
metadata: { name: shop-team }
spec: { displayName: Shop team }
---
apiVersion: holdfast/v1
kind: InstanceType
metadata: { name: small }
spec: { cpu: 1, memory: 256MiB, price: 0.02 EUR/h }
---
apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: shop-team }
spec:
  gateway: { port: ${port}, entry: interface }
  parts:
${part('interface', 5, 'calls: [{ part: processing }]')}
${part('processing', 5, 'calls: [{ part: data }]')}
${part('data', 10, '')}
---
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: standard }
spec:
  service: shop
  levels:
    - { name: fast, metric: response-time, limit: 100ms, ratio: 90 %, window: hour }
  conditions:
    - load: { atMost: 10/s, statistic: average, per: 1min }
    - instances: { atMost: 12 }
`,
  )
  return path
}
