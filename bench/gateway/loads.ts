/** Runs one load against one port in a process of its own and reads what it found. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

const PACED_LOAD = fileURLToPath(new URL('./paced-load.ts', import.meta.url))
const AUTOCANNON = createRequire(import.meta.url).resolve('autocannon/autocannon.js')

export interface Latency {
  readonly p50: number
  readonly p99: number
}

interface PacedLoad {
  readonly port: number
  readonly connections: number
  readonly perSecond: number
  readonly seconds: number
}

export async function latencyAt({ port, connections, perSecond, seconds }: PacedLoad): Promise<Latency> {
  const { stdout } = await run(process.execPath, [
    PACED_LOAD,
    ...[port, connections, perSecond, seconds].map(String),
  ])
  const { p50, p99, failed } = JSON.parse(stdout) as Latency & { failed: number }
  if (failed > 0) throw new Error(`${failed} requests failed on port ${port}`)
  return { p50, p99 }
}

interface FullLoad {
  readonly port: number
  readonly connections: number
  readonly seconds: number
}

export interface Throughput {
  readonly requests: number
  readonly perSecond: number
}

/** As many requests as come back, each connection asking again at once. */
export async function throughputOf({ port, connections, seconds }: FullLoad): Promise<Throughput> {
  const options = [
    '--connections',
    String(connections),
    '--duration',
    String(seconds),
    '--json',
    '--no-progress',
  ]
  const { stdout } = await run(process.execPath, [
    AUTOCANNON,
    ...options,
    `http://127.0.0.1:${port}/items/17`,
  ])
  const result = JSON.parse(stdout) as { '2xx': number; non2xx: number; errors: number; duration: number }
  if (result.non2xx + result.errors > 0) throw new Error(`requests failed on port ${port}`)
  return { requests: result['2xx'], perSecond: result['2xx'] / result.duration }
}
