/** A shop of one part without a gateway: its clients come to the instances themselves, and sources tell of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InstanceView, ServiceDetail, SourceStatusView, VerdictView } from '../../src/http/api.ts'
import { LIMIT_MS } from './counted-load.ts'
import { until, type RunningUp } from './running-server.ts'

export interface MeasuredShop {
  readonly service: string
  /** The program of its instances, and what it is started with. */
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly instances: number
  /** Of each source what is below its `spec`, beside service and part. */
  readonly sources: Readonly<Record<string, string>>
}

/** As an argument of `node`. */
export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

export function writeMeasuredShop(
  directory: string,
  { service, command, environment = {}, instances, sources }: MeasuredShop,
): string {
  const path = join(directory, `${service}.yaml`)
  const declared = Object.entries(sources).map(
    ([name, reads]) => `---
apiVersion: holdfast/v1
kind: Source
metadata: { name: ${name} }
spec: { service: ${service}, part: web, ${reads} }
`,
  )
  writeFileSync(
    path,
    `apiVersion: holdfast/v1
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
metadata: { name: ${service}, owner: shop-team }
spec:
  entry: web
  parts:
    - name: web
      instanceType: small
      run:
        command: ${JSON.stringify(command)}
        directory: .
        environment: ${JSON.stringify({ LIMIT_MS: String(LIMIT_MS), ...environment })}
        readiness: { http: /readyz, within: 20s }
        drain: 1s
      instances: { min: ${instances}, max: ${instances} }
---
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: ${service}-standard }
spec:
  service: ${service}
  levels:
    - { name: fast, metric: response-time, limit: ${LIMIT_MS}ms, ratio: 50 %, window: month }
${declared.join('')}`,
  )
  return path
}

/** Where its instances answer, once all of them are ready. */
export async function addressesOf(
  server: RunningUp,
  service: string,
  count: number,
): Promise<readonly string[]> {
  let found: readonly string[] = []
  await until(`${count} instances ready`, async () => {
    const { items } = (await server.get(`/v1/services/${service}/instances`)) as {
      readonly items: readonly InstanceView[]
    }
    found = items.flatMap(({ phase, address }) => (phase === 'ready' && address !== null ? [address] : []))
    return found.length === count
  })
  return found
}

export async function sourcesOf(
  server: RunningUp,
  service: string,
): Promise<ReadonlyMap<string, SourceStatusView>> {
  const { items } = (await server.get(`/v1/services/${service}/sources`)) as {
    readonly items: readonly SourceStatusView[]
  }
  return new Map(items.map((one) => [one.name, one]))
}

/** What the loop has counted of its level. */
async function verdictOf(
  server: RunningUp,
  service: string,
): Promise<Pick<VerdictView, 'met' | 'missed'> | null> {
  const { verdicts } = (await server.get(`/v1/services/${service}`)) as ServiceDetail
  const [first] = verdicts
  return first === undefined ? null : { met: first.met, missed: first.missed }
}

/** The same once it has counted at least so many. */
export async function verdictOver(
  server: RunningUp,
  service: string,
  operations: number,
): Promise<Awaited<ReturnType<typeof verdictOf>>> {
  let found: Awaited<ReturnType<typeof verdictOf>> = null
  await until(`${operations} operations judged`, async () => {
    found = await verdictOf(server, service)
    return found !== null && found.met + found.missed >= operations
  })
  return found
}
