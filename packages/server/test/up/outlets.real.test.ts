/**
 * Outlets of a running server (H1.3, H1.21, H1.22). Goal: within one tick all of them say the same of a service, also what a
 * rule gives besides. Method: the real server under load, its API asked all the time; what another outlet says must be what the API
 * said at some moment since a tick before it was asked, all of it together. To the bit, but for tools of Performance Co-Pilot:
 * pminfo and pmproxy print 16 digits of each number, and pmval as many as it is told to.
 */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthView } from '../../src/http/api.ts'
import { noPcp, noPython, pminfo, readByPython } from '../../src/outlets/mmv/testing/readers.ts'
import { PROMETHEUS, startPeer, without } from '../../src/sources/prometheus/testing/peers.ts'
import { startGaugeReceiver, type GaugeReceiver } from './otlp-receiver.ts'
import {
  EVERY_FIGURE,
  figuresOfCheck,
  figuresOfGauges,
  figuresOfHealth,
  figuresOfPminfo,
  figuresOfPrometheus,
  OF_A_CHECK,
  type Figures,
  type PrometheusSample,
} from './outlet-figures.ts'
import { noDaemons, startPcp, type PcpDaemons } from './pcp-daemons.ts'
import { commandOutput, freePorts, startUp, until, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

const TICK_MS = 2_000
const POLL_MS = 50
/** A read may fall on the instant at which a tick writes. */
const READS = 5

const RULED = `---
apiVersion: holdfast/v1
kind: Source
metadata: { name: counted-pages }
spec: { service: shop, every: 1s, plugin: { command: [date, '+{"pages":%S.5}'], output: json } }
---
apiVersion: holdfast/v1
kind: Rule
metadata: { name: pages-at-once }
spec:
  service: shop
  metric: pages
  unit: pages
  inputs: [{ source: counted-pages, series: pages, statistic: mean, scale: 0.37 }]
`

/** What the API said, from when to when. */
interface Moment {
  readonly figures: Figures
  readonly from: number
  until: number
}

let directory: string
let server: RunningUp
let endpoint: GaugeReceiver
const moments: Moment[] = []
const ended = new AbortController()
let background: Promise<unknown>

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-outlets-'))
  const ports = await freePorts()
  endpoint = await startGaugeReceiver()
  mkdirSync(join(directory, 'mmv'))
  const manifest = writeShop(directory, ports.service)
  appendFileSync(manifest, RULED)
  const args = ['-f', manifest, '--mmv', join(directory, 'mmv'), '--otlp-out', endpoint.url]
  server = await startUp(directory, ports, args)
  background = Promise.all([ask(ports.service), watch()])
  background.catch(() => {})
  await until('all figures', async () => {
    await answerSurvey()
    return EVERY_FIGURE.every((name) => moments.at(-1)?.figures[name] !== undefined)
  })
})

