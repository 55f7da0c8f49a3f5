/** What gives way when the load grows: with the quoted instances, and with as many as limits and caps allow. */
import { capacityOf, predictWithin, type InstanceCounts } from '../allocation/index.ts'
import type { PartName, PerSecond } from '../units/index.ts'
import { perSecond, roughRate } from '../units/index.ts'
import {
  isKept,
  loadedWith,
  predictDemand,
  sizeFor,
  timesLoad,
  type Demand,
  type QuoteProblem,
} from './quote-problem.ts'
import type { BreakPoint, QuoteLimitation } from './quote-types.ts'
import { largestThat } from './search.ts'
import { limitationWords } from './words.ts'

/** A little beyond the load at which a level breaks, where it is broken for sure. */
const BEYOND = 1.01

export function breakPointOf(problem: QuoteProblem, counts: InstanceCounts): BreakPoint {
  const fullAt = Math.min(...problem.parts.map((part) => fullLoad(part, counts[part.part] ?? 0)))
  const most = fullAt / problem.rate
  const keepsAll = (factor: number): boolean => {
    const scaled = timesLoad(problem, factor)
    return factor < most && scaled.demands.every((demand) => isKept(scaled, counts, demand))
  }
  const factor = largestThat(keepsAll, most * (1 - 1e-9))
  const grown = timesLoad(problem, (factor ?? 0) * BEYOND)
  const broken = factor === null ? undefined : grown.demands.find((demand) => !isKept(grown, counts, demand))
  const part = broken === undefined ? fullestPart(problem, counts) : bindingPart(grown, counts, broken)
  const reach = reachOf(problem)
  const found = {
    loadPerSecond: factor === null ? null : perSecond(problem.rate * factor),
    part,
    level: broken?.level.name ?? null,
    ...reach,
  }
  return { ...found, says: says(problem, found) }
}

/** The load of the service at which all instances of the part are busy all the time. */
const fullLoad = ({ stations, visits }: QuoteProblem['parts'][number], instances: number): number =>
  (instances * capacityOf(stations)) / visits

function fullestPart({ parts }: QuoteProblem, counts: InstanceCounts): PartName | null {
  const first = parts.toSorted((a, b) => fullLoad(a, counts[a.part] ?? 0) - fullLoad(b, counts[b.part] ?? 0))
  return first[0]?.part ?? null
}

/** Where one more instance would bring most for the level. */
function bindingPart(problem: QuoteProblem, counts: InstanceCounts, demand: Demand): PartName | null {
  let best: { part: PartName; share: number } | null = null
  for (const { part } of problem.parts) {
    const more = { ...counts, [part]: (counts[part] ?? 0) + 1 }
    const share = predictWithin(loadedWith(problem, more), demand.rate, demand.limitMs, problem.overheadMs)
    if (best === null || share > best.share) best = { part, share }
  }
  const gains = best !== null && best.share > predictDemand(problem, counts, demand)
  return gains ? (best?.part ?? null) : fullestPart(problem, counts)
}

/** The highest load that the terms can be kept at, however many instances are allowed, and what ends it. */
function reachOf(problem: QuoteProblem): {
  readonly atMostPerSecond: PerSecond | null
  readonly limitedBy: QuoteLimitation
} {
  const allowed = problem.parts.map((part) => fullLoad(part, Math.min(part.atMost, MOST_INSTANCES)))
  const most = Math.min(...allowed) / problem.rate
  const limit = (factor: number): QuoteLimitation => sizeFor(timesLoad(problem, factor)).limitedBy
  const factor = largestThat((candidate) => limit(candidate) === 'nothing', most * (1 - 1e-9))
  return {
    atMostPerSecond: factor === null ? null : perSecond(problem.rate * factor),
    limitedBy: limit((factor ?? 1) * BEYOND),
  }
}

/** As many as sizing adds to a part at most. */
const MOST_INSTANCES = 1_000

/** Loads that are nearer to each other than this share are the same to a reader. */
const SAME_LOAD = 0.005

function says(problem: QuoteProblem, found: Omit<BreakPoint, 'says'>): string {
  const { loadPerSecond, part, level, atMostPerSecond, limitedBy } = found
  const limit = limitationWords(problem, limitedBy)
  if (loadPerSecond === null) return `These instances keep the terms at no load: ${limit}.`
  const what = level === null ? `part ${part} is full` : `level ${level} breaks: operations wait at ${part}`
  const first = `Above ${roughRate(loadPerSecond)} ${what}.`
  if (atMostPerSecond === null || atMostPerSecond < loadPerSecond * (1 + SAME_LOAD))
    return `${first} No more instances are allowed: ${limit}.`
  return `${first} With more instances the terms can be kept up to ${roughRate(atMostPerSecond)}, then ${limit}.`
}
