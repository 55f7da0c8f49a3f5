/** pmcd and pmproxy of Performance Co-Pilot, with directories and ports of their own, as whoever runs the test. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { noPcp } from '../../src/outlets/mmv/testing/readers.ts'
import { freePorts, until } from './running-server.ts'

const run = promisify(execFile)

function configured(key: string): string {
  const text = existsSync('/etc/pcp.conf') ? readFileSync('/etc/pcp.conf', 'utf8') : ''
  return new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? ''
}

const [PROGRAMS, AGENTS] = [configured('PCP_BINADM_DIR'), configured('PCP_PMDAS_DIR')]

/** Empty where both are installed, else why not, for a test's title. */
export const noDaemons: string =
  noPcp !== '' ? noPcp : existsSync(join(PROGRAMS, 'pmproxy')) ? '' : ' (skipped: there is no pmproxy)'

export interface PcpDaemons extends AsyncDisposable {
  /** Values by metric, of metrics with instances by instance, all fetched at once through pmproxy. */
  fetch(names: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>>
  /** What pmval prints of one metric: its values, in one line each time. */
  pmval(name: string): Promise<readonly number[]>
}

interface Fetched {
  readonly values: readonly {
    readonly name: string
    readonly instances: readonly { readonly value: number }[]
  }[]
}

/** They read the folder `mmv` of the directory. */
export async function startPcp(directory: string): Promise<PcpDaemons> {
  const own = join(directory, 'pcp')
  for (const folder of ['run', 'log/pmcd', 'log/pmproxy']) mkdirSync(join(own, folder), { recursive: true })
  mkdirSync(join(directory, 'pmproxy'), { recursive: true })
  const configuration = join(own, 'pmcd.conf')
  writeFileSync(
    configuration,
    `pmcd 2 dso pmcd_init ${AGENTS}/pmcd/pmda_pmcd.so
mmv 70 dso mmv_init ${AGENTS}/mmv/pmda_mmv.so

[access]
disallow ".*" : store;
disallow ":*" : store;
allow "local:*" : all;
`,
  )
  const env = {
    ...process.env,
    PCP_TMP_DIR: directory,
    PCP_RUN_DIR: join(own, 'run'),
    PCP_LOG_DIR: join(own, 'log'),
  }
  const { api: pmcd, gateway: pmproxy } = await freePorts()
  const start = (program: string, port: number, more: readonly string[]): ChildProcess =>
    spawn(
      join(PROGRAMS, program),
      [
        ['-f', '-A', '-p', String(port), '-i', '127.0.0.1', '-U', userInfo().username],
        ['-s', join(own, 'run', `${program}.socket`), '-l', join(own, 'log', `${program}.log`)],
        more,
      ].flat(),
      { env, stdio: 'ignore' },
    )
  const daemons = [
    start('pmcd', pmcd, ['-c', configuration, '-x', join(own, 'log', 'fatal.log')]),
    start('pmproxy', pmproxy, []),
  ]
  const host = `127.0.0.1:${pmcd}`
  const fetchAll = async (names: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> => {
    const query = new URLSearchParams({ names: names.join(','), hostspec: host }).toString()
    const answer = await fetch(`http://127.0.0.1:${pmproxy}/pmapi/fetch?${query}`)
    const { values } = (await answer.json()) as Fetched
    return new Map(values.map(({ name, instances }) => [name, instances.map(({ value }) => value)]))
  }
  await until('pmcd and pmproxy', async () => {
    const found = await fetchAll(['pmcd.numagents']).catch(() => null)
    return found?.get('pmcd.numagents')?.[0] === 2
  })
  return {
    fetch: fetchAll,
    async pmval(name) {
      // Wide enough for all digits that it is told to print.
      const { stdout } = await run('pmval', ['-h', host, '-s', '1', '-w', '24', '-f', '9', name], { env })
      const last = stdout.trim().split('\n').at(-1) ?? ''
      return last.trim().split(/\s+/).map(Number)
    },
    async [Symbol.asyncDispose]() {
      for (const daemon of daemons) {
        if (daemon.exitCode !== null || daemon.signalCode !== null) continue
        daemon.kill('SIGTERM')
        await once(daemon, 'exit')
      }
    },
  }
}
