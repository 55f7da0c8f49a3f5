/** An experiment that finds what one instance of a part can do. */
import { days, minutes } from '@holdfast/core/units'
import { z } from 'zod'
import type { BenchmarkRequest, SourceReads } from '../../sources/source.ts'
import { mapping, positiveDuration } from './schema-parts.ts'

/** As long as `holdfast profile` takes for a part. */
const DEFAULT_LENGTH = minutes(1)
const DEFAULT_AGAIN = days(1)
/** It takes processors from whatever else runs: not all of the time. */
const LEAST_AGAIN = minutes(10)

const request = mapping({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).exactOptional().describe('GET if left out.'),
  path: z
    .string()
    .regex(/^\/\S*$/)
    .describe('With its query, such as /orders?page=2.'),
  body: z.string().exactOptional().describe('Sent as JSON.'),
}).transform(({ method = 'GET', path, body = null }): BenchmarkRequest => ({ method, target: path, body }))

export const benchmarkReads = mapping({
  requests: z.array(request).min(1).max(100).describe('Sent in turn. They must do no harm.'),
  for: positiveDuration.exactOptional().describe('How long the experiment may take; 1min if left out.'),
  again: positiveDuration.exactOptional().describe('How long after one the next one begins; 1d if left out.'),
})
  .superRefine(({ again }, context) => {
    if (again === undefined || again >= LEAST_AGAIN) return
    const params = { hint: 'Write 10min or more.' }
    context.addIssue({ code: 'custom', message: 'That is too often.', params, path: ['again'] })
  })
  .transform(({ requests, for: length = DEFAULT_LENGTH, again = DEFAULT_AGAIN }): SourceReads => ({
    kind: 'benchmark',
    benchmark: { requests, length, again },
  }))
  .describe('Starts instances that serve nobody else, now and then, and drives them until they do no more.')
