/**
 * What the gateway costs: time added to a request below saturation, against calling the instance directly,
 * and requests that one core carries, beside the least proxy that node:http can be. Instance, proxies and
 * load are processes of their own; on two cores the proxy under test has one and all others share the other.
 */
import { freePort } from '../../packages/server/test/free-port.ts'
import { atMost, median, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { bindsToCores, startChild, type Child } from '../child.ts'
import { carriedBy, shareClaim, type Carried, type Rounds } from './carried.ts'
import { latencyAt, throughputOf, type Latency } from './loads.ts'

const BARE = 'bare node:http proxy'

const PROXY_CORE = 0

const CONNECTIONS = 16
/** Some tenth of what a proxy can carry here, so that what is added is work and not waiting. */
const PER_SECOND = 500
const FULL_CONNECTIONS = 32

const OVERHEAD_GOAL_MS = 0.5
/** The tail shows the machine's other work more than the proxy's own, so its goal is a coarse one. */
const OVERHEAD_TAIL_GOAL_MS = 5
const THROUGHPUT_GOAL_SHARE = 0.9

export const gateway: Bench = {
  name: 'gateway',
  says: 'what the gateway adds to a request, and how many requests one core of it carries',
  run: runGateway,
}

async function runGateway({ quick, say }: BenchOptions): Promise<readonly Claim[]> {
  const overheadRounds: Rounds = quick ? { count: 3, seconds: 1.5 } : { count: 9, seconds: 4 }
  // Many short turns, since what else the machine does comes and goes within seconds.
  const throughputRounds: Rounds = { count: quick ? 7 : 25, seconds: 1 }
  if (!bindsToCores) say('taskset is not there, so processes share all cores')
  using instance = await startChild({
    script: new URL('./instance.ts', import.meta.url),
    arguments: [],
    core: null,
  })
  using bare = await startChild({
    script: new URL('./bare-proxy.ts', import.meta.url),
    arguments: [String(instance.port)],
    core: PROXY_CORE,
  })
  using ours = await startChild({
    script: new URL('./our-gateway.ts', import.meta.url),
    arguments: [String(instance.port), String(await freePort())],
    core: PROXY_CORE,
  })
  say('warming up')
  for (const { port } of [bare, ours]) await throughputOf({ port, connections: FULL_CONNECTIONS, seconds: 2 })
  return [
    ...(await overhead({ instance, bare, ours }, overheadRounds, say)),
    ...(await throughput({ bare, ours }, throughputRounds, say)),
  ]
}

async function overhead(
  children: { readonly instance: Child; readonly bare: Child; readonly ours: Child },
  { count, seconds }: Rounds,
  say: BenchOptions['say'],
): Promise<readonly Claim[]> {
  const load = { connections: CONNECTIONS, perSecond: PER_SECOND, seconds }
  const direct: Latency[] = []
  const bare: Latency[] = []
  const ours: Latency[] = []
  for (let round = 1; round <= count; round += 1) {
    say(`overhead, round ${round} of ${count}`)
    direct.push(await latencyAt({ ...load, port: children.instance.port }))
    ours.push(await latencyAt({ ...load, port: children.ours.port }))
    bare.push(await latencyAt({ ...load, port: children.bare.port }))
  }
  const added = (proxy: readonly Latency[], key: keyof Latency): number =>
    rounded(median(proxy.map((latency) => latency[key])) - median(direct.map((latency) => latency[key])))
  const claim = (key: keyof Latency, goalMs: number): Claim => ({
    claim: `time added to a request, ${key}, at ${PER_SECOND} requests/s, against calling the instance directly`,
    unit: 'ms',
    ours: added(ours, key),
    peers: { [BARE]: added(bare, key) },
    bound: 0,
    ...atMost(goalMs, added(ours, key)),
  })
  return [claim('p50', OVERHEAD_GOAL_MS), claim('p99', OVERHEAD_TAIL_GOAL_MS)]
}

async function throughput(
  children: { readonly bare: Child; readonly ours: Child },
  { count, seconds }: Rounds,
  say: BenchOptions['say'],
): Promise<readonly Claim[]> {
  const load = { connections: FULL_CONNECTIONS, seconds }
  const bare: Carried[] = []
  const ours: Carried[] = []
  for (let round = 1; round <= count; round += 1) {
    say(`throughput, round ${round} of ${count}`)
    // The one that comes first changes, as a machine may grow slower or quicker within a round.
    const turns = [
      async () => void ours.push(await carriedBy(children.ours, load)),
      async () => void bare.push(await carriedBy(children.bare, load)),
    ]
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
  }
  const sides = { ours, peer: bare, peerName: BARE, goalShare: THROUGHPUT_GOAL_SHARE }
  return [
    shareClaim('requests/s at full load, proxy on one core', { ...sides, key: 'perSecond' }),
    shareClaim('requests in one second of processor time', { ...sides, key: 'perCpuSecond' }),
  ]
}
