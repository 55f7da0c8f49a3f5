/**
 * What a tick of many services costs: when all is known, when nothing is known yet, and how much memory it takes.
 * Beside it the sum that a rule without a model does for as many services.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { atMost, median, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { startFleet, type Took } from './world.ts'

const SERVICES = 10_000
const QUICK_SERVICES = 400

/** Five minutes: loads are known to their chance, and most service times to theirs. */
const WARM_UP_TICKS = 150
const MEASURED_TICKS = 20

const GOAL_MS = 1_000
const GOAL_MB = 2_000
const GOAL_KB_EACH = 200
/** After a start, services may be decided on as they are read; nobody waits for all of them. */
const FIRST_GOAL_MS = 60_000
const BYTES_IN_MB = 1_000_000

export const scale: Bench = {
  name: 'scale',
  says: 'what one tick of 10,000 services of three parts costs in time and memory',
  run: runScale,
}

function runScale({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  const size = quick ? QUICK_SERVICES : SERVICES
  const times = SERVICES / size
  const collect = garbageCollector()
  collect()
  const before = process.memoryUsage()
  const fleet = startFleet(size)
  const first = fleet.tick()
  say(`first tick: ${Math.round(first.ms)} ms`)
  let dearest = 0
  for (let i = 1; i <= WARM_UP_TICKS; i++) {
    const { ms } = fleet.tick()
    dearest = Math.max(dearest, ms)
    if (i % 10 === 0) say(`tick ${i}: ${Math.round(ms)} ms`)
  }
  const took: Took[] = []
  const ofRule: Took[] = []
  for (let i = 0; i < MEASURED_TICKS; i++) {
    took.push(fleet.tick())
    ofRule.push(fleet.hpaOnly())
  }
  const resident = process.memoryUsage.rss()
  collect()
  const kept = process.memoryUsage().heapUsed - before.heapUsed
  const ms = took.map((one) => one.ms * times)
  const rule = ofRule.map((one) => one.ms * times)
  const residentMb = (quick ? before.rss + kept * times : resident) / BYTES_IN_MB
  note(
    `${size} services of three parts on ${fleet.instances()} instances after ${WARM_UP_TICKS} ticks of 2 s; half of their loads are constant, half rise and fall, a quarter has a price and remedies`,
  )
  if (quick)
    note(`measured with ${size} services: times and what is kept of memory are multiplied by ${times}`)
  const hpa = 'HPA rule only'
  return Promise.resolve([
    claim('one tick of 10,000 services, median', 'ms', median(ms), {
      peers: { [hpa]: rounded(median(rule)) },
      most: GOAL_MS,
    }),
    claim(`one tick of 10,000 services, worst of ${MEASURED_TICKS}`, 'ms', Math.max(...ms), {
      peers: { [hpa]: rounded(Math.max(...rule)) },
      most: GOAL_MS,
    }),
    claim(
      'processor time of one tick, that of all threads, median',
      'ms',
      median(took.map(({ processorMs }) => processorMs * times)),
      {
        peers: { [hpa]: rounded(median(ofRule.map(({ processorMs }) => processorMs * times))) },
        most: GOAL_MS,
      },
    ),
    claim('resident memory with 10,000 services', 'MB', residentMb, { most: GOAL_MB }),
    claim('heap that one service takes, observation included', 'kB', kept / size / 1_000, {
      most: GOAL_KB_EACH,
    }),
    claim('first tick, nothing known: all 10,000 sized', 'ms', first.ms * times, { most: FIRST_GOAL_MS }),
    claim('dearest tick after it: all loads known at once', 'ms', dearest * times, { most: FIRST_GOAL_MS }),
  ])
}

const claim = (
  says: string,
  unit: string,
  value: number,
  { peers = {}, most }: { readonly peers?: Claim['peers']; readonly most: number },
): Claim => ({ claim: says, unit, ours: rounded(value), peers, bound: null, ...atMost(most, value) })

/** What is left after it is kept, not only not yet collected. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return () => {
    if (typeof collect === 'function') collect()
  }
}
