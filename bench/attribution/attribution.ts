/**
 * Whose fault is it when a level is not kept? Twelve causes are injected into simulated services, each into
 * twenty of them, and what the verdicts say is compared with what was injected, and with what other rules
 * say that look at the same ticks.
 */
import { rounded, type Bench, type Claim } from '../bench.ts'
import { causes } from './injections.ts'
import { runCase, type CaseResult } from './run-case.ts'

const SEEDS = 20
const QUICK_SEEDS = 3

export const attribution: Bench = {
  name: 'attribution',
  says: 'whether verdicts name the cause of twelve injected faults, and never waive a remedy wrongly',
  async run({ quick, say }) {
    const seeds = quick ? QUICK_SEEDS : SEEDS
    const results: CaseResult[] = []
    for (const cause of causes) {
      const mine = Array.from({ length: seeds }, (_, i) => runCase(cause, 1 + i))
      results.push(...mine)
      say(`${cause.name}: ${mine.filter(({ right }) => right).length} of ${mine.length} right`)
      for (const { seed, shown, right, waived, owed, said, says } of mine) {
        if (!shown) say(`  seed ${seed}: the level was kept`)
        else if (!right || waived || owed) say(`  seed ${seed}: said ${said ?? 'nothing'}. ${says}`)
      }
    }
    return claimsOf(results)
  },
}

function claimsOf(results: readonly CaseResult[]): readonly Claim[] {
  const shown = results.filter((result) => result.shown)
  const share = (of: (result: CaseResult) => boolean): number =>
    rounded((100 * shown.filter(of).length) / Math.max(1, shown.length))
  const count = (of: (result: CaseResult) => boolean): number => shown.filter(of).length
  const right = share((result) => result.right)
  const waived = count((result) => result.waived)
  const owed = count((result) => result.owed)
  return [
    {
      claim: 'injected causes that break the level',
      unit: '% of cases',
      ours: rounded((100 * shown.length) / Math.max(1, results.length)),
      peers: {},
      bound: 100,
      goal: 'at least 95, so that there is something to judge',
      holds: shown.length >= 0.95 * results.length,
    },
    {
      claim: 'cause named rightly within three ticks, with its part',
      unit: '% of cases',
      ours: right,
      peers: {
        'busy instances': share(({ peers }) => peers.utilisation),
        'conditions, then busy instances': share(({ peers }) => peers.conditions),
      },
      bound: 100,
      goal: 'at least 98',
      holds: right >= 98,
    },
    {
      claim: 'remedies waived wrongly',
      unit: 'cases',
      ours: waived,
      peers: {},
      bound: 0,
      goal: 'none',
      holds: waived === 0,
    },
    {
      claim: 'remedies owed wrongly',
      unit: 'cases',
      ours: owed,
      peers: {},
      bound: 0,
      goal: 'none',
      holds: owed === 0,
    },
  ]
}
