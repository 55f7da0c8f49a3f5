/** What came of watches, for whoever scrapes the server. */
import type { PacedWatch } from '../../pacing/index.ts'
import type { Family, Sample } from './exposition.ts'

type Of = (watch: PacedWatch['engine']) => readonly Sample[]

export function pacingFamilies(watches: readonly PacedWatch[]): readonly Family[] {
  const family = (kind: Family['kind'], name: string, help: string, of: Of): Family => ({
    name: `holdfast_pacing_${name}`,
    kind,
    help,
    samples: watches.flatMap(({ engine }) =>
      of(engine).map(({ labels, value }) => ({ labels: { watch: engine.watch.name, ...labels }, value })),
    ),
  })
  return [
    family('counter', 'updates_total', 'Updates of clients, by what became of them.', outcomes),
    family(
      'counter',
      'significant_updates_total',
      'Updates that said something significant.',
      ({ statistics }) => [one(statistics.totals.changed)],
    ),
    family(
      'counter',
      'bad_tokens_total',
      'Tokens that were refused; their clients started afresh.',
      ({ statistics }) => [one(statistics.totals.badTokens)],
    ),
    family(
      'counter',
      'unkept_updates_total',
      'Updates of clients for which there was no room.',
      ({ statistics }) => [one(statistics.totals.notKept)],
    ),
    family('counter', 'observed_seconds_total', 'Time between updates, of all clients.', ({ statistics }) => [
      one(statistics.totals.observedMs / 1_000),
    ]),
    family(
      'counter',
      'stale_seconds_total',
      'For how much of it copies were wrong: as promised, and as updates showed.',
      wrongness,
    ),
    family('gauge', 'clients', 'Clients that are kept here.', ({ table }) => [one(table.size)]),
    family(
      'gauge',
      'wanted_updates_per_second',
      'What the intervals of all clients come to.',
      ({ budget }) => [one(budget.wantedPerSecond)],
    ),
    family('gauge', 'budget_updates_per_second', 'What they may come to.', ({ watch }) =>
      watch.budgetPerSecond === null ? [] : [one(watch.budgetPerSecond)],
    ),
    family(
      'gauge',
      'price_seconds',
      'Wrongness that an update must save to be worth its cost.',
      ({ budget }) => (budget.priceMs === null ? [] : [one(budget.priceMs / 1_000)]),
    ),
  ]
}

const one = (value: number): Sample => ({ labels: {}, value })

const outcomes: Of = ({ statistics: { totals } }) => [
  { labels: { outcome: 'taken' }, value: totals.updates },
  { labels: { outcome: 'too-soon' }, value: totals.tooSoon },
  { labels: { outcome: 'refused' }, value: totals.refused },
]

const wrongness: Of = ({ statistics: { totals } }) => [
  { labels: { as: 'promised' }, value: totals.promisedMs / 1_000 },
  { labels: { as: 'realised' }, value: totals.wrongMs / 1_000 },
]
