/** Service: its parts, how an instance of each is run, and what each is expected to do. */
import type { BatchWork, Characteristics, LoadHint, PartCall, ServiceTime } from '@holdfast/core/agreement'
import { addDuration, bytes, ratio, seconds } from '@holdfast/core/units'
import type { InstanceTypeName, OwnerName, PartName, ServiceName } from '@holdfast/core/units'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { RouteLimits } from '../../platforms/gateway/gateway.ts'
import type { Readiness, RunSpec } from '../../platforms/platform.ts'
import { MAX_CALLS, MAX_INSTANCES } from '../limits.ts'
import { moment } from './moment.ts'
import {
  amountOfData,
  duration,
  exactlyOne,
  mapping,
  name,
  namedOnce,
  positiveDuration,
  rate,
  text,
} from './schema-parts.ts'

/** Long enough for slow answers, short enough that a lost instance is noticed by those who wait. */
const DEFAULT_RESPONSE_TIMEOUT = seconds(30)

/** Some seconds of the load that one machine can take; longer queues only make everyone late. */
const DEFAULT_MAX_QUEUED = 1_000

const DEFAULT_MAX_BODY = bytes(10 * 1_048_576)

const DEFAULT_READY_WITHIN = seconds(30)

const DEFAULT_DRAIN = seconds(10)

const gateway = mapping({
  entry: name<PartName>().describe('The part that takes the clients’ operations.'),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .exactOptional()
    .describe('Its own port on 127.0.0.1; without it the service is reached by path only.'),
  maxQueued: z
    .int()
    .min(0)
    .exactOptional()
    .describe('Operations that may wait for one part; further ones are refused. 1000 if left out.'),
  responseTimeout: positiveDuration.exactOptional(),
  maxBody: amountOfData.exactOptional(),
}).transform(({ entry, port, maxQueued, responseTimeout, maxBody }) => {
  const limits: RouteLimits = {
    queued: maxQueued ?? DEFAULT_MAX_QUEUED,
    responseTimeout: responseTimeout ?? DEFAULT_RESPONSE_TIMEOUT,
    bodyBytes: maxBody ?? DEFAULT_MAX_BODY,
  }
  return { entry, port: port ?? null, limits }
})

const readiness = mapping({
  http: z
    .string()
    .regex(/^\/\S*$/)
    .exactOptional()
    .describe('Ready once a GET of this path is answered with 2xx.'),
  listening: z
    .literal(true)
    .exactOptional()
    .describe('Ready once it listens on its port; what holds if nothing is said.'),
  running: z.literal(true).exactOptional().describe('Ready once it runs, for programs that serve nothing.'),
  within: positiveDuration.exactOptional(),
})
  .superRefine(exactlyOne(['http', 'listening', 'running']))
  .transform(({ http, running, within = DEFAULT_READY_WITHIN }): Readiness => {
    if (http !== undefined) return { kind: 'http', path: http, within }
    return running === true ? { kind: 'running' } : { kind: 'listening', within }
  })

const run = mapping({
  command: z.array(z.string()).min(1).describe('The program and its arguments; no shell is between.'),
  directory: z
    .string()
    .refine((path) => isAbsolute(path), {
      params: { hint: 'Write an absolute path, such as /srv/shop.' },
      error: 'The directory is relative, and where the file lies is not known.',
    })
    .describe('Where the command runs, relative to the file.'),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).exactOptional(),
  readiness: readiness.exactOptional(),
  drain: duration.exactOptional(),
})
  .transform(({ command, directory, environment = {}, drain = DEFAULT_DRAIN, ...rest }): RunSpec => {
    const ready: Readiness = rest.readiness ?? { kind: 'listening', within: DEFAULT_READY_WITHIN }
    return { command, directory, environment, readiness: ready, drain }
  })
  .describe('How an instance is started. HOLDFAST_PART and the port are added to its environment.')

const percentiles = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, 'p99.9': 0.999 } as const
type Percentile = keyof typeof percentiles
const percentileKeys = Object.keys(percentiles) as Percentile[]

