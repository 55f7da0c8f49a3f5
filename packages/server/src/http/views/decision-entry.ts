/**
 * Reads the bodies of `decision` and `outcome` entries. They are checked rather than trusted: an entry may
 * have been written by another version, and a question about the past must not fail on it as a whole.
 */
import type { Verdict } from '@holdfast/core/agreement'
import type { DesiredInstance, Plan, Reason, Standing } from '@holdfast/core/control'
import type { ServiceObservation } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'
import { z } from 'zod'
import type { JournalEntry } from '../../store/store.ts'

/** What a decision entry holds, as far as it is explained. */
export interface DecisionBody {
  readonly at: EpochMs
  readonly observation: ServiceObservation
  readonly verdicts: readonly Verdict[]
  readonly plan: Plan | null
  /** Only of a service that was advised. */
  readonly advice?: Plan | null
  /** Of the services that it depends on. */
  readonly dependencies?: readonly Standing[]
  readonly reasons: readonly Reason[]
}

export interface OutcomeBody {
  /** The sequence of the decision that was carried out. */
  readonly decision: number
  readonly actions: readonly {
    readonly kind: 'start' | 'stop'
    readonly instance: string
    readonly ok: boolean
    readonly says: string
  }[]
}

const reason = z.looseObject({ code: z.string(), part: z.string().nullable(), says: z.string() })
const instance = z.looseObject({ id: z.string(), part: z.string() })
const times = z.looseObject({ count: z.number(), meanMs: z.number(), p90Ms: z.number(), p99Ms: z.number() })
const span = z.looseObject({ from: z.int(), to: z.int() })

const plan = z
  .looseObject({
    at: z.int(),
    desired: z.array(instance),
    changes: z.array(z.looseObject({ kind: z.enum(['start', 'stop']), instance, reason })),
  })
  .nullable()

const decisionBody = z.looseObject({
  at: z.int(),
  observation: z.looseObject({
    span,
    complete: z.boolean(),
    arrivals: z.number(),
    completed: z.number(),
    failed: z.number(),
    response: times,
    parts: z.array(
      z.looseObject({
        part: z.string(),
        arrivals: z.number(),
        queued: z.number(),
        service: times,
        waiting: times,
        instances: z.array(z.looseObject({ phase: z.string() })),
      }),
    ),
  }),
  verdicts: z.array(
    z.looseObject({
      agreement: z.string(),
      level: z.string(),
      at: z.int(),
      window: span,
      state: z.string(),
      budget: z.looseObject({ allowed: z.number(), left: z.number() }),
      reason: z.string(),
    }),
  ),
  plan,
  advice: plan.exactOptional(),
  dependencies: z
    .array(z.looseObject({ service: z.string(), state: z.string(), since: z.int(), says: z.string() }))
    .exactOptional(),
  reasons: z.array(reason),
})

const outcomeBody = z.looseObject({
  decision: z.int(),
  actions: z.array(
    z.object({ kind: z.enum(['start', 'stop']), instance: z.string(), ok: z.boolean(), says: z.string() }),
  ),
})

/** Null for an entry of another kind or shape. */
export function readDecision(entry: JournalEntry): DecisionBody | null {
  if (entry.kind !== 'decision') return null
  const read = decisionBody.safeParse(parsed(entry.body))
  // Branded quantities are plain numbers and texts in JSON; all that is used of them was checked above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return read.success ? (read.data as unknown as DecisionBody) : null
}

/** Null for an entry of another kind or shape. */
export function readOutcome(entry: JournalEntry): OutcomeBody | null {
  if (entry.kind !== 'outcome') return null
  const read = outcomeBody.safeParse(parsed(entry.body))
  return read.success ? read.data : null
}

/** What was desired before a plan: without what it starts, and with what it stops. */
export function desiredBefore({
  desired,
  changes,
}: Pick<Plan, 'desired' | 'changes'>): readonly DesiredInstance[] {
  const started = new Set(changes.filter(({ kind }) => kind === 'start').map(({ instance }) => instance.id))
  const stopped = changes.filter(({ kind }) => kind === 'stop').map(({ instance }) => instance)
  return [...desired.filter(({ id }) => !started.has(id)), ...stopped]
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
