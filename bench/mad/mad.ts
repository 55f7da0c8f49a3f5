/**
 * What sources gone mad do to Holdfast: one of every kind, all at once, beside one that behaves well, against a whole
 * server that runs as it does for people. The same server without them is what it is compared with.
 */
import { atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { MAD_OTHERS, MAD_PUSHERS, MAD_TARGETS } from './manifests.ts'
import { watchServer, type Watched } from './run-server.ts'

export const mad: Bench = {
  name: 'mad',
  says: 'what sources gone mad, of every kind at once, do to memory, to ticks and to those that behave well',
  run: runMad,
}

const MIB = 1_048_576
/** What all of them together may take: what they may hold is bounded one by one. */
const MOST_MORE_MIB = 1_024
const MOST_TICK_MS = 2_000

async function runMad({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('a server with one source that behaves well')
  const calm = await watchServer(false, quick ? 2_000 : 20_000)
  say('the same beside sources gone mad')
  const beside = await watchServer(true, quick ? 10_000 : 120_000)
  const shown = faultsShown(beside)
  const kinds = shown.filter(({ expected }) => expected.length > 0)
  for (const { name, series, says } of shown) note(`${name}: ${series} series; ${says}`)
  note(
    `ticks took ${rounded(calm.meanTickMs)} ms on average without them, ${rounded(beside.meanTickMs)} ms beside them`,
  )
  note(`whether it lives was answered within ${rounded(beside.slowestAnswerMs)} ms at worst`)
  note(
    `the well-behaved source counted ${beside.counted.completed} completed and ${beside.counted.failed} failed operations`,
  )
  const more = (beside.peakBytes - calm.peakBytes) / MIB
  return [
    {
      claim: 'most memory that the server took beside them, more than without them',
      unit: 'MiB',
      ours: rounded(more),
      peers: { 'the server without them': rounded(calm.peakBytes / MIB) },
      bound: null,
      ...atMost(MOST_MORE_MIB, more),
    },
    {
      claim: 'operations, levels and readings of the well-behaved source that are not as it told them',
      unit: 'counts',
      ours: differing(beside),
      peers: { 'without them': differing(calm) },
      bound: 0,
      ...atMost(0, differing(beside)),
    },
    {
      claim: 'a tick takes no longer than',
      unit: 'ms',
      ours: rounded(beside.tickAtMostMs),
      peers: { 'without them': rounded(calm.tickAtMostMs) },
      bound: null,
      ...atMost(MOST_TICK_MS, beside.tickAtMostMs),
    },
    {
      claim: `sources gone mad whose faults are not shown, of ${kinds.length}`,
      unit: 'sources',
      ours: kinds.filter(({ isShown }) => !isShown).length,
      peers: {},
      bound: 0,
      ...atMost(0, kinds.filter(({ isShown }) => !isShown).length),
    },
  ]
}

function differing({ counted, measured }: Watched): number {
  const pairs = [
    [measured.completed, counted.completed],
    [measured.levelOperations, counted.completed + counted.failed],
    [measured.levelOver, counted.overLimit + counted.failed],
    [measured.waiting, 7],
  ]
  return pairs.filter(([ours, theirs]) => ours !== theirs).length
}

interface Shown {
  readonly name: string
  readonly series: number
  readonly expected: readonly string[]
  readonly isShown: boolean
  readonly says: string
}

const faultsShown = ({ sources }: Watched): readonly Shown[] =>
  Object.entries({ ...MAD_TARGETS, ...MAD_OTHERS, ...MAD_PUSHERS }).map(([name, expected]): Shown => {
    const { faults = [], series = 0 } = sources.find((one) => one.name === name) ?? {}
    const isShown = expected.some((kind) => faults.some((fault) => fault.kind === kind))
    const says = faults.map(({ kind, times }) => `${kind} ${times}`).join(', ')
    return { name, series, expected, isShown, says: says === '' ? 'no faults' : says }
  })
