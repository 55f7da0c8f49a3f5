/**
 * Which ticks are worth an entry in the journal, and what the entry holds: all that the decision was made
 * from, so that it can be made again from the journal alone.
 */
import { canonicalJson, type DecideInput, type TickDecision } from '@holdfast/core/control'
import type { ResolvedService } from '../manifests/index.ts'
import type { JournalDraft } from '../store/store.ts'

/** What was last said of a service, as one text; null before anything was said. */
export type Remembered = string | null

/**
 * A tick has decided something when it plans, when a verdict or its cause is another than before, when it
 * refrains for a new reason, when a window ended or when a plan was withheld.
 */
export function isWorthAnEntry(
  decision: TickDecision,
  before: Remembered,
): { readonly write: boolean; readonly said: Remembered } {
  const verdicts = decision.verdicts.map(({ agreement, level, state, cause }) => [
    agreement,
    level,
    state,
    cause?.kind,
    cause?.part,
  ])
  const said = JSON.stringify([verdicts, decision.reasons.map(({ code }) => code).toSorted()])
  const write =
    decision.plan !== null || decision.closed.length > 0 || decision.violations.length > 0 || said !== before
  return { write, said }
}

export function decisionDraft(
  input: DecideInput,
  decision: TickDecision,
  resolved: ResolvedService,
): JournalDraft {
  const at = input.now
  return {
    service: input.service.name,
    at,
    kind: 'decision',
    actor: 'loop',
    body: canonicalJson({
      at,
      // With prices and characteristics as they were: manifests of instance types have versions of their own.
      service: { version: resolved.version, ...input.service },
      agreements: resolved.agreements.map(({ name, version }) => ({ name, version })),
      basedOn: input.generation,
      generation: decision.plan?.generation ?? input.generation,
      before: { state: input.state, desired: input.desired },
      observation: input.observation,
      verdicts: decision.verdicts,
      plan: decision.plan,
      reasons: decision.reasons,
      closed: decision.closed,
      violations: decision.violations,
    }),
  }
}
