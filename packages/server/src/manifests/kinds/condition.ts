/** The conditions under which levels are promised. */
import { USUAL_THRESHOLDS, type Condition } from '@holdfast/core/agreement'
import { formatRatio, minutes, type PartName, type ServiceName } from '@holdfast/core/units'
import { z } from 'zod'
import { MAX_INSTANCES } from '../limits.ts'
import { duration, mapping, money, name, positiveDuration, rate, ratio } from './schema-parts.ts'

/** Averages over a minute are what load is mostly agreed in. */
const DEFAULT_LOAD_SPAN = minutes(1)

const load = mapping({
  atMost: rate,
  statistic: z.enum(['average', 'peak', 'p95']).exactOptional().describe('average if left out.'),
  per: positiveDuration.exactOptional().describe('The length of one sample; 1min if left out.'),
}).transform(({ atMost, statistic = 'average', per = DEFAULT_LOAD_SPAN }): Condition => ({
  kind: 'load',
  atMost,
  statistic,
  per,
}))

const instances = mapping({
  atMost: z.int().min(1).max(MAX_INSTANCES),
  part: name<PartName>().exactOptional().describe('Of all parts together if left out.'),
}).transform((written): Condition => ({ kind: 'instances', ...written }))

const cost = mapping({ atMostPerMonth: money }).transform((written): Condition => ({
  kind: 'cost',
  ...written,
}))

const usually = USUAL_THRESHOLDS

/** What is left out is as usual. */
const thresholds = mapping({
  parts: z
    .int()
    .min(1)
    .exactOptional()
    .describe(`Parts that must be outside at once; ${usually.parts} if left out.`),
  serviceTimeFactor: z
    .number()
    .gt(1)
    .exactOptional()
    .describe(`Times the expected service time; ${usually.serviceTimeFactor} if left out.`),
  failedShare: ratio
    .exactOptional()
    .describe(`Share of a part’s operations that fail; ${formatRatio(usually.failedShare)} if left out.`),
  lasting: duration.exactOptional().describe('For how long it must have been so; 0s if left out.'),
})

const characteristics = z.union([z.literal('as-expected'), thresholds]).transform((written): Condition => ({
  kind: 'characteristics',
  beyond: written === 'as-expected' ? USUAL_THRESHOLDS : { ...USUAL_THRESHOLDS, ...written },
}))

const dependency = name<ServiceName>().transform((service): Condition => ({ kind: 'dependency', service }))

/** Each condition is a mapping with one key, which says of what kind it is. */
export const condition = mapping({
  load: load.exactOptional(),
  instances: instances.exactOptional(),
  cost: cost.exactOptional().describe('What the instances of all parts together may cost.'),
  characteristics: characteristics
    .exactOptional()
    .describe('The parts run as expected: as usual, or within the thresholds that are given.'),
  dependency: dependency.exactOptional().describe('Another service, which must be kept itself.'),
})
  .meta({
    id: 'Condition',
    description: 'One condition: a mapping with one key, which says of what kind it is.',
    minProperties: 1,
    maxProperties: 1,
  })
  .transform((written, context): Condition => {
    const [only, ...more] = Object.values(written)
    if (only !== undefined && more.length === 0) return only
    const keys = 'load, instances, cost, characteristics, dependency'
    context.addIssue({
      code: 'custom',
      message:
        only === undefined ? 'The condition says nothing.' : 'Two conditions stand in one entry of the list.',
      params: { hint: `Write exactly one of ${keys} in each entry.` },
    })
    return z.NEVER
  })