afterAll(async () => {
  ended.abort()
  await background
  await server.interrupt()
  await endpoint[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(port: number): Promise<void> {
  while (!ended.signal.aborted) {
    await fetch(`http://127.0.0.1:${port}/`).then(
      (answer) => answer.text(),
      () => {},
    )
    await sleep(100)
  }
}

let questions = 0

async function answerSurvey(): Promise<void> {
  const [question, client] = [`q-${questions++}`, 'somebody']
  await server.post('/v1/services/shop/survey', { events: [{ question, client, answer: 'great' }] })
}

async function watch(): Promise<void> {
  while (!ended.signal.aborted) {
    const asked = Date.now()
    const figures = figuresOfHealth((await server.get('/v1/services/shop/health')) as HealthView)
    const last = moments.at(-1)
    if (last !== undefined && isSame(figures, last.figures, 0)) last.until = Date.now()
    else moments.push({ figures, from: asked, until: Date.now() })
    await sleep(POLL_MS)
  }
}

/** `within`: how far from each other numbers may lie, as a share of them. */
const isSame = (one: Figures, other: Figures, within: number): boolean =>
  Object.entries(one).every(([name, value]) => {
    const said = other[name]
    return said !== undefined && Math.abs(value - said) <= within * Math.abs(said)
  })

interface Outlet {
  readonly read: () => Promise<Figures>
  /** Which it has of the service. */
  readonly has?: readonly string[]
  readonly within?: number
}

/** All that it says is what the API said within a tick of it. */
async function expectAgreement({ read, has = EVERY_FIGURE, within = 0 }: Outlet): Promise<void> {
  const found: Figures[] = []
  for (let nth = 0; nth < READS; nth++) {
    const asked = Date.now()
    const all = await read()
    const answered = Date.now()
    const figures = Object.fromEntries(has.map((name) => [name, all[name] ?? Number.NaN]))
    found.push(figures)
    await until('the API asked after it', async () => (moments.at(-1)?.until ?? 0) > answered)
    const near = moments.filter((one) => one.until >= asked - TICK_MS && one.from <= answered + POLL_MS)
    if (near.some((moment) => isSame(figures, moment.figures, within))) return
  }
  expect(found.at(-1)).toEqual(moments.at(-1)?.figures)
  expect.fail('It said so, but not at that time.')
}

describe('what is said of a service within one tick is what the API says', () => {
  it('by `holdfast health --json`', async () => {
    const read = async (): Promise<Figures> =>
      figuresOfHealth(
        JSON.parse(await commandOutput(server, directory, ['health', 'shop', '--json'])) as HealthView,
      )
    await expectAgreement({ read })
  })

  it('by `holdfast check` as performance data', async () => {
    const read = async (): Promise<Figures> =>
      figuresOfCheck(await commandOutput(server, directory, ['check', 'shop']))
    await expectAgreement({ read, has: OF_A_CHECK })
  })

  it.skipIf(without(PROMETHEUS) !== '')(`by a Prometheus that scrapes it${without(PROMETHEUS)}`, async () => {
    const config = join(directory, 'prometheus.yml')
    writeFileSync(
      config,
      `scrape_configs:
  - job_name: holdfast
    scrape_interval: 500ms
    scrape_timeout: 500ms
    authorization: { credentials_file: ${join(directory, 'data', 'operator.key')} }
    static_configs: [{ targets: ['${new URL(server.url).host}'] }]
`,
    )
    await using prometheus = await startPeer(
      PROMETHEUS,
      [`--config.file=${config}`, `--storage.tsdb.path=${join(directory, 'prometheus')}`],
      '/-/ready',
    )
    const query = encodeURIComponent('{__name__=~"holdfast_health_.+",service="shop",part=""}')
    const read = async (): Promise<Figures> => {
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${query}`)
      const { data } = (await answer.json()) as {
        readonly data: { readonly result: readonly PrometheusSample[] }
      }
      return figuresOfPrometheus(data.result)
    }
    await until('a scrape', async () => Object.keys(await read()).length >= EVERY_FIGURE.length)
    await expectAgreement({ read })
  })

  it('by OpenTelemetry, sent every ten seconds', async () => {
    const read = async (): Promise<Figures> => {
      const before = endpoint.latest()?.arrivedAt ?? 0
      await until('a message', async () => (endpoint.latest()?.arrivedAt ?? 0) > before)
      return figuresOfGauges(endpoint.latest()?.points ?? [])
    }
    await expectAgreement({ read })
  })

  it.skipIf(noPython !== '')(`in shared memory, read by the example in Python${noPython}`, async () => {
    const read = async (): Promise<Figures> => {
      const [file] = await readByPython(join(directory, 'mmv', 'holdfast_shop'))
      return Object.fromEntries(
        Object.entries(file?.values ?? {}).flatMap(([name, value]) => {
          if (value === null) return []
          return [[name, typeof value === 'number' ? value : (Object.values(value)[0] ?? Number.NaN)]]
        }),
      )
    }
    await expectAgreement({ read })
  })

  it.skipIf(noPcp !== '')(`in shared memory, read by pminfo without any daemon${noPcp}`, async () => {
    const read = async (): Promise<Figures> =>
      figuresOfPminfo(await pminfo(directory, '-f', 'mmv.holdfast_shop'))
    await expectAgreement({ read, within: 1e-15 })
  })

  describe(`with pmcd and pmproxy${noDaemons}`, () => {
    let pcp: PcpDaemons
    beforeAll(async () => {
      if (noDaemons === '') pcp = await startPcp(directory)
    })
    afterAll(async () => {
      if (noDaemons === '') await pcp[Symbol.asyncDispose]()
    })
    const names = EVERY_FIGURE.map((name) => `mmv.holdfast_shop.${name}`)

    it.skipIf(noDaemons !== '')('by pmproxy', async () => {
      const read = async (): Promise<Figures> => {
        const fetched = await pcp.fetch(names)
        return Object.fromEntries(
          EVERY_FIGURE.map((name, i) => [name, fetched.get(names[i] ?? '')?.[0] ?? NaN]),
        )
      }
      await expectAgreement({ read, within: 1e-15 })
    })

    it.skipIf(noDaemons !== '')('by pmval', async () => {
      const read = async (): Promise<Figures> => {
        const printed = await Promise.all(names.map((name) => pcp.pmval(name)))
        return Object.fromEntries(EVERY_FIGURE.map((name, i) => [name, printed[i]?.[0] ?? NaN]))
      }
      await expectAgreement({ read, within: 1e-6 })
    })
  })

  it('and was another one with most ticks, so that none of them agrees by chance', () => {
    expect(new Set(moments.map(({ figures }) => figures['throughput'])).size).toBeGreaterThan(3)
    expect(new Set(moments.map(({ figures }) => figures['more.pages'])).size).toBeGreaterThan(3)
  })
})
