/** What the server under test is told: a service that only advises, so that nothing runs beside it, and its watch. */
export const manifests = (kept: 'server' | 'client', clients: number): string => `
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
  wanted: { stale: 10 % }
  # So that a client that comes around every few seconds is never too soon.
  interval: { least: 1s, most: ${INTERVAL_SECONDS}s, first: 1min }
  jitter: 10 %
  clients: { most: ${clients}, kept: ${kept} }
`

export const INTERVAL_SECONDS = 2
