/** Runs `holdfast up` as a real process with its own data directory and ports, for tests from outside. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { severalFreePorts } from '../free-port.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Anything that takes longer than this on a busy machine is broken. */
const DEADLINE_MS = 30_000
const POLL_MS = 50

/** A start that fails has nothing to wait for but a busy machine. */
const ENDS_WITHIN_MS = 10_000

export interface Ports {
  readonly api: number
  readonly gateway: number
  readonly service: number
}

export interface RunningUp {
  readonly process: ChildProcess
  readonly url: string
  readonly output: () => string
  /** An answer of the API as JSON, asked with the operator's key. */
  get(path: string): Promise<unknown>
  post(path: string, body?: unknown): Promise<unknown>
  /** Ends it without any warning, as the kernel does to a process out of memory. */
  kill(): Promise<void>
  /** Ctrl-C, until it has ended; its exit code. */
  interrupt(): Promise<number | null>
}

/** Free at this moment; tests run one file at a time, so that nobody takes them in between. */
export async function freePorts(): Promise<Ports> {
  const [api = 0, gateway = 0, service = 0] = await severalFreePorts(3)
  return { api, gateway, service }
}

export async function startUp(
  directory: string,
  ports: Ports,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningUp> {
  const data = join(directory, 'data')
  const child = spawn(
    process.execPath,
    [
      MAIN,
      'up',
      '--data',
      data,
      '--port',
      String(ports.api),
      '--gateway-port',
      String(ports.gateway),
      ...more,
    ],
    { cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const url = `http://127.0.0.1:${ports.api}`
  const ask = async (path: string, method: 'GET' | 'POST', body?: unknown): Promise<unknown> => {
    const key = readFileSync(join(data, 'operator.key'), 'utf8').trim()
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  const running: RunningUp = {
    process: child,
    url,
    output: () => said,
    get: (path) => ask(path, 'GET'),
    post: (path, body) => ask(path, 'POST', body),
    async kill() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
    async interrupt() {
      child.kill('SIGINT')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      return child.exitCode
    },
  }
  try {
    await until(`readyz at ${url}`, async () => {
      if (child.exitCode !== null) throw new Error('holdfast up ended')
      return (await fetch(`${url}/readyz`).catch(() => null))?.status === 200
    })
  } catch (error) {
    await running.interrupt()
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${said}`, { cause: error })
  }
  return running
}

/** What another command prints, asked of the server as its operator. */
export async function commandOutput(
  { url }: Pick<RunningUp, 'url'>,
  directory: string,
  args: readonly string[],
): Promise<string> {
  const key = readFileSync(join(directory, 'data', 'operator.key'), 'utf8').trim()
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    env: { ...process.env, HOLDFAST_URL: url, HOLDFAST_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await once(child, 'close')
  return output
}

export interface EndedUp {
  readonly code: number | null
  readonly output: string
}

/** A start that is meant to end by itself; one that hangs is killed, and its code is null. */
export async function endedUp(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<EndedUp> {
  const child = spawn(process.execPath, [MAIN, 'up', ...args], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ENDS_WITHIN_MS,
    killSignal: 'SIGKILL',
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, output }
}

/** Asks again until it holds; fails with the words after the deadline. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  withinMs: number = DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    if (await holds()) return
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs / 1_000} s in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