const serviceTime = mapping({
  mean: positiveDuration,
  p50: positiveDuration.exactOptional(),
  p75: positiveDuration.exactOptional(),
  p90: positiveDuration.exactOptional(),
  p95: positiveDuration.exactOptional(),
  p99: positiveDuration.exactOptional(),
  'p99.9': positiveDuration.exactOptional(),
})
  .meta({
    description: 'The part’s own time for one operation: the mean, and at most one percentile.',
    maxProperties: 2,
  })
  .transform((value, context): ServiceTime => {
    const [key, ...more] = percentileKeys.filter((one) => value[one] !== undefined)
    if (more.length > 0)
      context.addIssue({
        code: 'custom',
        message: 'More than one percentile is given.',
        params: { hint: `Keep one, such as ${key}.` },
      })
    const at = key === undefined ? undefined : value[key]
    if (key === undefined || at === undefined) return { mean: value.mean }
    return { mean: value.mean, percentile: { ratio: ratio(percentiles[key]), value: at } }
  })

const characteristics: z.ZodType<Characteristics> = mapping({
  serviceTime,
  capacity: rate,
  startTime: duration,
}).describe('What one instance is expected to do. Without it the part runs at its minimum.')

const call = mapping({
  part: name<PartName>(),
  times: z
    .number()
    .positive()
    .max(MAX_CALLS)
    .exactOptional()
    .describe('Mean number of calls for one operation, at most 1000; 1 if left out.'),
}).transform(({ part, times = 1 }): PartCall => ({ part, times }))

const instances = mapping({
  min: z.int().min(0).max(MAX_INSTANCES).exactOptional().describe('1 if left out.'),
  max: z.int().min(1).max(MAX_INSTANCES).exactOptional().describe('As many as min, at least 1, if left out.'),
}).transform(({ min = 1, max = Math.max(1, min) }) => ({ min, max }))

const part = mapping({
  name: name<PartName>(),
  instanceType: name<InstanceTypeName>(),
  run,
  instances: instances.exactOptional(),
  concurrency: z
    .int()
    .min(1)
    .exactOptional()
    .describe('Operations that one instance is given at once; further ones wait.'),
  characteristics: characteristics.exactOptional(),
  calls: z.array(call).exactOptional(),
}).transform(({ instances: count = { min: 1, max: 1 }, calls = [], ...rest }) => ({
  ...rest,
  instances: count,
  calls,
}))

/** A mistyped factor must not order a data centre. */
const MAX_HINTED_FACTOR = 1_000

const hint = mapping({
  name: text('What is to come, such as a sale.'),
  from: moment,
  to: moment.exactOptional(),
  for: positiveDuration.exactOptional().describe('Its length, in the place of to.'),
  factor: z.number().positive().max(MAX_HINTED_FACTOR).describe('Times the load that comes otherwise.'),
})
  .superRefine(exactlyOne(['to', 'for']))
  .superRefine(({ from, to }, context) => {
    if (to === undefined || to > from) return
    const message = 'The hint ends before it begins.'
    context.addIssue({
      code: 'custom',
      message,
      params: { hint: 'Write a later to, or a length as for.' },
      path: ['to'],
    })
  })
  .transform(({ name: called, from, to, for: length, factor }): LoadHint => ({
    name: called,
    from,
    to: to ?? (length === undefined ? from : addDuration(from, length)),
    factor,
  }))

const batch: z.ZodType<BatchWork> = mapping({
  operations: z.int().min(1).describe('How many are to be done.'),
  deadline: moment,
}).describe('Work that is to be done by a time, at whatever hour; left out for an interactive service.')

export const serviceSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Service'),
  metadata: mapping({ name: name<ServiceName>(), owner: name<OwnerName>() }),
  spec: mapping({
    gateway: gateway
      .exactOptional()
      .describe('Leave it out where operations do not pass through Holdfast, or where there are none.'),
    entry: name<PartName>()
      .exactOptional()
      .describe('Without a gateway: the part that takes the clients’ operations, of which sources tell.'),
    parts: namedOnce(part, 'part').min(1),
    mode: z
      .enum(['act', 'advise'])
      .exactOptional()
      .describe('advise: decisions are journaled, and not carried out; act if left out.'),
    hints: namedOnce(hint, 'hint').exactOptional().describe('What is known of the load to come.'),
    batch: batch.exactOptional(),
  }).superRefine(({ gateway: through, entry }, context) => {
    if (through === undefined || entry === undefined) return
    const message = 'The entry is said twice.'
    const params = { hint: 'The gateway has an entry already; leave this one out.' }
    context.addIssue({ code: 'custom', message, params, path: ['entry'] })
  }),
}).meta({
  id: 'Service',
  description: 'An application: its parts, how each is run, and what is expected of it.',
})
