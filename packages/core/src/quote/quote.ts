/** Works out a quote: for each set of terms what it takes, costs and earns, and where its bounds are (A3.11). */
import { contractedLoad, loadConditions, type Agreement, type Level, type Terms } from '../agreement/index.ts'
import { byCapacityAlone, totalOf, type InstanceCounts, type SizedPart } from '../allocation/index.ts'
import { fail, ok, perSecond, roughRate, type PerSecond, type Result } from '../units/index.ts'
import { breakPointOf } from './break-point.ts'
import { givenUp } from './given-up.ts'
import { quoteMoney } from './money.ts'
import {
  capsOf,
  loadedWith,
  othersOf,
  predictDemand,
  quotedParts,
  sizeFor,
  type Demand,
  type QuoteProblem,
} from './quote-problem.ts'
import type {
  CapacityAnswer,
  LevelQuote,
  Quote,
  QuotedLoad,
  QuoteFault,
  QuoteInput,
  TermsQuote,
  WaitingAnswer,
} from './quote-types.ts'
import { relaxationsOf } from './relax.ts'
import { responseTimeAt, responseWithoutWaiting } from './response-time.ts'
import { percent, whyMore } from './words.ts'

export function quote(input: QuoteInput): Result<Quote, QuoteFault> {
  const quoted: TermsQuote[] = []
  for (const agreement of input.agreements) {
    for (const terms of allTerms(agreement)) {
      const one = quoteTerms(input, agreement, terms)
      if (!one.ok) return one
      quoted.push(one.value)
    }
  }
  const alone = mostOf(quoted.map(({ byCapacityAlone }) => byCapacityAlone.counts))
  const waiting = mostOf(quoted.map(({ withWaiting }) => withWaiting.counts))
  return ok({
    service: input.service.name,
    canBeMet: quoted.every(({ canBeMet }) => canBeMet),
    byCapacityAlone: {
      counts: alone,
      total: totalOf(alone),
      responseMs: Math.max(0, ...quoted.map(({ byCapacityAlone }) => byCapacityAlone.responseMs)),
    },
    withWaiting: { counts: waiting, total: totalOf(waiting) },
    terms: quoted,
  })
}

/** The agreement's own, then each entry of the schedule with what it puts in their place. */
function allTerms(agreement: Agreement): readonly Terms[] {
  const { name, version, levels, conditions, schedule } = agreement
  const own: Terms = { agreement: name, version, entry: null, levels, conditions }
  return [
    own,
    ...schedule.map((entry) => ({
      ...own,
      entry: entry.name,
      levels: entry.levels ?? levels,
      conditions: entry.conditions ?? conditions,
    })),
  ]
}

function quoteTerms(input: QuoteInput, agreement: Agreement, terms: Terms): Result<TermsQuote, QuoteFault> {
  const { service, at } = input
  const parts = quotedParts(input, terms)
  if (!parts.ok) return parts
  const load = loadFor(input, agreement, terms)
  if (!load.ok) return load
  const problem = problemFor(input, terms, parts.value, load.value)
  const alone = capacityAnswer(problem)
  const sizing = sizeFor(problem)
  const levels = terms.levels.map((level) => levelQuote(problem, sizing.counts, level, load.value.perSecond))
  const waiting: WaitingAnswer = {
    ...withOthers(problem, sizing.counts),
    levels,
    limitedBy: sizing.limitedBy,
  }
  const canBeMet = sizing.limitedBy === 'nothing'
  const money = quoteMoney({
    service,
    agreement,
    terms,
    counts: waiting.counts,
    rate: load.value.perSecond,
    levels,
    at,
  })
  return ok({
    agreement: terms.agreement,
    entry: terms.entry,
    canBeMet,
    load: load.value,
    byCapacityAlone: alone,
    withWaiting: waiting,
    because: whyMore(problem, alone, waiting),
    money,
    givenUp: canBeMet ? givenUp({ problem, agreement, counts: sizing.counts, money, at }) : null,
    breaksFirst: breakPointOf(problem, sizing.counts),
    relax: canBeMet ? [] : relaxationsOf(problem, sizing.counts, service),
  })
}

