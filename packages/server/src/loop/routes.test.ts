// Goal: the gateway counts against what is promised at the time. Method: an agreement of which a version begins later.
import { epochMs, type EpochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { readManifests, resolveServices } from '../manifests/index.ts'
import { routesOf } from './routes.ts'

const BEGINS = epochMs(Date.parse('2026-12-01T00:00:00Z'))

const manifests = (limit: string): string => `apiVersion: holdfast/v1
kind: InstanceType
metadata: { name: small }
spec: { cpu: 1, memory: 1 GiB, price: 0.02 EUR/h }
---
apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: team-a }
spec:
  gateway: { entry: web }
  parts: [{ name: web, instanceType: small, run: { command: [web], directory: /srv } }]
---
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: gold }
spec:
  service: shop
  levels: [{ name: quick, metric: response-time, limit: ${limit}, ratio: 90 %, window: hour }]
`

function read(text: string) {
  const parsed = readManifests([{ name: 'test.yaml', directory: '/srv', text }])
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

it('counts operations against the levels of the version in force, and of none besides', () => {
  const [, , later] = read(manifests('50ms'))
  const upcoming = later === undefined ? [] : [{ ...later, version: 2, since: BEGINS }]
  const services = resolveServices([...read(manifests('100ms')), ...upcoming])
  const counted = (at: EpochMs) =>
    routesOf(
      services.map((resolved) => ({ resolved, desired: [] })),
      [],
      at,
    ).map(({ levels }) => levels.map(({ level, limitMs }) => [level, limitMs]))
  expect(counted(epochMs(BEGINS - 1))).toEqual([[['quick', 100]]])
  expect(counted(BEGINS)).toEqual([[['quick', 50]]])
})
