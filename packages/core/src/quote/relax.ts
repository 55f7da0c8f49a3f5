/**
 * What to change where terms cannot be kept (A3.11): a lower ratio, a longer limit, less load, or higher caps.
 * Each is found by sizing for the changed terms, so that each is known to be enough.
 */
import type { Service } from '../agreement/index.ts'
import { totalOf, type InstanceCounts } from '../allocation/index.ts'
import { perSecond, roughRate } from '../units/index.ts'
import { costOfCounts } from './money.ts'
import { isKept, sizeFor, timesLoad, type Demand, type QuoteProblem } from './quote-problem.ts'
import type { Relaxation } from './quote-types.ts'
import { largestThat } from './search.ts'
import { countsWords, monthly, percent } from './words.ts'

/** Ratios are tried in steps of a tenth of a per cent. */
const RATIO_STEPS = 1_000

/** A limit that would have to be longer than this many times the promised one is no alternative. */
const LONGEST_LIMIT = 64

type Found = Pick<Relaxation, 'kind' | 'says'> & { readonly counts: InstanceCounts }

export function relaxationsOf(
  problem: QuoteProblem,
  counts: InstanceCounts,
  service: Service,
): readonly Relaxation[] {
  const broken = problem.demands.filter((demand) => !isKept(problem, counts, demand))
  const found = [
    lowerRatio(problem, broken),
    longerLimit(problem, broken),
    lessLoad(problem),
    higherCaps(problem, service),
  ]
  return found.flatMap((one) => {
    if (one === null) return []
    const all = { ...problem.others, ...one.counts }
    return [{ ...one, counts: all, total: totalOf(all), cost: costOfCounts(service, all) }]
  })
}

function lowerRatio(problem: QuoteProblem, broken: readonly Demand[]): Found | null {
  if (broken.length === 0) return null
  const lowered = (steps: number): QuoteProblem =>
    changed(problem, broken, (demand) => ({ ratio: Math.min(demand.ratio, steps / RATIO_STEPS) }))
  let [kept, notKept] = [0, Math.round(Math.max(...broken.map(({ ratio }) => ratio)) * RATIO_STEPS)]
  while (notKept - kept > 1) {
    const middle = Math.floor((kept + notKept) / 2)
    if (keeps(lowered(middle))) kept = middle
    else notKept = middle
  }
  if (kept === 0) return null
  const { counts } = sizeFor(lowered(kept))
  const what = broken.map(({ limitMs }) => `within ${limitMs} ms`).join(' and ')
  return {
    kind: 'ratio',
    counts,
    says: `Promise ${percent(kept / RATIO_STEPS)} ${what}: ${countsWords(counts)} instances keep that.`,
  }
}

function longerLimit(problem: QuoteProblem, broken: readonly Demand[]): Found | null {
  if (broken.length === 0) return null
  const lengthened = (factor: number): QuoteProblem =>
    changed(problem, broken, (demand) => ({ limitMs: Math.ceil(demand.limitMs * factor) }))
  // The longer the limit the better: searched for is the largest share of the longest one that may be saved.
  if (!keeps(lengthened(LONGEST_LIMIT))) return null
  const [least] = broken
  let [short, long] = [1, LONGEST_LIMIT]
  while (long - short > 0.5 / (least?.limitMs ?? 1)) {
    const middle = (short + long) / 2
    if (keeps(lengthened(middle))) long = middle
    else short = middle
  }
  const { demands } = lengthened(long)
  const { counts } = sizeFor(lengthened(long))
  const names = new Set(broken.map(({ level }) => level.name))
  const what = demands
    .filter(({ level }) => names.has(level.name))
    .map(({ ratio, limitMs }) => `${percent(ratio)} within ${limitMs} ms`)
    .join(' and ')
  return { kind: 'limit', counts, says: `Promise ${what}: ${countsWords(counts)} instances keep that.` }
}

function lessLoad(problem: QuoteProblem): Found | null {
  const factor = largestThat((candidate) => keeps(timesLoad(problem, candidate)), 1)
  if (factor === null) return null
  const least = problem.rate * factor
  const step = 10 ** (Math.floor(Math.log10(least)) - 2)
  // Rounded down to three digits, so that what is said is kept.
  const said = Math.floor(least / step) * step
  const { counts } = sizeFor(timesLoad(problem, said / problem.rate))
  const rate = roughRate(perSecond(said))
  return {
    kind: 'load',
    counts,
    says: `Promise it up to ${rate} only: ${countsWords(counts)} instances keep that.`,
  }
}

function higherCaps(problem: QuoteProblem, service: Service): Found | null {
  const parts = problem.parts.map((part) => ({ ...part, atMost: Infinity }))
  const free: QuoteProblem = { ...problem, parts, atMost: null, budget: null }
  if (!keeps(free)) return null
  const { counts } = sizeFor(free)
  const raised = problem.parts.flatMap(({ part, atMost }) => {
    const needed = counts[part] ?? 0
    return needed > atMost ? [`${needed} instances of ${part} (now ${atMost})`] : []
  })
  if (problem.atMost !== null && totalOf(counts) > problem.atMost) {
    const others = totalOf(problem.others)
    raised.push(`${totalOf(counts) + others} instances in all (now ${problem.atMost + others})`)
  }
  const spent = problem.parts.reduce((sum, { part, price }) => sum + price * (counts[part] ?? 0), 0)
  if (problem.budget !== null && spent > problem.budget) {
    const currency = service.parts[0]?.price.currency ?? ''
    raised.push(`${monthly(spent, currency)} a month (now ${monthly(problem.budget, currency)})`)
  }
  return raised.length === 0 ? null : { kind: 'caps', counts, says: `Allow ${raised.join(' and ')}.` }
}

const keeps = (problem: QuoteProblem): boolean => sizeFor(problem).limitedBy === 'nothing'

function changed(
  problem: QuoteProblem,
  broken: readonly Demand[],
  change: (demand: Demand) => Partial<Demand>,
): QuoteProblem {
  const demands = problem.demands.map((demand) =>
    broken.includes(demand) ? { ...demand, ...change(demand) } : demand,
  )
  return { ...problem, demands }
}
