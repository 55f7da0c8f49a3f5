/**
 * What a core carries: clients' updates over HTTP, one by one and in batches, beside the least that node:http can do with
 * them; how much memory a client takes, and what a token costs. Servers and load are processes of their own; on two cores
 * the server has one.
 */
import { execFile } from 'node:child_process'
import { createHmac, createSecretKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openToken, sealToken } from '../../packages/server/src/pacing/tokens.ts'
import { atLeast, atMost, median, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { bindsToCores, startChild, type Child } from '../child.ts'
import type { Wanted } from './manifests.ts'

const SERVER_CORE = 0
const CONNECTIONS = 32
const BATCH = 100
/** They come around every few seconds, when they are due. */
const CLIENTS = 200_000
const CLIENTS_IN_BATCHES = 2_000_000

/** So that a client that comes around every few seconds is never too soon. */
const WANTED: Omit<Wanted, 'kept'> = {
  clients: 2 * CLIENTS_IN_BATCHES,
  budget: '',
  stale: '10 %',
  longest: '2s',
  first: '1min',
}

const SINGLE_GOAL = 50_000
const BATCH_GOAL = 800_000
const CLIENT_GOAL_BYTES = 64
const MANY_GOAL_MB = 650
const TOKEN_GOAL_CHARACTERS = 96
const TOKEN_GOAL_MICROS = 6

export const pacingServer: Bench = {
  name: 'pacing-server',
  says: 'how many updates of clients one core takes, how much memory a client takes, what a token costs',
  run: runPacingServer,
}

async function runPacingServer(options: BenchOptions): Promise<readonly Claim[]> {
  if (!bindsToCores) options.say('taskset is not there, so processes share all cores')
  return [...(await throughputClaims(options)), ...(await memoryClaims(options)), ...tokenClaims()]
}

interface Contender {
  readonly child: Child
  readonly key: string
}

async function throughputClaims({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  const directory = mkdtempSync(join(tmpdir(), 'hf-bench-'))
  try {
    const holdfast = async (kept: 'server' | 'client'): Promise<Contender> => {
      const data = join(directory, kept)
      const child = await startChild({
        script: new URL('./holdfast.ts', import.meta.url),
        arguments: [data, '0', JSON.stringify({ ...WANTED, kept })],
        core: SERVER_CORE,
      })
      return { child, key: readFileSync(join(data, 'operator.key'), 'utf8').trim() }
    }
    const bare = await startChild({
      script: new URL('./bare.ts', import.meta.url),
      arguments: [],
      core: SERVER_CORE,
    })
    const contenders = {
      kept: await holdfast('server'),
      carried: await holdfast('client'),
      bare: { child: bare, key: 'none' },
    }
    using _kept = contenders.kept.child
    using _carried = contenders.carried.child
    using _bare = contenders.bare.child
    const rounds = quick ? 1 : 5
    const seconds = quick ? 2 : 8
    const single = await measured(contenders, { rounds, seconds, batch: 1, clients: CLIENTS, say })
    const batched = await measured(contenders, {
      rounds,
      seconds,
      batch: BATCH,
      clients: CLIENTS_IN_BATCHES,
      say,
    })
    note('Rates are of one second of the server’s processor time.')
    note(`By the clock: ${single.kept.byClock}/s one by one, ${batched.kept.byClock}/s in batches.`)
    return [
      claimOf('updates one by one, clients kept by the server', single.kept, single.bare, SINGLE_GOAL),
      claimOf('updates one by one, clients that carry a token', single.carried, single.bare, null),
      claimOf(`updates in batches of ${BATCH}, clients kept`, batched.kept, batched.bare, BATCH_GOAL),
      claimOf(`updates in batches of ${BATCH}, with tokens`, batched.carried, batched.bare, null),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Rate {
  readonly perCpuSecond: number
  readonly byClock: number
}

interface Rounds {
  readonly rounds: number
  readonly seconds: number
  readonly batch: number
  readonly clients: number
  readonly say: BenchOptions['say']
}

async function measured<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, say, ...load }: Rounds,
): Promise<Readonly<Record<Name, Rate>>> {
  const found: Partial<Record<Name, Rate[]>> = {}
  const names = Object.keys(contenders) as Name[]
  for (let round = 0; round <= rounds; round += 1)
    for (const name of names) {
      say(`${load.batch === 1 ? 'one by one' : 'in batches'}, ${name}, round ${round} of ${rounds}`)
      const rate = await loaded(contenders[name], { ...load, carries: name === 'carried' })
      // The first round makes clients known and code quick.
      if (round > 0) found[name] = [...(found[name] ?? []), rate]
    }
  const middle = (rates: readonly Rate[]): Rate => ({
    perCpuSecond: Math.round(median(rates.map(({ perCpuSecond }) => perCpuSecond))),
    byClock: Math.round(median(rates.map(({ byClock }) => byClock))),
  })
  return Object.fromEntries(names.map((name) => [name, middle(found[name] ?? [])])) as Record<Name, Rate>
}

const run = promisify(execFile)

interface Load {
  readonly seconds: number
  readonly batch: number
  readonly clients: number
  readonly carries: boolean
}

async function loaded({ child, key }: Contender, { seconds, batch, clients, carries }: Load): Promise<Rate> {
  const before = await child.cpuMicros()
  const { stdout } = await run(process.execPath, [
    fileURLToPath(new URL('./update-load.ts', import.meta.url)),
    ...[child.port, key, seconds, CONNECTIONS, clients, batch, carries ? 'carry' : 'none'].map(String),
  ])
  const usedSeconds = ((await child.cpuMicros()) - before) / 1_000_000
  const { answered, failed, seconds: lasted } = JSON.parse(stdout) as Record<string, number>
  if ((failed ?? 0) > 0 || !(answered ?? 0)) throw new Error(`${failed} updates were not taken: ${stdout}`)
  return { perCpuSecond: (answered ?? 0) / usedSeconds, byClock: (answered ?? 0) / (lasted ?? 1) }
}

const claimOf = (claim: string, ours: Rate, bare: Rate, goal: number | null): Claim => ({
  claim,
  unit: 'updates/CPU s',
  ours: ours.perCpuSecond,
  peers: { 'bare node:http': bare.perCpuSecond },
  bound: bare.perCpuSecond,
  ...(goal === null ? { goal: 'none', holds: true } : atLeast(goal, ours.perCpuSecond)),
})

async function memoryClaims({ quick, say }: BenchOptions): Promise<readonly Claim[]> {
  const filled = async (clients: number): Promise<{ bytes: number; microsEach: number }> => {
    say(`filling ${clients} clients`)
    const script = fileURLToPath(new URL('./memory.ts', import.meta.url))
    const { stdout } = await run(process.execPath, ['--expose-gc', script, String(clients)])
    return JSON.parse(stdout) as { bytes: number; microsEach: number }
  }
  const one = await filled(1_000_000)
  const claims: Claim[] = [
    {
      claim: 'memory of a client of a million, with two parameters',
      unit: 'bytes',
      ours: rounded(one.bytes / 1_000_000),
      peers: {},
      bound: null,
      ...atMost(CLIENT_GOAL_BYTES, one.bytes / 1_000_000),
    },
    {
      claim: 'taking an update, without HTTP and JSON',
      unit: 'µs',
      ours: rounded(one.microsEach),
      peers: {},
      bound: null,
      goal: 'none',
      holds: true,
    },
  ]
  if (quick) return claims
  const ten = await filled(10_000_000)
  return [
    ...claims,
    {
      claim: 'memory of ten million clients',
      unit: 'MB',
      ours: rounded(ten.bytes / 1e6),
      peers: {},
      bound: null,
      ...atMost(MANY_GOAL_MB, ten.bytes / 1e6),
    },
  ]
}

const TIMES = 100_000

function tokenClaims(): readonly Claim[] {
  const keys = [{ number: 1, secret: createSecretKey(Buffer.alloc(32, 1)) }]
  const of = { watch: 'players', layout: 'abcdefghijkl', client: 'player-1234567' }
  const carried = new Uint8Array(48).map((_, at) => at)
  const token = sealToken(keys, of, carried)
  const micros = (work: () => unknown): number => {
    const began = process.cpuUsage()
    for (let i = 0; i < TIMES; i += 1) work()
    const { user, system } = process.cpuUsage(began)
    return (user + system) / TIMES
  }
  const both = (): void => {
    openToken(keys, of, token, carried.byteLength)
    sealToken(keys, of, carried)
  }
  const text = Buffer.alloc(100)
  const two = (): void => {
    for (let i = 0; i < 2; i += 1)
      createHmac('sha256', keys[0]?.secret ?? '')
        .update(text)
        .digest()
  }
  for (const work of [both, two]) micros(work)
  const ours = rounded(median([1, 2, 3].map(() => micros(both))))
  const hmacs = rounded(median([1, 2, 3].map(() => micros(two))))
  return [
    {
      claim: 'opening a token and sealing the next one',
      unit: 'µs',
      ours,
      peers: { 'two HMACs alone': hmacs },
      bound: hmacs,
      ...atMost(TOKEN_GOAL_MICROS, ours),
    },
    {
      claim: 'length of a token, with two parameters',
      unit: 'characters',
      ours: token.length,
      peers: {},
      bound: null,
      ...atMost(TOKEN_GOAL_CHARACTERS, token.length),
    },
  ]
}
