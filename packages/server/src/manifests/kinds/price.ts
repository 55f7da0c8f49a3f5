/** What the owner pays (A3.5): one key says of what kind the price is. */
import type { LoadTier, Price, PricePeriod, TightnessStep } from '@holdfast/core/agreement'
import { minutes, type InstanceTypeName, type Money } from '@holdfast/core/units'
import { z } from 'zod'
import { period } from './schedule-period.ts'
import {
  exactlyOne,
  hourlyPrice,
  mapping,
  money,
  name,
  namedOnce,
  positiveDuration,
  rate,
  ratio,
  text,
} from './schema-parts.ts'

/** What bursty loads are mostly billed by: the samples of the 95th percentile are five minutes long. */
const DEFAULT_SAMPLE = minutes(5)

/** A mistyped factor must not multiply a bill by thousands. */
const MAX_FACTOR = 1_000

const pricePeriod = z.enum(['hour', 'day', 'month'])
const operations = z.int().min(1)
const factor = z.number().positive().max(MAX_FACTOR)

const instanceRate = mapping({
  instanceType: name<InstanceTypeName>(),
  price: hourlyPrice,
  exclusive: z.boolean().exactOptional().describe('On hosts that run nobody else’s instances.'),
}).transform(({ exclusive = false, ...rest }) => ({ ...rest, exclusive }))

const loadTier = mapping({
  upTo: rate.exactOptional().describe('Left out in the last tier only, which is for any higher load.'),
  amount: money,
}).transform(({ upTo = null, amount }): LoadTier => ({ upTo, amount }))

const load = mapping({
  statistic: z.enum(['average', 'peak', 'p95']).exactOptional().describe('average if left out.'),
  sample: positiveDuration.exactOptional().describe('The length of one sample; 5min if left out.'),
  per: pricePeriod,
  tiers: z.array(loadTier).min(1),
})
  .superRefine(({ tiers }, context) => {
    for (const [index, { upTo }] of tiers.entries()) {
      const before = tiers[index - 1]
      if (before === undefined || (before.upTo !== null && (upTo === null || upTo > before.upTo))) continue
      const message = 'No load ever lies in this tier: the one before it reaches as far.'
      const hint = 'Write tiers by rising upTo, and leave it out in the last one only.'
      context.addIssue({ code: 'custom', message, params: { hint }, path: ['tiers', index] })
    }
  })
  .transform(({ statistic = 'average', sample = DEFAULT_SAMPLE, per, tiers }): Price => ({
    kind: 'load',
    statistic,
    sample,
    tiers,
    per,
  }))

const costPlus = mapping({
  margin: ratio.describe('On top of what the instances and the inputs cost.'),
  inputs: namedOnce(mapping({ name: text('Such as electricity.'), price: hourlyPrice }), 'input')
    .exactOptional()
    .describe('What each instance-hour costs besides, at the price of the time.'),
  busy: namedOnce(mapping({ name: text('Such as evening.'), period, factor }), 'busy period')
    .exactOptional()
    .describe('Periods in which the price is multiplied; the first that holds counts.'),
}).transform(({ margin, inputs = [], busy = [] }): Price => ({ kind: 'cost-plus', margin, inputs, busy }))

const tightnessStep: z.ZodType<TightnessStep> = mapping({
  within: positiveDuration.describe('From handing the work over to its deadline.'),
  factor,
})

const deadline = mapping({
  amount: money,
  per: operations,
  tightness: z.array(tightnessStep).min(1),
})
  .superRefine(({ tightness }, context) => {
    for (const [index, { within, factor: times }] of tightness.entries()) {
      const before = tightness[index - 1]
      if (before === undefined || (within > before.within && times < before.factor)) continue
      const message = 'A longer time to the deadline must cost less.'
      const hint = 'Write the tightest step first, with the highest factor.'
      context.addIssue({ code: 'custom', message, params: { hint }, path: ['tightness', index] })
    }
  })
  .transform(({ amount, per, tightness }): Price => ({ kind: 'deadline', amount, per, tightness }))

const kinds = ['flat', 'operations', 'instanceHours', 'load', 'costPlus', 'deadline'] as const

/** A period for `flat`, a number of operations for `operations`. */
const per = z.union([pricePeriod, operations])

export const price: z.ZodType<Price> = mapping({
  flat: money.exactOptional().describe('For each period, with per: hour, day or month.'),
  operations: money.exactOptional().describe('For each so many operations, with per: 1000 for example.'),
  per: per.exactOptional().describe('The period of flat, or the number of operations.'),
  instanceHours: z.array(instanceRate).min(1).exactOptional(),
  load: load.exactOptional().describe('By the load of the period: the tier it lies in counts for all of it.'),
  costPlus: costPlus.exactOptional().describe('What it costs, with a margin.'),
  deadline: deadline.exactOptional().describe('Of batch work: the tighter its deadline, the dearer.'),
})
  .superRefine(exactlyOne(kinds))
  .transform(({ flat, operations: byOperations, per: each, instanceHours, ...other }, context): Price => {
    const inWords = flat !== undefined || byOperations !== undefined
    if (flat !== undefined && isPeriod(each)) return { kind: 'flat', amount: flat, per: each }
    if (byOperations !== undefined && typeof each === 'number')
      return { kind: 'operations', amount: byOperations, per: each }
    const rest = other.load ?? other.costPlus ?? other.deadline
    if (!inWords && each === undefined) {
      if (instanceHours !== undefined) return { kind: 'instance-hours', rates: instanceHours }
      if (rest !== undefined) return rest
    }
    context.addIssue({ code: 'custom', ...perFault(flat, byOperations) })
    return z.NEVER
  })
  .meta({
    id: 'Price',
    description: 'What the owner pays: a mapping with one key that says of what kind it is.',
  })

const isPeriod = (each: PricePeriod | number | undefined): each is PricePeriod => typeof each === 'string'

function perFault(
  flat: Money | undefined,
  byOperations: Money | undefined,
): { readonly message: string; readonly params: { readonly hint: string }; readonly path: string[] } {
  const path = ['per']
  if (flat !== undefined)
    return {
      message: 'A flat price is for a period.',
      params: { hint: 'Write per: hour, day or month.' },
      path,
    }
  if (byOperations !== undefined) {
    const hint = 'Write per: 1000, or another number of operations.'
    return { message: 'A price of operations is for a number of them.', params: { hint }, path }
  }
  return { message: 'This price does not take "per" here.', params: { hint: 'Leave it out.' }, path }
}
