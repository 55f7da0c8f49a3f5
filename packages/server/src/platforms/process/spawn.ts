/**
 * Starts an instance's process: in a session of its own, so that it and all that it starts can be
 * signalled together and a Ctrl-C in the server's terminal does not reach it; with an environment of its
 * own, so that nothing of the server's leaks; writing straight to its log, so that it outlives the server.
 */
import { spawn } from 'node:child_process'
import { stat, type FileHandle } from 'node:fs/promises'
import { delimiter, dirname } from 'node:path'
import { fail, ok, type Result } from '@holdfast/core/units'
import type { InstanceSpec } from '../platform.ts'
import { identify, INSTALLATION_MARK, RUN_MARK, type ProcessIdentity } from './process-identity.ts'

export interface LiveProcess extends ProcessIdentity {
  /** How it ended, in words. */
  readonly exited: Promise<string>
}

export interface SpawnOrder {
  readonly spec: InstanceSpec
  readonly port: number
  readonly apiUrl: string | null
  readonly installation: string
  readonly run: string
  readonly log: FileHandle
}

/** What programs can rightly expect of any machine; everything else of the server's is none of their business. */
const PASSED_ON = ['HOME', 'LANG', 'TZ', 'TMPDIR'] as const

/** In the error it says in words what was wrong. */
export async function spawnInstance(order: SpawnOrder): Promise<Result<LiveProcess, string>> {
  const { command, directory } = order.spec.run
  const [program, ...args] = command
  if (program === undefined) return fail('the command is empty')
  if (!(await isDirectory(directory))) return fail(`the directory ${directory} does not exist`)
  const child = spawn(program, args, {
    cwd: directory,
    env: instanceEnvironment(order, process.env),
    detached: true,
    stdio: ['ignore', order.log.fd, order.log.fd],
  })
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exited with code ${code}` : `was ended by ${signal}`)
    })
  })
  const fault = await new Promise<Error | null>((resolve) => {
    child.once('spawn', () => resolve(null))
    child.once('error', resolve)
  })
  if (fault !== null || child.pid === undefined) return fail(fault?.message ?? 'it has no pid')
  child.unref()
  // Should it have ended already, its pid is not given out again before its exit was noticed here.
  const identity = (await identify(child.pid)) ?? { pid: child.pid, started: '' }
  return ok({ ...identity, exited })
}

export function instanceEnvironment(
  { spec, port, apiUrl, installation, run }: Omit<SpawnOrder, 'log'>,
  server: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const path = [dirname(process.execPath), server['PATH'] ?? ''].filter((part) => part !== '')
  const environment: Record<string, string> = { PATH: path.join(delimiter) }
  for (const name of PASSED_ON) {
    const value = server[name]
    if (value !== undefined) environment[name] = value
  }
  if (apiUrl !== null) environment['HOLDFAST_URL'] = apiUrl
  Object.assign(environment, spec.run.environment)
  for (const [part, url] of Object.entries(spec.peers)) {
    environment[`HOLDFAST_URL_${part.toUpperCase().replaceAll('-', '_')}`] = url
  }
  // Last, as nothing in a manifest may make an instance pass for another one.
  return Object.assign(environment, {
    PORT: String(port),
    HOLDFAST_INSTANCE: spec.id,
    HOLDFAST_SERVICE: spec.service,
    HOLDFAST_PART: spec.part,
    [INSTALLATION_MARK]: installation,
    [RUN_MARK]: run,
  })
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
