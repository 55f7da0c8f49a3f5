/** What the server under test is told: a service that only advises, so that nothing runs beside it, and its watch. */

export interface Wanted {
  readonly kept: 'server' | 'client'
  readonly clients: number
  /** As manifests have it, such as 200/s; empty for none. */
  readonly budget: string
  /** In per cent of the time; empty for whatever the budget buys. */
  readonly stale: string
  readonly longest: string
  readonly first: string
}

export const manifests = ({ kept, clients, budget, stale, longest, first }: Wanted): string => `
apiVersion: holdfast/v1
kind: Owner
metadata: { name: players-team }
spec: { displayName: Players' team }
---
apiVersion: holdfast/v1
kind: InstanceType
metadata: { name: small }
spec: { cpu: 1, memory: 256MiB, price: 0.02 EUR/h }
---
apiVersion: holdfast/v1
kind: Service
metadata: { name: players, owner: players-team }
spec:
  mode: advise
  entry: web
  parts:
    - name: web
      instanceType: small
      run: { command: ['true'], directory: . }
      instances: { min: 1, max: 1 }
---
apiVersion: holdfast/v1
kind: Watch
metadata: { name: players }
spec:
  service: players
  parameters: { rtt: number, connection: text }
  significant:
    - { parameter: rtt, by: 20 }
    - { parameter: connection, changes: true }
  ${stale === '' ? '' : `wanted: { stale: ${stale} }`}
  ${budget === '' ? '' : `budget: ${budget}`}
  interval: { least: 1s, most: ${longest}, first: ${first} }
  clients: { most: ${clients}, kept: ${kept} }
`
