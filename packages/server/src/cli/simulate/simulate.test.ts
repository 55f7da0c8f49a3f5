// Goal: the command runs what files state without a server, says what is missing with its place, and writes its
// picture. Method: the command line in process, over files that are values.
import { describe, expect, it } from 'vitest'
import { fakeIo, here } from '../../../test/cli/fake-io.ts'
import { run } from '../run.ts'

const service = (characteristics: string): string => `
apiVersion: holdfast/v1
kind: Owner
metadata: { name: team }
spec: {}
---
apiVersion: holdfast/v1
kind: InstanceType
metadata: { name: small }
spec: { cpu: 1, memory: 256MiB, price: 0.02 EUR/h }
---
apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: team }
spec:
  gateway: { entry: web }
  parts:
    - name: web
      instanceType: small
      run: { command: [node, web.js], directory: /srv }
      instances: { min: 1, max: 20 }
      ${characteristics}
`

const agreement = `
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: standard }
spec:
  service: shop
  levels:
    - { name: fast, metric: response-time, limit: 100ms, ratio: 90 %, window: hour }
  conditions:
    - load: { atMost: 20/s, statistic: average, per: 1min }
  price: { flat: 1 EUR, per: hour }
  remedies:
    - { level: fast, steps: [{ below: 90 %, discount: 10 % }] }
`

const files = {
  [here('shop.yaml')]: service(
    'characteristics: { serviceTime: { mean: 40ms }, capacity: 20/s, startTime: 2s }',
  ),
  [here('bare.yaml')]: service(''),
  [here('advised.yaml')]: service(
    'characteristics: { serviceTime: { mean: 40ms }, capacity: 20/s, startTime: 2s }\n  mode: advise',
  ),
  [here('agreement.yaml')]: agreement,
  [here('load.csv')]:
    `t_sec,rps\n${Array.from({ length: 600 }, (_, at) => `${at},${at < 300 ? 4 : 12}\n`).join('')}`,
}

const simulate = (...args: readonly string[]) =>
  simulateWith('simulate', '-f', 'shop.yaml', '-f', 'agreement.yaml', ...args)

async function simulateWith(...args: readonly string[]) {
  const { io, result, written } = fakeIo({ args, files })
  await run(io)
  return { ...result(), written }
}

interface View {
  readonly seconds: number
  readonly journalHash: string
  readonly runs: readonly {
    readonly name: string
    readonly operations: number
    readonly levels: readonly { readonly share: number; readonly met: number; readonly missed: number }[]
    readonly instanceHours: number
    readonly cost: readonly string[]
    readonly total: readonly string[]
  }[]
}

async function view(...args: readonly string[]): Promise<View> {
  const { stdout, stderr } = await simulate(...args, '--json')
  expect(stderr).toBe('')
  return JSON.parse(stdout) as View
}

describe('holdfast simulate', () => {
  it('runs a whole trace, with as many operations as were recorded', async () => {
    const { seconds, runs } = await view('--trace', 'load.csv')
    expect(seconds).toBe(600)
    const [own] = runs
    // The last ones are still under way at the end.
    expect(own?.operations).toBeGreaterThan(300 * 4 + 300 * 12 - 5)
    expect(own?.operations).toBeLessThanOrEqual(300 * 4 + 300 * 12)
    expect(own?.levels[0]?.share).toBeGreaterThan(0.9)
    expect(own?.levels[0]?.met).toBeGreaterThan(0)
  })

  it('gives the same run for the same seed, and another for another', async () => {
    const hashes = await Promise.all(
      ['1', '1', '2'].map(
        async (seed) => (await view('--load', '5', '--for', '5min', '--seed', seed)).journalHash,
      ),
    )
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[0]).not.toBe(hashes[2])
  })

  it('carries out what is decided also of a service that is only advised, and says that it does', async () => {
    const files = ['-f', 'advised.yaml', '-f', 'agreement.yaml']
    const of = ['simulate', ...files, '--load', '5', '--for', '5min']
    const advised = await simulateWith(...of, '--json')
    const acted = await view('--load', '5', '--for', '5min')
    expect(JSON.parse(advised.stdout)).toMatchObject({ advised: true, journalHash: acted.journalHash })
    const { stdout } = await simulateWith(...of)
    expect(stdout).toMatch(/Mode: +as if it acted; in operation the service is only advised/)
  })

  it('scales a trace to a mean and to a peak', async () => {
    const scaled = async (...args: readonly string[]) =>
      (await view('--trace', 'load.csv', ...args)).runs[0]?.operations ?? 0
    expect(Math.abs((await scaled('--scale-to-mean', '4/s')) - 2_400)).toBeLessThan(150)
    expect(Math.abs((await scaled('--scale-to-peak', '6/s')) - 2_400)).toBeLessThan(150)
  })

  it('sets others beside it, with the instances and the money of each', async () => {
    const { runs } = await view('--trace', 'load.csv', '--against', 'hpa,kpa:50%,static-peak')
    expect(runs.map(({ name }) => name)).toEqual(['holdfast', 'hpa 70 %', 'kpa 50 %', 'static peak 100 %'])
    for (const { instanceHours, cost, total } of runs) {
      expect(instanceHours).toBeGreaterThan(0)
      expect(Number.parseFloat(cost[0] ?? '')).toBeCloseTo(0.02 * instanceHours, 4)
      expect(Number.parseFloat(total[0] ?? '')).toBeGreaterThanOrEqual(Number.parseFloat(cost[0] ?? ''))
    }
  })

  it('writes a picture that is well formed and names what it shows', async () => {
    const { written, stderr, exitCode } = await simulate(
      '--load',
      '5',
      '--for',
      '5min',
      '--picture',
      'out.svg',
    )
    const svg = written.get(here('out.svg')) ?? ''
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(svg.trimEnd()).toMatch(/<\/svg>$/)
    expect(svg).toContain('Within the limit of fast')
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    expect(stderr).toBe('The picture is in out.svg.\n')
    expect(exitCode).toBe(0)
  })

  it('says that a picture cannot be written there', async () => {
    const { stderr, exitCode } = await simulate(
      '--load',
      '5',
      '--for',
      '1min',
      '--picture',
      'nowhere/out.svg',
    )
    expect(stderr).toMatch(/nowhere\/out\.svg cannot be written/)
    expect(exitCode).toBe(1)
  })

  it('points at the part that says too little', async () => {
    const { io, result } = fakeIo({ args: ['simulate', '-f', 'bare.yaml', '-f', 'agreement.yaml'], files })
    await run(io)
    const { stderr, exitCode } = result()
    expect(stderr).toMatch(/^bare\.yaml:\d+:\d+: Part "web" has no characteristics\./)
    expect(exitCode).toBe(2)
  })

  it.each([
    [['--trace', 'none.csv'], /There is no file none\.csv/],
    [['--trace', 'load.csv', '--for', '1h'], /The trace is shorter/],
    [['--trace', 'load.csv', '--step', '0s'], /--step is zero/],
    [['--load', 'cosine:1'], /is not a load/],
    [['--scale-to-mean', '10/s'], /--scale-to-mean is about a trace/],
    [['--days', '400'], /--days 400 is no number of days/],
    [['--seed', 'x'], /--seed x is not a whole number/],
    [['--against', 'hpx'], /there is no rule "hpx"[\s\S]*Did you mean hpa\?/],
    [['--against', 'hpa:lots'], /"lots" is no target for hpa/],
  ])('refuses %j', async (args, says) => {
    const { stderr, stdout, exitCode } = await simulate(...args)
    expect(stderr).toMatch(says)
    expect([stdout, exitCode]).toEqual(['', 2])
  })
})
