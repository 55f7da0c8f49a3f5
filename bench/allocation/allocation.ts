/**
 * What keeping an agreement costs: instances and remedies together, of Holdfast and of others' rules for scaling
 * at whichever of their targets turns out best, on the same loads in the same simulated world; and beside them
 * one who knows the load beforehand.
 */
import { minutes } from '@holdfast/core/units'
import { secondsOf, type Trace } from '@holdfast/simulator'
import { atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { panelClaims, traceClaims } from './claims.ts'
import { compareOn } from './compare.ts'
import { contenders, PEER_NAMES, targetText, type Contender } from './contenders.ts'
import { readPanel } from './panel.ts'
import { runJobs, type Done, type Job, type Load } from './pool.ts'
import { MEAN_RATE } from './shop-at-scale.ts'

export const allocation: Bench = {
  name: 'allocation',
  says: "what keeping an agreement costs, against other autoscalers' best and against knowing the load",
  run: runAllocation,
}

/** What is learned in the first minutes, and what the instances of the beginning do there, counts for nobody. */
const FIGURES_FROM = minutes(5)

/** The load that never changes, for which nothing should change either once it is known. */
const CONSTANT_SECONDS = { full: 3 * 3_600, quick: 1_800 }
const SETTLED = minutes(20)

/** At a usual target; all others are for the loads of the panel. */
const ON_CONSTANT: readonly Contender[] = [
  { kind: 'holdfast' },
  { kind: 'hpa', target: 0.65 },
  { kind: 'kpa', target: 0.65 },
]

async function runAllocation({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  const { traces, says } = readPanel(quick)
  const constant = traces.length
  const loads: readonly Load[] = [
    ...traces.map((trace) => ({ trace, figuresFrom: FIGURES_FROM })),
    { trace: constantLoad(CONSTANT_SECONDS[quick ? 'quick' : 'full']), figuresFrom: SETTLED },
  ]
  const jobs: readonly Job[] = [
    ...traces.flatMap((_, trace) => contenders(quick).map((contender) => ({ trace, contender }))),
    ...ON_CONSTANT.map((contender) => ({ trace: constant, contender })),
  ]
  note(`loads: ${says}${quick ? ', the first minutes of each' : ''}`)
  const done = await runJobs({ loads, quick }, jobs, ({ job, tookMs }, left) => {
    const { contender } = job
    say(
      `${loads[job.trace]?.trace.name} ${contender.kind} ${targetText(contender)}: ${Math.round(tookMs)} ms, ${left} left`,
    )
  })
  const compared = traces.map((_, trace) => compareOn(trace, done))
  note(sizesOf(traces, done))
  return [
    ...panelClaims(compared),
    constantClaim(done.filter(({ job }) => job.trace === constant)),
    ...compared.flatMap((on, trace) => traceClaims(traces[trace]?.name ?? '', on)),
  ]
}

function constantLoad(length: number): Trace {
  const rates = new Float64Array(length).fill(MEAN_RATE)
  return { name: 'constant', source: 'generated', stepSeconds: 1, rates }
}

function constantClaim(done: readonly Done[]): Claim {
  const scalings = (kind: Contender['kind']): number =>
    done.find(({ job }) => job.contender.kind === kind)?.outcome.scalings ?? 0
  return {
    claim: 'constant load: scalings once it has settled',
    unit: 'times',
    ours: scalings('holdfast'),
    peers: { [PEER_NAMES.hpa]: scalings('hpa'), [PEER_NAMES.kpa]: scalings('kpa') },
    bound: 0,
    ...atMost(0, scalings('holdfast')),
  }
}

function sizesOf(traces: readonly Trace[], done: readonly Done[]): string {
  const hours = traces.reduce((sum, trace) => sum + secondsOf(trace), 0) / 3_600
  const operations = done.reduce((sum, { outcome }) => sum + outcome.operations, 0)
  return `${traces.length} loads of ${rounded(hours)} hours, ${done.length} runs, ${operations} operations`
}
