/**
 * The journal entry of a decision: when a tick is worth one, and what it holds, which is all that the
 * decision was made from, so that it can be made again from the journal alone.
 */
import { canonicalJson } from './canonical-json.ts'
import type { DecideInput } from './decide.ts'
import type { JournalContent } from './journal-entry.ts'
import type { Plan } from './plan.ts'
import type { TickDecision } from './tick.ts'

/** What was last said of a service, as one text; null before anything was said. */
export type Said = string | null

/**
 * A tick has decided something when it plans, when a verdict or its cause is another than before, when it
 * refrains for a new reason, when a window ended or when a plan was withheld; also when it advises something
 * else than before, for advice is repeated with each tick until it is followed.
 */
export function isWorthAnEntry(decision: TickDecision, before: Said): boolean {
  const { plan, closed, violations } = decision
  return plan !== null || closed.length > 0 || violations.length > 0 || saidBy(decision) !== before
}

/** One text that changes when the tick says something else of the service. */
export function saidBy({ verdicts, reasons, advice }: TickDecision): string {
  const states = verdicts.map(({ agreement, level, state, cause }) => [
    agreement,
    level,
    state,
    cause?.kind,
    cause?.part,
  ])
  // That everything stays as it is follows from nothing else being said.
  const codes = reasons.map(({ code }) => code).filter((code) => code !== 'steady')
  const said = [states, codes.toSorted()]
  return JSON.stringify(advice === null ? said : [...said, advisedBy(advice)])
}

/** What advice comes to: how many instances of each part go and come. Which ones is settled when it is followed. */
function advisedBy({ changes }: Plan): readonly (readonly [string, number])[] {
  const amounts = new Map<string, number>()
  for (const { kind, instance } of changes) {
    const what = `${kind} ${instance.part}`
    amounts.set(what, (amounts.get(what) ?? 0) + 1)
  }
  return [...amounts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** `version` is that of the service's manifest; prices and characteristics are kept as they were. */
export function decisionEntry(input: DecideInput, decision: TickDecision, version: number): JournalContent {
  const { service, agreements, generation, state, desired, observation, dependencies, now } = input
  return {
    service: service.name,
    at: now,
    kind: 'decision',
    actor: 'loop',
    body: canonicalJson({
      at: now,
      service: { version, ...service },
      agreements: agreements.map(({ name, version }) => ({ name, version })),
      basedOn: generation,
      generation: decision.plan?.generation ?? generation,
      before: { state, desired },
      observation,
      dependencies,
      // Only where the platform is shared out.
      ...(input.share === undefined ? {} : { share: input.share }),
      verdicts: decision.verdicts,
      plan: decision.plan,
      // Only where a service is advised, so that the entries of all others stay what they were.
      ...(service.mode === 'advise' ? { advice: decision.advice } : {}),
      reasons: decision.reasons,
      closed: decision.closed,
      violations: decision.violations,
    }),
  }
}
