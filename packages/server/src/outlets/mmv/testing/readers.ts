/** Programs of others that read the files: the example in Python, and pminfo of Performance Co-Pilot. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

const READER: string = fileURLToPath(new URL('../../../../../../examples/mmv/read_mmv.py', import.meta.url))

const answers = (command: string): boolean => spawnSync(command, ['--version']).status === 0

/** Empty where there is a Python, else why not, for a test's title. */
export const noPython: string = answers('python3') ? '' : ' (skipped: there is no python3)'

export interface ReadFile {
  readonly file: string
  readonly process: number
  readonly isOneMoment: boolean
  readonly values: Readonly<Record<string, number | null | Readonly<Record<string, number | null>>>>
}

export async function readByPython(path: string): Promise<readonly ReadFile[]> {
  const { stdout } = await run('python3', [READER, path])
  return JSON.parse(stdout) as readonly ReadFile[]
}

/** A program that has the example as its module `read_mmv`. */
export async function runPython(program: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, PYTHONPATH: dirname(READER), PYTHONDONTWRITEBYTECODE: '1' }
  return (await run('python3', ['-c', program, ...args], { env })).stdout
}

const pcp = findPcp()

/** Empty where Performance Co-Pilot is installed and has its name space, else why not, for a test's title. */
export const noPcp: string = 'why' in pcp ? ` (skipped: ${pcp.why})` : ''

function findPcp(): { readonly agent: string } | { readonly why: string } {
  if (!answers('pminfo') || !existsSync('/etc/pcp.conf')) return { why: 'there is no pminfo' }
  const configuration = readFileSync('/etc/pcp.conf', 'utf8')
  const agents = /^PCP_PMDAS_DIR=(.*)$/m.exec(configuration)?.[1] ?? ''
  const names = /^PCP_VAR_DIR=(.*)$/m.exec(configuration)?.[1] ?? ''
  const agent = join(agents, 'mmv', 'pmda_mmv.so')
  if (!existsSync(agent)) return { why: `there is no ${agent}` }
  if (!existsSync(join(names, 'pmns', 'root'))) return { why: `${names}/pmns/Rebuild has not run` }
  return { agent }
}

/** What pminfo prints, without any daemon, of the files in the directory's folder `mmv`. */
export async function pminfo(directory: string, ...args: readonly string[]): Promise<string> {
  if ('why' in pcp) throw new Error(pcp.why)
  const agents = ['-L', '-K', 'clear', '-K', `add,70,${pcp.agent},mmv_init`]
  const env = { ...process.env, PCP_TMP_DIR: directory }
  return (await run('pminfo', [...agents, ...args], { env })).stdout
}
