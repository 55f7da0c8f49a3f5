/**
 * What is written down of an instance so that a successor of this process takes it up where it was left:
 * before its process is started (a run without a process), after, and when it is to be stopped.
 */
import { durationMs, epochMs, parseName, type EpochMs, type Name } from '@holdfast/core/units'
import { z } from 'zod'
import type { InstanceSpec } from '../platform.ts'
import type { ProcessIdentity } from './process-identity.ts'

export interface InstanceRecord {
  readonly spec: InstanceSpec
  readonly restarts: number
  readonly failures: number
  readonly stopping: boolean
  /** Its present or intended process; null while it waits for its restart or has been given up. */
  readonly run: RunRecord | null
}

export interface RunRecord {
  /** What its process carries in its environment as HOLDFAST_RUN. */
  readonly mark: string
  readonly port: number
  readonly startedAt: EpochMs
  /** Null from the intent to the start. */
  readonly process: ProcessIdentity | null
}

const name = <Kind extends Name>() =>
  z.string().transform((text, context): Kind => {
    const parsed = parseName<Kind>(text)
    if (parsed.ok) return parsed.value
    context.addIssue(parsed.error.message)
    return z.NEVER
  })

const duration = z.int().transform(durationMs)

const readiness = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('http'), path: z.string(), within: duration }),
  z.object({ kind: z.literal('listening'), within: duration }),
  z.object({ kind: z.literal('running') }),
])

const texts = z.record(z.string(), z.string())

const instanceRecord: z.ZodType<InstanceRecord> = z.object({
  spec: z.object({
    id: name<InstanceSpec['id']>(),
    service: name<InstanceSpec['service']>(),
    part: name<InstanceSpec['part']>(),
    revision: z.string(),
    run: z.object({
      command: z.array(z.string()),
      directory: z.string(),
      environment: texts,
      readiness,
      drain: duration,
    }),
    peers: texts,
  }),
  restarts: z.int(),
  failures: z.int(),
  stopping: z.boolean(),
  run: z
    .object({
      mark: z.string(),
      port: z.int(),
      startedAt: z.int().transform(epochMs),
      process: z.object({ pid: z.int().positive(), started: z.string() }).nullable(),
    })
    .nullable(),
})

export const encodeRecord = (record: InstanceRecord): string => JSON.stringify(record)

/** Null for a text that is no record of ours: whatever it told of, nothing explains that any more. */
export function decodeRecord(text: string): InstanceRecord | null {
  try {
    return instanceRecord.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