function problemFor(
  { service, overheadMs, load: given }: QuoteInput,
  terms: Terms,
  parts: readonly SizedPart[],
  load: QuotedLoad,
): QuoteProblem {
  const others = othersOf(service, parts)
  return {
    parts,
    others,
    rate: load.perSecond,
    demands: terms.levels.flatMap((level): readonly Demand[] => {
      const { metric, ratio, scope } = level
      if (metric.kind !== 'response-time' || scope.part !== undefined) return []
      const rate = given ?? agreedLoad(terms, level) ?? load.perSecond
      return [{ level, limitMs: metric.limit, ratio, rate }]
    }),
    overheadMs,
    ...capsOf(service, terms, others),
  }
}

/** The load up to which the level is promised; null where it is promised at any. */
function agreedLoad(terms: Terms, level: Level): PerSecond | null {
  const loads = loadConditions(terms, level).map(({ atMost }) => atMost)
  return loads.length === 0 ? null : perSecond(Math.min(...loads))
}

function loadFor(
  { load: given }: QuoteInput,
  agreement: Agreement,
  terms: Terms,
): Result<QuotedLoad, QuoteFault> {
  if (given !== null)
    return ok({ perSecond: given, source: 'given', says: `${roughRate(given)}, as was asked for.` })
  const agreed = contractedLoad([terms])
  if (agreed !== null && agreed > 0)
    return ok({
      perSecond: perSecond(agreed),
      source: 'agreed',
      says: `${roughRate(perSecond(agreed))}, as agreed.`,
    })
  const known = [terms, ...allTerms(agreement)].map(highestLoad).find((rate) => rate !== null)
  if (known !== undefined && known !== null)
    return ok({
      perSecond: known,
      source: 'assumed',
      says: `${roughRate(known)} is assumed, the highest load that is agreed of; not all levels say a load.`,
    })
  return fail({
    code: 'no-load',
    agreement: agreement.name,
    message: `Agreement "${agreement.name}" promises its levels at any load, and instances are counted for one.`,
    hint: 'Say one with --load, such as --load 10/s, or add a load condition.',
  })
}

function highestLoad(terms: Terms): PerSecond | null {
  const rates = terms.levels.flatMap((level) => agreedLoad(terms, level) ?? [])
  return rates.length === 0 ? null : perSecond(Math.max(...rates))
}

function capacityAnswer(problem: QuoteProblem): CapacityAnswer {
  return {
    ...withOthers(problem, byCapacityAlone(problem).counts),
    responseMs: responseWithoutWaiting(problem.parts, problem.overheadMs),
  }
}

function levelQuote(
  problem: QuoteProblem,
  counts: InstanceCounts,
  level: Level,
  rate: PerSecond,
): LevelQuote {
  const demand = problem.demands.find((one) => one.level === level)
  const { metric, ratio: promised, name } = level
  const limitMs = 'limit' in metric && metric.kind === 'response-time' ? metric.limit : null
  const asked = { level: name, promised, limitMs, loadPerSecond: rate }
  if (demand === undefined) {
    const says = `${metric.kind.replace('-', ' ')} is not predicted: instances are not what it depends on, or no model of it is there.`
    return { ...asked, predicted: null, responseMs: null, kept: null, says: capitalised(says) }
  }
  const predicted = predictDemand(problem, counts, demand)
  const kept = predicted >= promised - 1e-6
  const loaded = loadedWith(problem, counts)
  const responseMs = responseTimeAt(loaded, demand.rate, Math.min(promised, MOST_ASKED), problem.overheadMs)
  const says =
    `${percent(predicted)} within ${demand.limitMs} ms (${percent(promised)} promised)` +
    (responseMs === null ? '.' : `; ${percent(promised)} within ${Math.ceil(responseMs)} ms.`)
  return { ...asked, loadPerSecond: perSecond(demand.rate), predicted, responseMs, kept, says }
}

/** Where all operations are promised, the time asked for is that of as good as all. */
const MOST_ASKED = 0.99999

const withOthers = (
  { others }: QuoteProblem,
  counts: InstanceCounts,
): { readonly counts: InstanceCounts; readonly total: number } => {
  const all = { ...others, ...counts }
  return { counts: all, total: totalOf(all) }
}

function mostOf(all: readonly InstanceCounts[]): InstanceCounts {
  const most: Record<string, number> = {}
  for (const counts of all) {
    for (const [part, count] of Object.entries(counts)) most[part] = Math.max(most[part] ?? 0, count)
  }
  return most
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
