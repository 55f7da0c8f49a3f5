/**
 * Whether a quote comes true: shares within a limit as predicted against those of the simulated world, over a panel
 * of services; the worked case; and how long one quote takes. Peers predict the same services in the same run.
 */
import { minutes, perSecond, ratio } from '@holdfast/core/units'
import { quote as quoteService, type Quote } from '@holdfast/core/quote'
import { shop, shopAgreement, SIMULATION_BEGINS } from '@holdfast/simulator'
import { atLeast, atMost, median, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { panel, workedCase } from './panel.ts'
import { capacityAlone, tandemOfMmc, type Peer } from './peers.ts'
import { loadedParts, predictedShares, simulatedShares, type SimulatedShare } from './shares.ts'

const POINTS = 100

const GOAL_POINTS = 2

/** So many at least; services run on until their shares are known well enough. */
const OPERATIONS = 2_000_000
const QUICK_OPERATIONS = 250_000

const SEED = 21

export const quote: Bench = {
  name: 'quote',
  says: 'whether the share within a limit that a quote predicts is what the simulated world shows',
  run: runQuote,
}

function runQuote({ quick, say }: BenchOptions): Promise<readonly Claim[]> {
  const operations = quick ? QUICK_OPERATIONS : OPERATIONS
  const quoted = quoteWorkedCase()
  return Promise.resolve([
    ...deviations(operations, say),
    ...workedCaseClaims(quoted, operations),
    timeOfAQuote(quick ? 20 : 100),
  ])
}

interface Deviation {
  readonly ours: number
  readonly error: number
  readonly peers: Readonly<Record<string, number>>
}

function deviations(operations: number, say: BenchOptions['say']): readonly Claim[] {
  const all = panel.flatMap((one): readonly Deviation[] => {
    const simulated = simulatedShares(one, operations, SEED)
    const predicted = predictedShares(one)
    const worst = Math.max(...simulated.map(({ share }, i) => Math.abs((predicted[i] ?? 0) - share)))
    say(`${one.says}: ${(worst * POINTS).toFixed(2)} points off at most`)
    const off = (share: number, { share: truth }: SimulatedShare): number => Math.abs(share - truth) * POINTS
    return simulated.map((truth, i) => ({
      ours: off(predicted[i] ?? 0, truth),
      error: truth.error * POINTS,
      peers: Object.fromEntries(
        [tandemOfMmc, capacityAlone].map((peer: Peer) => [
          peer.name,
          off(peer.predict(loadedParts(one), one.rate, one.limitsMs[i] ?? 0), truth),
        ]),
      ),
    }))
  })
  const over = (combine: (values: readonly number[]) => number): Pick<Claim, 'ours' | 'peers'> => ({
    ours: rounded(combine(all.map(({ ours }) => ours))),
    peers: Object.fromEntries(
      [tandemOfMmc, capacityAlone].map(({ name }) => [
        name,
        rounded(combine(all.map(({ peers }) => peers[name] ?? 0))),
      ]),
    ),
  })
  const where = `${all.length} predicted shares of ${panel.length} services`
  const worst = over((values) => Math.max(...values))
  const mean = over(meanOf)
  const within = over((values) => values.filter((value) => value <= GOAL_POINTS).length / values.length)
  return [
    // The bound is what the simulation itself is unsure of.
    claim(`worst deviation from the simulated share, ${where}`, 'points', worst, {
      bound: rounded(Math.max(...all.map(({ error }) => error))),
      ...atMost(GOAL_POINTS, worst.ours),
    }),
    claim(`mean deviation from the simulated share, ${where}`, 'points', mean, {
      bound: rounded(meanOf(all.map(({ error }) => error))),
      ...atMost(GOAL_POINTS, mean.ours),
    }),
    claim(`share of predictions within ${GOAL_POINTS} points`, 'share', within, {
      bound: 1,
      ...atLeast(1, within.ours),
    }),
  ]
}

const claim = (
  says: string,
  unit: string,
  values: Pick<Claim, 'ours' | 'peers'>,
  rest: Pick<Claim, 'bound' | 'goal' | 'holds'>,
): Claim => ({ claim: says, unit, ...values, ...rest })

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function quoteWorkedCase(): Quote {
  const load = { kind: 'load', atMost: perSecond(10), statistic: 'average', per: minutes(1) } as const
  const answer = quoteService({
    service: workedCase,
    agreements: [{ ...shopAgreement, service: workedCase.name, conditions: [load] }],
    overheadMs: 0,
    measuredMs: {},
    load: null,
    at: SIMULATION_BEGINS,
  })
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.value
}

const PROMISED = ratio(0.9)

function workedCaseClaims({ byCapacityAlone, withWaiting }: Quote, operations: number): readonly Claim[] {
  const [simulated] = simulatedShares(
    { says: 'quoted', service: workedCase, rate: 10, counts: withWaiting.counts, limitsMs: [100] },
    operations,
    SEED,
  )
  const percent = rounded((simulated?.share ?? 0) * POINTS)
  return [
    {
      claim: 'the worked case by capacity alone, 1 + 2 + 5',
      unit: 'instances',
      ours: byCapacityAlone.total,
      peers: {},
      bound: 8,
      goal: 'exactly 8',
      holds: byCapacityAlone.total === 8,
    },
    {
      claim: 'the worked case without queueing',
      unit: 'ms',
      ours: byCapacityAlone.responseMs,
      peers: {},
      bound: 80,
      goal: 'exactly 80',
      holds: byCapacityAlone.responseMs === 80,
    },
    {
      claim: `simulated share within 100 ms on the ${withWaiting.total} instances quoted, 90 % promised`,
      unit: '%',
      ours: percent,
      peers: { 'the 8 of capacity alone': rounded(shareOfEight(operations) * POINTS) },
      bound: null,
      ...atLeast(PROMISED * POINTS - GOAL_POINTS, percent),
    },
  ]
}

function shareOfEight(operations: number): number {
  const counts = { interface: 1, processing: 2, data: 5 }
  const eight = { says: 'by capacity alone', service: workedCase, rate: 10, counts, limitsMs: [100] }
  return simulatedShares(eight, operations, SEED)[0]?.share ?? 0
}

const MOST_MS = 100

function timeOfAQuote(times: number): Claim {
  const took = Array.from({ length: times }, () => {
    const before = performance.now()
    const answer = quoteService({
      service: shop,
      agreements: [shopAgreement],
      overheadMs: 0,
      measuredMs: {},
      load: null,
      at: SIMULATION_BEGINS,
    })
    if (!answer.ok) throw new Error(answer.error.message)
    return performance.now() - before
  })
  const ours = rounded(median(took))
  return { claim: 'one quote', unit: 'ms', ours, peers: {}, bound: null, ...atMost(MOST_MS, ours) }
}
