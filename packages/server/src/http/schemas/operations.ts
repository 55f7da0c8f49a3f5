/** What the wrapper sends and is answered, as zod: checked against its types, and the source of OpenAPI. */
import { z } from 'zod'
import { MAX_BUCKETS, type OperationsBatch, type RecordedSeries } from '../../sources/wrapper/index.ts'
import type { OperationsAnswer } from '../api.ts'
import { named } from './registry.ts'

const MAX_SERIES = 1_000
const MAX_LIMITS = 32
const MAX_OPERATION_LENGTH = 128
/** What is older was kept by no program. */
const LONGEST_AGO_MS = 31 * 86_400_000

const count = z.int().min(0)
const amount = z.number().min(0)
const ago = amount.max(LONGEST_AGO_MS)

const recordedSeries = named<RecordedSeries>(
  'RecordedSeries',
  z.strictObject({
    operation: z.string().min(1).max(MAX_OPERATION_LENGTH),
    class: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
    outcome: z.enum(['ok', 'failed', 'aborted']),
    count,
    sum: amount.describe('Milliseconds, as min and max.'),
    min: amount,
    max: amount,
    zeroCount: count.describe('Values up to 2^-32.'),
    offset: z
      .int()
      .describe('The index of the first bucket: bucket i has the values from 2^(i/64) up to 2^((i+1)/64).'),
    buckets: z.array(count).max(MAX_BUCKETS),
    over: z.array(count).max(MAX_LIMITS).describe('How many were over each of limitsMs.'),
  }),
)

export const operationsBatch: z.ZodType<OperationsBatch> = named<OperationsBatch>(
  'OperationsBatch',
  z.strictObject({
    process: z
      .string()
      .regex(/^[A-Za-z0-9_-]{8,64}$/)
      .describe('Drawn at random by each process when it starts.'),
    sequence: count.describe(
      'Grows with each batch of the process. One that was counted is not counted again.',
    ),
    part: z.string().min(1).max(63),
    instance: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/)
      .exactOptional()
      .describe('The instance that the process is, or another name for it.'),
    fromAgoMs: ago.describe('How long ago the first of it was recorded, when it was sent.'),
    toAgoMs: ago.describe('How long ago the last of it was recorded, when it was sent.'),
    limitsMs: z.array(amount).max(MAX_LIMITS).describe('Limits over which values were counted one by one.'),
    activeMs: amount.describe('How many operations were under way, times milliseconds, added up.'),
    series: z.array(recordedSeries).max(MAX_SERIES),
  }),
)

export const operationsAnswer: z.ZodType<OperationsAnswer> = named<OperationsAnswer>(
  'OperationsAnswer',
  z.object({
    counted: z.boolean().describe('False where it was counted before.'),
    limitsMs: z.array(z.number()).describe('The limits to count over from now on.'),
  }),
)
