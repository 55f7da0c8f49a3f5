/** Manifests for tests: owners red and blue, an instance type, and for each owner a service and its agreement. */

export const ownersText = `
apiVersion: holdfast/v1
kind: Owner
metadata: { name: red }
spec: {}
---
apiVersion: holdfast/v1
kind: Owner
metadata: { name: blue }
spec: {}
---
apiVersion: holdfast/v1
kind: InstanceType
metadata: { name: small }
spec: { cpu: 1, memory: 512 MiB, price: 0.05 EUR/h }
`

/** The service `OWNER-shop`. */
export const serviceText = (owner: string, max: number = 4): string => `
apiVersion: holdfast/v1
kind: Service
metadata: { name: ${owner}-shop, owner: ${owner} }
spec:
  gateway: { entry: web }
  parts:
    - name: web
      instanceType: small
      run: { command: [node, web.js], directory: /srv/shop }
      instances: { min: 1, max: ${max} }
`

/** The agreement `OWNER-gold`. */
export const agreementText = (
  owner: string,
  ratio: string = '90 %',
  service: string = `${owner}-shop`,
): string => `
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: ${owner}-gold }
spec:
  service: ${service}
  levels:
    - { name: quick, metric: response-time, limit: 100ms, ratio: ${ratio}, window: hour }
`
