/** A whole `holdfast up` with sources, watched from outside while they tell of its service. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts, startUp, until, type RunningUp } from '../../packages/server/test/up/running-server.ts'
import { startChild } from '../child.ts'
import { manifestsOf } from './manifests.ts'
import type { Counted } from './sane-target.ts'

export interface SourceSeen {
  readonly name: string
  readonly faults: readonly { readonly kind: string; readonly times: number }[]
  readonly series: number
}

export interface Watched {
  readonly peakBytes: number
  /** Of a tick, and of an answer to who asks whether it lives. */
  readonly meanTickMs: number
  readonly tickAtMostMs: number
  readonly slowestAnswerMs: number
  /** What the well-behaved target counted, and what Holdfast did. */
  readonly counted: Counted
  readonly measured: Measured
  readonly sources: readonly SourceSeen[]
}

interface Measured {
  readonly completed: number
  readonly levelOperations: number
  readonly levelOver: number
  readonly waiting: number | null
}

const WELL_BEHAVED_FIRST_MS = 2_000
/** Two scrapes and the ticks behind them, and then what is settled. */
const LAST_SCRAPES_MS = 7_000

export async function watchServer(isMad: boolean, forMs: number): Promise<Watched> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-mad-'))
  using sane = await startChild({ script: here('sane-target.ts'), arguments: [], core: null })
  using mad = await startChild({ script: here('mad-targets.ts'), arguments: [], core: null })
  const silent = Number(await (await fetch(`http://127.0.0.1:${mad.port}/silent`)).text())
  const log = join(directory, 'access.log')
  writeFileSync(log, '')
  const manifests = join(directory, 'shop.yaml')
  const addresses = { sane: sane.port, mad: mad.port, silent, log }
  writeFileSync(manifests, manifestsOf(addresses, false))
  const ports = await freePorts()
  const otlp = ['--otlp-http-port', String(ports.service), '--otlp-grpc-port', 'off']
  const began = new Date().toISOString()
  const running = await startUp(directory, ports, ['-f', manifests, ...otlp])
  try {
    const key = readFileSync(join(directory, 'data', 'operator.key'), 'utf8').trim()
    const watch = watchProcess(running)
    await until('the well-behaved target to be asked', async () => (await countedBy(sane.port)).scrapes > 1)
    await sleep(WELL_BEHAVED_FIRST_MS)
    if (isMad) {
      const text = manifestsOf(addresses, true)
      await running.post('/v1/apply', { files: [{ name: 'mad.yaml', directory: '/', text }] })
    }
    const senders = isMad
      ? await startChild({
          script: here('mad-senders.ts'),
          arguments: [running.url, `http://127.0.0.1:${ports.service}`, key, log],
          core: null,
        })
      : null
    await sleep(forMs)
    await fetch(`http://127.0.0.1:${sane.port}/stop`)
    await sleep(LAST_SCRAPES_MS)
    const seen = await readAll(running, key, began)
    senders?.[Symbol.dispose]()
    return { ...(await watch.stop()), ...seen, counted: await countedBy(sane.port) }
  } finally {
    await running.kill()
    rmSync(directory, { recursive: true, force: true })
  }
}

const here = (script: string): URL => new URL(script, import.meta.url)

const countedBy = async (port: number): Promise<Counted> =>
  (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as Counted

const LOOK_EVERY_MS = 200

interface Watch {
  stop(): Promise<Pick<Watched, 'peakBytes' | 'slowestAnswerMs'>>
}

function watchProcess({ process: { pid = 0 }, url }: RunningUp): Watch {
  const stopped = new AbortController()
  let slowestAnswerMs = 0
  const asking = (async () => {
    while (!stopped.signal.aborted) {
      const began = performance.now()
      await fetch(`${url}/livez`)
        .then((answer) => answer.text())
        .catch(() => null)
      slowestAnswerMs = Math.max(slowestAnswerMs, performance.now() - began)
      await sleep(LOOK_EVERY_MS)
    }
  })()
  return {
    async stop() {
      // What it took at most, as the kernel knows it.
      const [, peak = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      stopped.abort()
      await asking
      return { peakBytes: Number(peak) * 1_024, slowestAnswerMs }
    },
  }
}

interface HealthSeen {
  readonly metrics: {
    readonly throughput: { readonly observations?: number }
    readonly violations: { readonly value: readonly { operations: number; over: number }[] | null }
  }
  readonly more: readonly { readonly name: string; readonly metric: { readonly value: number | null } }[]
}

async function readAll(
  running: RunningUp,
  key: string,
  began: string,
): Promise<Pick<Watched, 'measured' | 'sources' | 'meanTickMs' | 'tickAtMostMs'>> {
  const health = (await running.get(`/v1/services/shop/health?since=${began}`)) as HealthSeen
  const { items } = (await running.get('/v1/services/shop/sources?limit=100')) as {
    items: readonly SourceSeen[]
  }
  const level = health.metrics.violations.value?.[0]
  return {
    sources: items,
    measured: {
      completed: health.metrics.throughput.observations ?? 0,
      levelOperations: level?.operations ?? 0,
      levelOver: level?.over ?? 0,
      waiting: health.more.find(({ name }) => name === 'jobs-waiting')?.metric.value ?? null,
    },
    ...ticksIn(
      await (await fetch(`${running.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text(),
    ),
  }
}

/** From what the server says of itself: the least bound that all ticks are below. */
function ticksIn(text: string): Pick<Watched, 'meanTickMs' | 'tickAtMostMs'> {
  const figure = (name: string): number =>
    Number(new RegExp(`^holdfast_tick_duration_seconds_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN)
  const bounds = [...text.matchAll(/^holdfast_tick_duration_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)]
  const all = figure('count')
  const [, bound = '+Inf'] = bounds.find(([, , count]) => Number(count) === all) ?? []
  return {
    meanTickMs: (figure('sum') / all) * 1_000,
    tickAtMostMs: bound === '+Inf' ? Infinity : Number(bound) * 1_000,
  }
}
