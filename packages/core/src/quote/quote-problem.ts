/**
 * What the terms ask of the instances: parts with their limits, and for each load that something is promised
 * at the goals there. Sized one load after the other, the highest first, as what keeps a goal at a load keeps
 * it at any lower one.
 */
import { costCap, instanceCap, type Level, type Service, type Terms } from '../agreement/index.ts'
import {
  hourlyCost,
  predictWithin,
  sizeParts,
  sizedPart,
  totalOf,
  visitedParts,
  type Goal,
  type InstanceCounts,
  type LoadedPart,
  type SizedPart,
} from '../allocation/index.ts'
import { fail, ok, perSecond, type PartName, type PerSecond, type Result } from '../units/index.ts'
import type { QuoteFault, QuoteInput, QuoteLimitation } from './quote-types.ts'

/** A response-time level of the whole service: what the model predicts. */
export interface Demand extends Goal {
  readonly level: Level
  readonly rate: number
}

export interface QuoteProblem {
  readonly parts: readonly SizedPart[]
  /** Parts that no operation visits run at their minimum; nothing is expected of them. */
  readonly others: InstanceCounts
  readonly rate: PerSecond
  readonly demands: readonly Demand[]
  readonly overheadMs: number
  /** Of the visited parts together. */
  readonly atMost: number | null
  /** What they may cost an hour, in the parts' price unit. */
  readonly budget: number | null
}

export interface QuoteSizing {
  readonly counts: InstanceCounts
  readonly limitedBy: QuoteLimitation
}

/** What the model predicts cannot be told apart more closely. */
const NOISE = 1e-6

export function quotedParts(
  { service, measuredMs }: Pick<QuoteInput, 'service' | 'measuredMs'>,
  terms: Terms,
): Result<readonly SizedPart[], QuoteFault> {
  const parts: SizedPart[] = []
  for (const visited of visitedParts(service)) {
    const { name, characteristics } = visited.part
    if (characteristics === null) return fail(withoutCharacteristics(name))
    parts.push(sizedPart(visited, characteristics, { terms: [terms], measuredMs: measuredMs[name] ?? null }))
  }
  return parts.length === 0 ? fail(WITHOUT_OPERATIONS) : ok(parts)
}

export function othersOf(service: Service, parts: readonly SizedPart[]): InstanceCounts {
  const visited = new Set(parts.map(({ part }) => part))
  const others = service.parts.filter(({ name }) => !visited.has(name))
  return Object.fromEntries(others.map(({ name, minInstances }) => [name, minInstances]))
}

export function capsOf(
  service: Service,
  terms: Terms,
  others: InstanceCounts,
): Pick<QuoteProblem, 'atMost' | 'budget'> {
  const cap = instanceCap([terms], null)
  const cost = costCap([terms])
  const idle = service.parts.reduce(
    (sum, { name, price }) => sum + Number(price.microsPerHour) * (others[name] ?? 0),
    0,
  )
  return {
    atMost: cap === null ? null : cap - totalOf(others),
    budget: cost === null ? null : cost.microsPerHour - idle,
  }
}

/** The cheapest counts that keep all demands; where caps are in the way, the best that they allow. */
export function sizeFor(problem: QuoteProblem): QuoteSizing {
  const sized = sizeUnderCap(problem, problem.atMost)
  if (problem.budget === null || hourlyCost(problem, sized.counts) <= problem.budget) return sized
  // Greedy growth makes counts the cheaper the fewer they may be.
  let [affordable, dear] = [0, totalOf(sized.counts)]
  while (dear - affordable > 1) {
    const middle = Math.floor((affordable + dear) / 2)
    const within = hourlyCost(problem, sizeUnderCap(problem, middle).counts) <= problem.budget
    if (within) affordable = middle
    else dear = middle
  }
  return { counts: sizeUnderCap(problem, affordable).counts, limitedBy: 'cost' }
}

function sizeUnderCap(problem: QuoteProblem, atMost: number | null): QuoteSizing {
  let parts = problem.parts
  let limitedBy: QuoteLimitation = 'nothing'
  let counts: InstanceCounts = {}
  for (const { rate, goals } of loadsOf(problem)) {
    const sizing = sizeParts({ parts, rate, goals, overheadMs: problem.overheadMs, atMost })
    counts = sizing.counts
    if (limitedBy === 'nothing') limitedBy = sizing.limitedBy
    parts = parts.map((part) => ({ ...part, atLeast: Math.max(part.atLeast, sizing.counts[part.part] ?? 0) }))
  }
  return { counts, limitedBy }
}

/** The highest first. Without a goal capacity still has to do, with room for chance. */
function loadsOf({ rate, demands }: QuoteProblem): readonly { rate: number; goals: readonly Goal[] }[] {
  if (demands.length === 0) return [{ rate, goals: [] }]
  const rates = [...new Set(demands.map((demand) => demand.rate))].toSorted((a, b) => b - a)
  return rates.map((rate) => ({ rate, goals: demands.filter((demand) => demand.rate === rate) }))
}

export const loadedWith = ({ parts }: Pick<QuoteProblem, 'parts'>, counts: InstanceCounts): LoadedPart[] =>
  parts.map((part) => ({ ...part, instances: counts[part.part] ?? 0 }))

export function predictDemand(problem: QuoteProblem, counts: InstanceCounts, demand: Demand): number {
  const loaded = loadedWith(problem, counts)
  const share = predictWithin(loaded, demand.rate, demand.limitMs, problem.overheadMs)
  return share > 1 - NOISE ? 1 : share
}

export const isKept = (problem: QuoteProblem, counts: InstanceCounts, demand: Demand): boolean =>
  predictDemand(problem, counts, demand) >= demand.ratio - NOISE

/** The same terms for another load. */
export const timesLoad = (problem: QuoteProblem, factor: number): QuoteProblem => ({
  ...problem,
  rate: scaled(problem.rate, factor),
  demands: problem.demands.map((demand) => ({ ...demand, rate: demand.rate * factor })),
})

const scaled = (rate: PerSecond, factor: number): PerSecond => perSecond(rate * factor)

const withoutCharacteristics = (part: PartName): QuoteFault => ({
  code: 'no-characteristics',
  part,
  message: `Nothing is said of what an instance of part "${part}" can do.`,
  hint: 'Write its characteristics: serviceTime, capacity and startTime.',
})

const WITHOUT_OPERATIONS: QuoteFault = {
  code: 'no-operations',
  message: 'The service takes no operations, so there is no response time to predict.',
  hint: 'Name the part that takes them as the entry of its gateway.',
}
