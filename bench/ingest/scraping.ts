/**
 * Samples of a target's text a second of processor time, from the socket to the series: by our source, by a parser from
 * npm, and by a Prometheus where one is installed. That one stores them on disk as well, so it does more.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
// @ts-expect-error -- it comes without types
import parseText from 'parse-prometheus-text-format'
import { median } from '../bench.ts'
import { startChild } from '../child.ts'
import { packedBody } from './bodies.ts'

export interface ScrapeRates {
  readonly ours: number
  readonly fromNpm: number
  /** Null where there is none. */
  readonly prometheus: number | null
}

export const SERIES = 50_000

const PROMETHEUS = '/usr/bin/prometheus'
/** Until code is compiled and every series is known. */
const WARM_UP = 5
const AT_ONCE = 4

export async function scrapeRates(rounds: number, prometheusSeconds: number): Promise<ScrapeRates> {
  using target = await startChild({
    script: new URL('target.ts', import.meta.url),
    arguments: [String(SERIES)],
    core: null,
  })
  const url = `http://127.0.0.1:${target.port}/metrics`
  using scraper = await startChild({
    script: new URL('our-scraper.ts', import.meta.url),
    arguments: [url],
    core: null,
  })
  const scrape = async (times: number): Promise<void> => {
    const answer = await (await fetch(`http://127.0.0.1:${scraper.port}/${times}`)).text()
    const { series, faults } = JSON.parse(answer) as { series: number; faults: object }
    if (series !== SERIES + 2 || Object.keys(faults).length > 0)
      throw new Error(`It was scraped wrongly: ${answer}`)
  }
  await scrape(WARM_UP)
  const packed = packedBody(SERIES, 0)
  rateFromNpm(packed)
  const ours: number[] = []
  const fromNpm: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = await scraper.cpuMicros()
    await scrape(AT_ONCE)
    ours.push((SERIES * AT_ONCE * 1e6) / ((await scraper.cpuMicros()) - before))
    fromNpm.push(rateFromNpm(packed))
  }
  const prometheus = existsSync(PROMETHEUS) ? await prometheusRate(target.port, prometheusSeconds) : null
  return { ours: median(ours), fromNpm: median(fromNpm), prometheus }
}

function rateFromNpm(packed: Buffer): number {
  const before = process.cpuUsage()
  const families = (parseText as (text: string) => readonly unknown[])(gunzipSync(packed).toString())
  const { user, system } = process.cpuUsage(before)
  if (families.length !== SERIES / 100) throw new Error(`It found ${families.length} families.`)
  return (SERIES * 1e6) / (user + system)
}

/** It scrapes once a second; the first seconds, in which it makes its series, do not count. */
async function prometheusRate(port: number, seconds: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const config = join(directory, 'prometheus.yml')
  writeFileSync(
    config,
    `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs: [{ job_name: bench, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]\n`,
  )
  const child = spawn(
    PROMETHEUS,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${await freePort()}`,
    ],
    { stdio: 'ignore' },
  )
  const ended = once(child, 'exit')
  const served = async (): Promise<number> =>
    Number(await (await fetch(`http://127.0.0.1:${port}/served`)).text())
  try {
    const first = await served()
    while ((await served()) < first + WARM_UP) await sleep(200)
    const [before, cpuBefore] = [await served(), cpuSeconds(child.pid ?? 0)]
    await sleep(seconds * 1_000)
    return (((await served()) - before) * SERIES) / (cpuSeconds(child.pid ?? 0) - cpuBefore)
  } finally {
    child.kill('SIGKILL')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Of a process, all its threads: the kernel counts in hundredths. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
