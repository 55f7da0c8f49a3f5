/** Rule: how what sources tell becomes one metric of a service (H1.15). */
import type { Combination, LabelTest, RuleInput, Statistic } from '@holdfast/core/health'
import {
  fail,
  ok,
  type Parsed,
  type PartName,
  type RuleName,
  type ServiceName,
  type SourceName,
} from '@holdfast/core/units'
import { z } from 'zod'
import { slowIn } from './quick-expression.ts'
import { expression } from './source.ts'
import { mapping, name, refused, text, written } from './schema-parts.ts'

const WORDS = ['mean', 'sum', 'rate', 'max', 'min', 'last', 'count', 'distribution'] as const

const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?)$/
const OVER = /^over (\d+(?:\.\d+)?)$/

const statistic: z.ZodType<Statistic> = written({
  id: 'Statistic',
  description:
    'What of the selected series over an interval: mean, sum, rate (a second), max, min, last, count, distribution, a percentile such as p99, or over and a limit; times of distributions are in milliseconds.',
  examples: ['rate', 'p99', 'over 250'],
  pattern: String.raw`^(mean|sum|rate|max|min|last|count|distribution|p\d{1,2}(\.\d+)?|over \d+(\.\d+)?)$`,
  parse: (given): Parsed<Statistic> => {
    const word = WORDS.find((one) => one === given)
    if (word !== undefined) return ok({ of: word })
    const [, percentile] = PERCENTILE.exec(given) ?? []
    if (percentile !== undefined) return ok({ of: 'percentile', share: Number(percentile) / 100 })
    const [, limit] = OVER.exec(given) ?? []
    if (limit !== undefined) return ok({ of: 'over', limit: Number(limit) })
    return fail({
      code: 'statistic-unknown',
      message: `There is no statistic "${given}".`,
      hint: `Write one of ${WORDS.join(', ')}, p99, or "over 250".`,
    })
  },
})

const SLOW_HINT =
  'It is tried on whatever is sent, and could take without end: write it without repeats in repeats, and few of them.'

const labels = z
  .record(z.string().min(1).max(200), z.string().max(200))
  .superRefine((tests, context) => {
    for (const [label, test] of Object.entries(tests)) {
      const of = expressionIn(test)
      if (of === null) continue
      const read = expression('').safeParse(of)
      const says = read.success ? slowIn(of) : (read.error.issues[0]?.message ?? 'It cannot be read.')
      if (says === null) continue
      const hint = read.success ? SLOW_HINT : 'Between slashes stands a regular expression of JavaScript.'
      context.addIssue({ code: 'custom', message: says, params: { hint }, path: [label] })
    }
  })
  .transform((tests): readonly LabelTest[] =>
    Object.entries(tests).map(([label, test]) => {
      const of = expressionIn(test)
      return { label, is: of === null ? { text: test } : { pattern: of } }
    }),
  )
  .describe('Labels that it must have: a text, or an expression for all of it between slashes.')

function expressionIn(test: string): string | null {
  return test.length > 1 && test.startsWith('/') && test.endsWith('/') ? test.slice(1, -1) : null
}

const input = mapping({
  source: name<SourceName>().exactOptional().describe('Any source, if left out.'),
  series: text('Its name, as the source says it.'),
  labels: labels.exactOptional(),
  statistic,
  scale: z.number().exactOptional().describe('The figure times this; 1 if left out.'),
  plus: z.number().exactOptional().describe('Added to that; 0 if left out.'),
  weight: z.number().positive().exactOptional().describe('For weighted-mean; 1 if left out.'),
}).transform(
  ({
    source = null,
    series,
    labels: tests = [],
    statistic: of,
    scale = 1,
    plus = 0,
    weight = 1,
  }): RuleInput => ({
    select: { source, series, labels: tests },
    statistic: of,
    scale,
    plus,
    weight,
  }),
)

/** A figure of more inputs is better made where they are measured. */
const MAX_INPUTS = 16

const COMBINATIONS = [
  'sum',
  'difference',
  'product',
  'ratio',
  'max',
  'min',
  'weighted-mean',
  'first',
] as const satisfies readonly Combination[]

const metric: z.ZodType<string> = written({
  id: 'MetricName',
  description:
    'One of availability, capacity, throughput, service-time, queue-length, utilisation, violations and satisfaction, or a name of your own for one more.',
  examples: ['utilisation', 'cache-hits'],
  pattern: '^[a-z][a-z0-9-]{0,62}$',
  parse: (given) =>
    /^[a-z][a-z0-9-]{0,62}$/.test(given)
      ? ok(given)
      : refused(
          'metric-malformed',
          `The metric "${given}" is no name.`,
          'Write lower-case letters, digits and hyphens, such as cache-hits.',
        ),
})

export const ruleSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Rule'),
  metadata: mapping({ name: name<RuleName>() }),
  spec: mapping({
    service: name<ServiceName>(),
    part: name<PartName>().exactOptional().describe('Whose metric it is; the service’s, if left out.'),
    metric,
    unit: text('In what one more metric is counted, such as hits.').exactOptional(),
    inputs: z.array(input).min(1).max(MAX_INPUTS),
    combine: z.enum(COMBINATIONS).exactOptional().describe('How inputs become one figure; sum if left out.'),
  }),
}).meta({ id: 'Rule', description: 'How what sources tell becomes one metric of a service.' })
