/**
 * What a Prometheus takes that scrapes a target once a second, where one is installed: samples a second of processor time
 * and memory. It stores what it scrapes on disk as well, so it does more than a source of ours.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/server/test/free-port.ts'
import { startChild } from '../child.ts'

export interface PrometheusFigures {
  readonly samplesACpuSecond: number
  readonly residentBytes: number
}

const PROMETHEUS = '/usr/bin/prometheus'

export const hasPrometheus: boolean = existsSync(PROMETHEUS)

/** Scrapes until every series is known. */
const WARM_UP = 5

/** It scrapes once a second; the first seconds, in which it makes its series, do not count. */
export async function prometheusOf(series: number, seconds: number): Promise<PrometheusFigures> {
  using target = await startChild({
    script: new URL('target.ts', import.meta.url),
    arguments: [String(series)],
    core: null,
  })
  const { port } = target
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
    const pid = child.pid ?? 0
    const [before, cpuBefore] = [await served(), cpuSeconds(pid)]
    await sleep(seconds * 1_000)
    const samples = ((await served()) - before) * series
    return { samplesACpuSecond: samples / (cpuSeconds(pid) - cpuBefore), residentBytes: residentBytes(pid) }
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

function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1_024
}
