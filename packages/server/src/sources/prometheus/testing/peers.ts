/** Programs of Prometheus that are installed on this machine, for tests that run them beside ours. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../../../test/free-port.ts'

export const PROMETHEUS = '/usr/bin/prometheus'
export const PROMTOOL = '/usr/bin/promtool'
export const NODE_EXPORTER = '/usr/bin/prometheus-node-exporter'
export const BLACKBOX_EXPORTER = '/usr/bin/prometheus-blackbox-exporter'

/** Empty where all of them are installed, else why not, for a test's title. */
export function without(...programs: readonly string[]): string {
  const missing = programs.find((program) => !existsSync(program))
  return missing === undefined ? '' : ` (skipped: there is no ${missing})`
}

export interface Peer extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

const STARTS_WITHIN_MS = 20_000

/** Runs it with `--web.listen-address` until it answers at the path. */
export async function startPeer(program: string, args: readonly string[], ready: string): Promise<Peer> {
  const port = await freePort()
  const listen = `--web.listen-address=127.0.0.1:${port}`
  const child = spawn(program, [listen, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => void (said = (said + chunk.toString()).slice(-4_000)))
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  const peer: Peer = {
    url,
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
  const deadline = performance.now() + STARTS_WITHIN_MS
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url + ready).catch(() => null)
    if (answer?.ok === true) return peer
    await sleep(50)
  }
  await peer[Symbol.asyncDispose]()
  throw new Error(`${program} does not answer:\n${said}`)
}

/** What `promtool check metrics` says of a text, and with which code it ended. */
export async function checkMetrics(text: string): Promise<{ readonly code: number; readonly says: string }> {
  return new Promise((resolve) => {
    const child = execFile(PROMTOOL, ['check', 'metrics'], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), says: stdout + stderr }),
    )
    child.stdin?.end(text)
  })
}
