/** Sentences of a quote: why waiting takes more instances, and what is in the way. */
import { HOURS_PER_MONTH } from '../agreement/index.ts'
import { capacityOf, totalOf, type InstanceCounts } from '../allocation/index.ts'
import { formatMoney, money, perSecond, roughRate } from '../units/index.ts'
import { predictDemand, type QuoteProblem } from './quote-problem.ts'
import type { CapacityAnswer, QuoteLimitation, WaitingAnswer } from './quote-types.ts'
import { responseWithoutWaiting } from './response-time.ts'

export function whyMore(problem: QuoteProblem, alone: CapacityAnswer, waiting: WaitingAnswer): string {
  const [demand] = problem.demands.toSorted((a, b) => a.limitMs - b.limitMs)
  if (demand === undefined)
    return 'No response time is promised, so parts are only kept below three quarters of their capacity.'
  const rate = roughRate(perSecond(problem.rate))
  const slackMs = demand.limitMs - responseWithoutWaiting(problem.parts, problem.overheadMs)
  const busiest = Math.max(
    ...problem.parts.map(
      ({ part, stations, visits }) =>
        (problem.rate * visits) / ((alone.counts[part] ?? 1) * capacityOf(stations)),
    ),
  )
  const kept = predictDemand(problem, alone.counts, demand)
  const within = `${percent(kept)} would end within ${demand.limitMs} ms`
  if (slackMs <= 0)
    return `Service times alone take ${figure(demand.limitMs - slackMs)} of the ${demand.limitMs} ms; no number of instances shortens them.`
  if (waiting.total <= alone.total && waiting.limitedBy === 'nothing')
    return `${alone.total} leave enough room for waiting: ${within}.`
  const line =
    busiest >= 1 - 1e-9
      ? `a part of those ${alone.total} would be busy all the time, and its line would grow without end`
      : `the busiest part of those ${alone.total} would be busy ${percent(busiest)} of the time`
  return (
    `Capacity counts as if operations came in step. They come by chance: at ${rate} ${line}; ${within}. ` +
    `Service times leave ${figure(slackMs)} ms for waiting at all parts together, ` +
    `so an operation must nearly always find a free instance.`
  )
}

export function limitationWords(problem: QuoteProblem, limitedBy: QuoteLimitation): string {
  switch (limitedBy) {
    case 'nothing':
      return 'nothing is in the way'
    case 'cap':
      return `the cap of ${problem.atMost ?? 0} instances is in the way`
    case 'part-limits': {
      const limited = problem.parts.map(({ part, atMost }) => `${part} ${atMost}`).join(', ')
      return `parts may have no more instances (at most ${limited})`
    }
    case 'cost':
      return 'the cap on cost is in the way'
    case 'service-time':
      return 'service times alone are over the limit'
  }
}

export const countsWords = (counts: InstanceCounts): string =>
  `${Object.entries(counts)
    .map(([part, count]) => `${count} ${part}`)
    .join(' + ')} = ${totalOf(counts)}`

/** Rounded down, so that nothing reads as kept that is not. */
export const percent = (share: number): string =>
  `${Math.floor(Number((share * 1_000).toPrecision(12))) / 10} %`

const figure = (value: number): string => String(Number(value.toPrecision(3)))

export const monthly = (microsPerHour: number, currency: string): string =>
  formatMoney(money(BigInt(Math.ceil((microsPerHour * HOURS_PER_MONTH) / 10_000)) * 10_000n, currency))
