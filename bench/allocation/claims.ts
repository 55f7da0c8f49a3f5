/** What the comparison says: over all loads together, and on each of them. */
import { atMost, rounded, type Claim } from '../bench.ts'
import {
  geometricMean,
  mean,
  nameOf,
  scalingsPerHour,
  secondsOutPerHour,
  type OnTrace,
  type Run,
} from './compare.ts'
import { PEER_NAMES, PEERS } from './contenders.ts'
import type { Outcome } from './outcome.ts'
import { CURRENCY } from './shop-at-scale.ts'

const MONEY_GOAL = 0.75
const BOUND_GOAL = 1.15

const BEST = 'best-tuned peer'

/** `all` has one for each load. */
export function panelClaims(all: readonly OnTrace[]): readonly Claim[] {
  const moneyBy = (of: (on: OnTrace) => Outcome, than: (on: OnTrace) => Outcome): number =>
    rounded(geometricMean(all.map((on) => of(on).money / than(on).money)))
  const best = (on: OnTrace): Outcome => on.best.outcome
  const bound = (on: OnTrace): Outcome => on.bound.outcome
  const ours = (on: OnTrace): Outcome => on.ours
  const peersBy = (than: (on: OnTrace) => Outcome): Claim['peers'] => ({
    [BEST]: moneyBy(best, than),
    ...Object.fromEntries(
      PEERS.map((kind) => [PEER_NAMES[kind], moneyBy((on) => on.peers[kind].outcome, than)]),
    ),
  })
  const out = (of: (on: OnTrace) => Outcome): number =>
    rounded(mean(all.map((on) => secondsOutPerHour(of(on)))))
  const changes = (of: (on: OnTrace) => Outcome): number =>
    rounded(mean(all.map((on) => scalingsPerHour(of(on)))))
  return [
    {
      claim: 'money (instances and remedies) against the best-tuned peer on each load, geometric mean',
      unit: '×',
      ours: moneyBy(ours, best),
      peers: peersBy(best),
      bound: moneyBy(bound, best),
      ...atMost(MONEY_GOAL, moneyBy(ours, best)),
    },
    {
      claim: 'money against who knows the load beforehand, geometric mean',
      unit: '×',
      ours: moneyBy(ours, bound),
      peers: peersBy(bound),
      bound: 1,
      ...atMost(BOUND_GOAL, moneyBy(ours, bound)),
    },
    {
      claim: 'seconds out of level in an hour, mean over loads',
      unit: 's',
      ours: out(ours),
      peers: { [BEST]: out(best) },
      bound: out(bound),
      ...below(out(best), out(ours)),
    },
    {
      claim: 'scalings in an hour, mean over loads',
      unit: 'times',
      ours: changes(ours),
      peers: { [BEST]: changes(best), 'best-tuned HPA': changes((on) => on.hpa.outcome) },
      bound: null,
      ...atMost(
        changes((on) => on.hpa.outcome),
        changes(ours),
      ),
    },
  ]
}

/** On one load: each peer with the target that was its best there. */
export function traceClaims(name: string, on: OnTrace): readonly Claim[] {
  const { ours, best, hpa, bound } = on
  const by = (of: (outcome: Outcome) => number): Claim['peers'] =>
    Object.fromEntries(PEERS.map((kind) => [nameOf(on.peers[kind]), rounded(of(on.peers[kind].outcome))]))
  const claim = (says: string, unit: string, of: (outcome: Outcome) => number) => ({
    claim: `${name}: ${says}`,
    unit,
    ours: rounded(of(ours)),
    peers: by(of),
    bound: rounded(of(bound.outcome)),
  })
  const than = (run: Run, of: (outcome: Outcome) => number): number => rounded(of(run.outcome))
  return [
    {
      ...claim('money in an hour', CURRENCY, ({ money }) => money),
      ...atMost(rounded(MONEY_GOAL * best.outcome.money), rounded(ours.money)),
    },
    {
      ...claim('of that remedies', CURRENCY, ({ remedies }) => remedies),
      ...atMost(
        than(best, ({ remedies }) => remedies),
        rounded(ours.remedies),
      ),
    },
    {
      ...claim('seconds out of level in an hour', 's', secondsOutPerHour),
      ...below(than(best, secondsOutPerHour), rounded(secondsOutPerHour(ours))),
    },
    {
      ...claim('scalings in an hour', 'times', scalingsPerHour),
      ...atMost(than(hpa, scalingsPerHour), rounded(scalingsPerHour(ours))),
    },
  ]
}

/** Fewer, or as few where there are none. */
const below = (limit: number, value: number): Pick<Claim, 'goal' | 'holds'> => ({
  goal: `below ${limit}`,
  holds: value < limit || value === 0,
})
