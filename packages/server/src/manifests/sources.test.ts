// Goal: sources and rules say exactly what was written, and what is wrong in one is told with its place.
// Method: manifests as text beside the example shop, read and checked as an apply would.
import { describe, expect, it } from 'vitest'
import { checkManifests } from './check-manifests.ts'
import { manifestsOf, type ManifestOf } from './manifest.ts'
import { file, linesOf, manifestsIn, problemIn, shopFiles } from './testing/shop.ts'

const source = (spec: string): string => `apiVersion: holdfast/v1
kind: Source
metadata: { name: metrics }
spec:
${spec
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
`
const rule = (spec: string, name = 'busy'): string =>
  source(spec).replace('kind: Source', 'kind: Rule').replace('name: metrics', `name: ${name}`)

const specOf = (spec: string): ManifestOf<'Source'>['spec'] => {
  const [only] = manifestsOf(manifestsIn(file('source.yaml', source(spec))), 'Source')
  if (only === undefined) throw new Error('There is no source.')
  return only.manifest.spec
}
const faultsIn = (text: string): readonly string[] => linesOf(problemIn(file('a.yaml', text)))
const faultsAmong = (...texts: readonly string[]): readonly string[] =>
  linesOf({
    faults: checkManifests(manifestsIn(...shopFiles(), ...texts.map((text, i) => file(`${i}.yaml`, text)))),
  })

describe('a source', () => {
  it('is asked every 15 s and given 5 s, what is on this machine every 5 s, where nothing is said', () => {
    expect(specOf('service: shop\nprometheus: { url: http://127.0.0.1:9100/metrics }')).toEqual({
      service: 'shop',
      part: null,
      every: 15_000,
      timeout: 5_000,
      reads: {
        kind: 'prometheus',
        scrape: { target: { at: 'url', url: 'http://127.0.0.1:9100/metrics' }, tokenFile: null },
      },
    })
    expect(specOf('service: shop\nhost: {}')).toMatchObject({
      every: 5_000,
      reads: { kind: 'host', host: { cgroup: null, instances: true } },
    })
  })

  it('may read a path of every instance of its part', () => {
    expect(specOf('service: shop\npart: web\nprometheus: { path: /metrics }')).toMatchObject({
      part: 'web',
      reads: { scrape: { target: { at: 'instances', path: '/metrics' } } },
    })
    expect(faultsIn(source('service: shop\nprometheus: { path: /metrics }'))).toEqual([
      'a.yaml:5:3 | /spec | A path is one of instances of a part. | Write the part whose instances are meant, or a url.',
    ])
  })

  it('probes by HTTP, TCP, DNS or a command', () => {
    const probeOf = (written: string): unknown => {
      const { reads } = specOf(`service: shop\nprobe: ${written}`)
      return reads.kind === 'probe' ? reads.probe : reads
    }
    expect(
      probeOf('{ http: { url: "https://shop.test/", expect: { status: [2xx, 301], body: ok } } }'),
    ).toEqual({
      kind: 'http',
      target: { at: 'url', url: 'https://shop.test/' },
      method: 'GET',
      headers: {},
      body: null,
      expect: { status: ['2xx', '301'], body: 'ok' },
    })
    expect(probeOf('{ tcp: { host: db, port: 5432 } }')).toMatchObject({ kind: 'tcp', expect: null })
    expect(probeOf('{ dns: { name: shop.test } }')).toMatchObject({ kind: 'dns', type: 'A', server: null })
    expect(probeOf('{ run: { command: [/bin/true], directory: . } }')).toMatchObject({
      kind: 'command',
      run: { command: ['/bin/true'], directory: expect.stringMatching(/three-part$/) },
    })
  })

  it('follows a log whose path is relative to the file', () => {
    const { reads } = specOf('service: shop\nlog: { file: ./access.log, json: { status: status } }')
    expect(reads).toMatchObject({
      kind: 'log',
      log: { file: expect.stringMatching(/three-part\/access\.log$/), format: { kind: 'json' } },
    })
  })

  it('reads one thing', () => {
    expect(faultsIn(source('service: shop'))).toEqual([
      'a.yaml:5:3 | /spec | Nothing is said here. | Write exactly one of prometheus, probe, plugin, log, host, benchmark.',
    ])
  })

  it('may try what an instance can do, once a day where nothing is said', () => {
    const written = 'service: shop\npart: data\nbenchmark: { requests: [{ path: /items/7 }] }'
    expect(specOf(written).reads).toEqual({
      kind: 'benchmark',
      benchmark: {
        requests: [{ method: 'GET', target: '/items/7', body: null }],
        length: 60_000,
        again: 86_400_000,
      },
    })
    expect(faultsIn(source(written.replace('part: data\n', '')))[0]).toContain('A benchmark is of one part.')
    expect(faultsIn(source(written.replace('] }', '], again: 1min }')))[0]).toContain('That is too often.')
  })

  it('is not asked oftener than every second', () => {
    expect(faultsIn(source('service: shop\nevery: 100ms\nhost: {}'))).toEqual([
      'a.yaml:6:10 | /spec/every | That is too often. | Write 1s or more.',
    ])
  })

  it('names what a pattern’s groups may be called', () => {
    const text = source(String.raw`service: shop
log: { file: /a, pattern: '(?<code>\d+)' }`)
    expect(faultsIn(text)[0]).toContain('No field is called "code". | There is time, method, path')
  })

  it('is refused with an expression that cannot be read', () => {
    const text = source('service: shop\nprobe: { http: { url: "http://a", expect: { body: "(" } } }')
    expect(faultsIn(text)[0]).toContain('/spec/probe/http/expect/body')
  })

  it('is about a service and a part that there are', () => {
    expect(faultsAmong(source('service: shp\nhost: {}'))).toEqual([
      '0.yaml:5:12 | /spec/service | There is no service "shp". | Did you mean "shop"?',
    ])
    expect(faultsAmong(source('service: shop\npart: we\nhost: {}'))).toHaveLength(1)
  })
})

