/** Manifests for the golden page of `holdfast quote`: the worked case, and what may be wrong around it. */
import { here } from './fake-io.ts'

const part = (name: string, serviceTime: string, capacity: string, calls: string): string => `
    - name: ${name}
      instanceType: small
      run: { command: [node, ${name}.mjs], directory: . }
      instances: { min: 1, max: 12 }
      characteristics: { serviceTime: { mean: ${serviceTime} }, capacity: ${capacity}, startTime: 1s }
      calls: [${calls}]`

const instanceType = `apiVersion: holdfast/v1
kind: InstanceType
metadata: { name: small }
spec: { cpu: 1, memory: 256 MiB, price: 0.02 EUR/h }
`

const service = `apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: team-a }
spec:
  gateway: { entry: interface }
  parts:${part('interface', '10ms', '10/s', '{ part: processing }')}${part('processing', '20ms', '5/s', '{ part: data }')}${part('data', '50ms', '2/s', '')}
`

const agreement = (name: string, conditions: string, more: string = ''): string => `apiVersion: holdfast/v1
kind: Agreement
metadata: { name: ${name} }
spec:
  service: shop
  levels:
    - { name: fast, metric: response-time, limit: 100ms, ratio: 90 %, window: hour }
  conditions: [${conditions}]
  remedies:
    - { level: fast, steps: [{ below: 90 %, discount: 10 % }] }
${more}`

const night = `  schedule:
    - name: night
      period: { timeZone: Europe/Vienna, from: "22:00", to: "06:00" }
      conditions: [{ load: { atMost: 2/s } }]
`

const offer = (name: string, conditions: string, price: string): string =>
  `${agreement(name, conditions).replace('kind: Agreement', 'kind: Offer').replace('  service: shop\n', '')}  price: ${price}\n`

export const quotedFiles: Readonly<Record<string, string>> = {
  [here('quoted/service.yaml')]: `${instanceType}---\n${service}`,
  [here('quoted/notes.yaml')]: 'milk: 2 l\n',
  [here('quoted/agreement.yaml')]: agreement(
    'standard',
    '{ load: { atMost: 10/s } }, { instances: { atMost: 20 } }',
  ),
  [here('quoted/cheap.yaml')]: agreement(
    'cheap',
    '{ load: { atMost: 10/s } }',
    '  price: { flat: 50 EUR, per: month }\n',
  ),
  [here('quoted/tight.yaml')]: agreement(
    'tight',
    '{ load: { atMost: 10/s } }, { instances: { atMost: 15 } }',
  ),
  [here('quoted/nightly.yaml')]: agreement('nightly', '{ load: { atMost: 10/s } }', night),
  [here('quoted/any-load.yaml')]: agreement('any-load', ''),
  [here('offers.yaml')]: [
    offer('bronze', '{ load: { atMost: 2/s } }', '{ flat: 150 EUR, per: month }'),
    offer('gold', '{ load: { atMost: 10/s } }', '{ flat: 400 EUR, per: month }'),
    offer('platinum', '{ load: { atMost: 50/s } }', '{ flat: 900 EUR, per: month }'),
  ].join('---\n'),
  [here('no-price.yaml')]: agreement('free', '')
    .replace('kind: Agreement', 'kind: Offer')
    .replace('  service: shop\n', ''),
  [here('named.yaml')]: offer('named', '', '{ flat: 1 EUR, per: hour }').replace(
    '  levels:',
    '  service: shop\n  levels:',
  ),
  [here('alone/agreement.yaml')]: agreement('alone', '{ load: { atMost: 10/s } }'),
  [here('alone/broken.yaml')]: service.replace('owner: team-a', 'ownr: team-a'),
  [here('unknown/service.yaml')]:
    `${instanceType}---\n${service.replace(/ {6}characteristics: .*capacity: 5.*\n/, '')}`,
  [here('unknown/agreement.yaml')]: agreement('unknown', '{ load: { atMost: 10/s } }'),
}
