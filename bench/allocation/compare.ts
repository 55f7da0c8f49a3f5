/** Finds, on each load, the best run of everyone who has a target, and what Holdfast came to beside it. */
import { PEER_NAMES, PEERS, targetText, type Contender, type PeerKind } from './contenders.ts'
import type { Done } from './pool.ts'
import type { Outcome } from './outcome.ts'

export interface Run {
  readonly contender: Contender
  readonly outcome: Outcome
}

/** What there is to compare on one load. */
export interface OnTrace {
  readonly ours: Outcome
  /** The cheapest run of each. */
  readonly peers: Readonly<Record<PeerKind, Run>>
  readonly best: Run
  /** Of both ways in which it can be set up. */
  readonly hpa: Run
  readonly bound: Run
}

export function compareOn(trace: number, done: readonly Done[]): OnTrace {
  const runs = done
    .filter(({ job }) => job.trace === trace)
    .map(({ job, outcome }): Run => ({ contender: job.contender, outcome }))
  const of = (kind: Contender['kind']): Run =>
    cheapest(runs.filter(({ contender }) => contender.kind === kind))
  const peers = Object.fromEntries(PEERS.map((kind) => [kind, of(kind)])) as Record<PeerKind, Run>
  return {
    ours: of('holdfast').outcome,
    peers,
    best: cheapest(Object.values(peers)),
    hpa: cheapest([peers.hpa, peers['hpa-behavior']]),
    bound: of('clairvoyant'),
  }
}

export function nameOf({ contender }: Run): string {
  const target = targetText(contender)
  const name =
    contender.kind === 'holdfast' || contender.kind === 'clairvoyant'
      ? contender.kind
      : PEER_NAMES[contender.kind]
  return target === '' ? name : `${name} (${target})`
}

function cheapest(runs: readonly Run[]): Run {
  const [first, ...others] = runs
  if (first === undefined) throw new Error('Everyone who takes part runs on every load.')
  return others.reduce((best, run) => (run.outcome.money < best.outcome.money ? run : best), first)
}

export const scalingsPerHour = ({ scalings, hours }: Outcome): number => scalings / hours

/** Seconds out of level in an hour of seconds with operations. */
export const secondsOutPerHour = ({ secondsOut, secondsWithOperations }: Outcome): number =>
  (3_600 * secondsOut) / Math.max(1, secondsWithOperations)

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
