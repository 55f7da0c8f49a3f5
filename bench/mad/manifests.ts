/** A service that nobody runs but whose sources tell of it: the well-behaved one, and those gone mad. */

export interface Addresses {
  /** Of the well-behaved target. */
  readonly sane: number
  readonly mad: number
  /** Takes connections and never says a word. */
  readonly silent: number
  readonly log: string
}

const SERVICE = `
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
  mode: advise
  entry: web
  parts:
    - name: web
      instanceType: small
      run: { command: ['true'], directory: . }
      instances: { min: 1, max: 1 }
---
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: standard }
spec:
  service: shop
  levels:
    - { name: fast, metric: response-time, limit: 100ms, ratio: 90 %, window: hour }
---
apiVersion: holdfast/v1
kind: Rule
metadata: { name: waiting }
spec:
  service: shop
  metric: jobs-waiting
  unit: jobs
  inputs: [{ source: sane, series: jobs_waiting, statistic: max }]
`

const source = (name: string, reads: string, timing = 'every: 4s, timeout: 3s'): string => `---
apiVersion: holdfast/v1
kind: Source
metadata: { name: ${name} }
spec: { service: shop, ${timing}, ${reads} }
`

/** What each declared source is, and the faults of which one at least is to be shown. */
export const MAD_TARGETS: Readonly<Record<string, readonly string[]>> = {
  labels: ['too-many-series'],
  values: ['not-a-number', 'time-backwards'],
  /** Where the machine is busy its time is up first. */
  huge: ['too-large', 'timed-out'],
  bomb: ['too-large'],
  stalls: ['timed-out'],
  drips: ['timed-out'],
}

export const MAD_OTHERS: Readonly<Record<string, readonly string[]>> = {
  'plugin-writes': ['too-large'],
  'plugin-forks': [],
  'plugin-hangs': ['timed-out'],
  log: ['malformed', 'too-large', 'late'],
  /** That it does not answer is no fault of the probe: it is down. */
  probe: [],
}

export const MAD_PUSHERS: Readonly<Record<string, readonly string[]>> = {
  otlp: ['too-many-series', 'kind-changed', 'not-a-number'],
  'remote-write': ['too-many-series'],
  wrapper: ['malformed', 'too-many-series'],
  survey: [],
}

const saneManifests = ({ sane }: Addresses): string =>
  SERVICE +
  source('sane', `prometheus: { url: 'http://127.0.0.1:${sane}/metrics' }`, 'every: 2s, timeout: 1500ms')

function madManifests({ mad, silent, log }: Addresses): string {
  const scraped = Object.keys(MAD_TARGETS).map((name) =>
    source(name, `prometheus: { url: 'http://127.0.0.1:${mad}/${name}' }`),
  )
  const command = (name: string, script: string): string =>
    source(name, `plugin: { command: [sh, -c, '${script}'] }`)
  return [
    ...scraped,
    command('plugin-writes', 'while :; do echo "OK - fine | a=1 b=2"; done'),
    command('plugin-forks', 'sleep 600 & sleep 600 & sleep 600 & echo "OK - fine | a=1"'),
    command('plugin-hangs', 'sleep 600'),
    source('log', `log: { file: '${log}', format: combined }`),
    source('probe', `probe: { http: { url: 'http://127.0.0.1:${silent}/' } }`),
  ].join('')
}

export const manifestsOf = (addresses: Addresses, isMad: boolean): string =>
  saneManifests(addresses) + (isMad ? madManifests(addresses) : '')
