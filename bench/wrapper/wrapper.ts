/**
 * What the wrapper costs a program: requests that one core of node:http answers with it and without it, while Holdfast
 * takes what it is told and while it is away; and what one operation costs by itself. Programs and load are processes of
 * their own; on two cores the program under test has one and all others share the other.
 */
import { createMeter } from '../../packages/client/src/index.ts'
import { atMost, median, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { bindsToCores, startChild, type Child } from '../child.ts'
import { carriedBy, shareClaim, type Carried, type Rate, type Rounds } from '../gateway/carried.ts'
import { throughputOf } from '../gateway/loads.ts'

const BARE = 'bare node:http'

const PROGRAM_CORE = 0
const CONNECTIONS = 32

/** Nobody listens there. */
const AWAY = 'http://127.0.0.1:9'

const THROUGHPUT_GOAL_SHARE = 0.95
const OPERATION_GOAL_NS = 1_000
const OPERATIONS = 2_000_000

export const wrapper: Bench = {
  name: 'wrapper',
  says: 'what measuring from inside costs a program, also while Holdfast is away',
  run: runWrapper,
}

async function runWrapper({ quick, say }: BenchOptions): Promise<readonly Claim[]> {
  const rounds: Rounds = { count: quick ? 7 : 25, seconds: 1 }
  if (!bindsToCores) say('taskset is not there, so processes share all cores')
  using holdfast = await startChild({
    script: new URL('./holdfast.ts', import.meta.url),
    arguments: [],
    core: null,
  })
  const start = (...urls: readonly string[]): Promise<Child> =>
    startChild({ script: new URL('./program.ts', import.meta.url), arguments: urls, core: PROGRAM_CORE })
  using bare = await start()
  using told = await start(`http://127.0.0.1:${holdfast.port}`)
  using away = await start(AWAY)
  const programs = { bare, told, away }
  say('warming up')
  for (const { port } of Object.values(programs))
    await throughputOf({ port, connections: CONNECTIONS, seconds: 2 })
  return [...(await throughput(programs, rounds, say)), operationClaim()]
}

type Programs = Readonly<Record<'bare' | 'told' | 'away', Child>>

async function throughput(
  programs: Programs,
  { count, seconds }: Rounds,
  say: BenchOptions['say'],
): Promise<readonly Claim[]> {
  const load = { connections: CONNECTIONS, seconds }
  const results: Record<keyof Programs, Carried[]> = { bare: [], told: [], away: [] }
  const names = ['bare', 'told', 'away'] as const
  for (let round = 1; round <= count; round += 1) {
    say(`round ${round} of ${count}`)
    // The one that comes first changes, as a machine may grow slower or quicker within a round.
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? 'bare'
      results[name].push(await carriedBy(programs[name], load))
    }
  }
  const peer = { peer: results.bare, peerName: BARE, goalShare: THROUGHPUT_GOAL_SHARE }
  return (['perSecond', 'perCpuSecond'] as const).flatMap((key) => [
    shareClaim(`${WORDS[key]}, Holdfast told each second`, { ...peer, ours: results.told, key }),
    shareClaim(`${WORDS[key]}, Holdfast away`, { ...peer, ours: results.away, key }),
  ])
}

const WORDS: Readonly<Record<Rate, string>> = {
  perSecond: 'requests/s at full load, program on one core',
  perCpuSecond: 'requests in one second of processor time',
}

/** Start and end of an operation among a hundred names, beside reading the clock twice. */
function operationClaim(): Claim {
  const meter = createMeter({ url: AWAY, key: 'hf_bench', service: 'shop', part: 'web', everyMs: 3_600_000 })
  const names = Array.from({ length: 100 }, (_, i) => `GET /path-${i}`)
  const nanosecondsOf = (run: (name: string) => void): number => {
    const beganMs = performance.now()
    for (let i = 0; i < OPERATIONS; i += 1) run(names[i % names.length] ?? '')
    return ((performance.now() - beganMs) * 1e6) / OPERATIONS
  }
  const measured = (name: string): void => meter.start(name, GOLD).end()
  const clock = (): void => void (performance.now() + performance.now())
  for (const run of [measured, clock]) nanosecondsOf(run)
  const ours = rounded(median([1, 2, 3].map(() => nanosecondsOf(measured))))
  const peer = rounded(median([1, 2, 3].map(() => nanosecondsOf(clock))))
  void meter.close()
  return {
    claim: 'one operation, start and end, without a server around it',
    unit: 'ns',
    ours,
    peers: { 'reading the clock twice': peer },
    bound: peer,
    ...atMost(OPERATION_GOAL_NS, ours),
  }
}

const GOLD = { class: 'gold' }