describe('a rule', () => {
  const busy = `service: shop
part: data
metric: utilisation
inputs:
  - { source: node, series: node_cpu_seconds_total, labels: { mode: idle, cpu: "/[01]/" }, statistic: rate, scale: -0.5, plus: 1 }`

  it('selects, takes a statistic, and changes it', () => {
    const [only] = manifestsOf(manifestsIn(file('rule.yaml', rule(busy))), 'Rule')
    expect(only?.manifest.spec).toEqual({
      service: 'shop',
      part: 'data',
      metric: 'utilisation',
      inputs: [
        {
          select: {
            source: 'node',
            series: 'node_cpu_seconds_total',
            labels: [
              { label: 'mode', is: { text: 'idle' } },
              { label: 'cpu', is: { pattern: '[01]' } },
            ],
          },
          statistic: { of: 'rate' },
          scale: -0.5,
          plus: 1,
          weight: 1,
        },
      ],
    })
  })

  it('knows percentiles and counts over a limit, and says which statistics there are', () => {
    const statisticOf = (statistic: string): unknown =>
      manifestsOf(
        manifestsIn(
          file(
            'rule.yaml',
            rule(`service: shop\nmetric: slow\ninputs:\n  - { series: x, statistic: ${statistic} }`),
          ),
        ),
        'Rule',
      )[0]?.manifest.spec.inputs[0]?.statistic
    expect(statisticOf('p99.9')).toEqual({ of: 'percentile', share: 0.9990000000000001 })
    expect(statisticOf('over 0.25')).toEqual({ of: 'over', limit: 0.25 })
    expect(faultsIn(rule(busy.replace('statistic: rate', 'statistic: median')))).toEqual([
      'a.yaml:9:105 | /spec/inputs/0/statistic | There is no statistic "median". | Write one of mean, sum, rate, max, min, last, count, distribution, p99, or "over 250".',
    ])
  })

  it('is refused with an expression that could take without end, at its place', () => {
    expect(faultsIn(rule(busy.replace('/[01]/', '/([01]+)+/')))[0]).toMatch(
      /^a\.yaml:9:\d+ \| \/spec\/inputs\/0\/labels\/cpu \| It repeats a group\./,
    )
  })

  it('is the only one of its metric', () => {
    expect(faultsAmong(rule(busy), rule(busy, 'other'))).toEqual([
      '1.yaml:7:11 | /spec/metric | The utilisation of part data of shop is given by rule "busy" already. | Keep one, or combine their inputs in one rule.',
    ])
  })

  it('is not taken for one of the eight that is spelled otherwise', () => {
    const spelled = (metric: string): readonly string[] =>
      faultsAmong(rule(`service: shop\nmetric: ${metric}\ninputs: [{ series: cpu, statistic: mean }]`))
    expect(spelled('utilization')).toEqual([
      '0.yaml:6:11 | /spec/metric | utilization would be a metric of its own, beside utilisation. | Write utilisation, or another name.',
    ])
    expect(spelled('utilisation')).toEqual([])
    expect(spelled('utilisation-of-disks')).toEqual([])
  })

  it('takes two inputs for a ratio, and a distribution for the service time alone', () => {
    expect(faultsAmong(rule(`${busy}\ncombine: ratio`))[0]).toContain(
      'A ratio is of two inputs, and there is one.',
    )
    expect(faultsAmong(rule(busy.replace('rate', 'distribution')))[0]).toContain(
      'A distribution is no figure',
    )
    expect(faultsAmong(rule(busy.replace('utilisation', 'service-time')))[0]).toContain(
      'The service time is a distribution.',
    )
  })
})
