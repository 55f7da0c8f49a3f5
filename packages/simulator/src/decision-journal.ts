/**
 * The journal of a run: the same entries in the same chain as a server writes, kept in memory. What an entry
 * holds is enough to make its decision again.
 */
import { createHash } from 'node:crypto'
import {
  canonicalJson,
  chainStart,
  chainText,
  type ChainedEntry,
  type DecideInput,
  type JournalContent,
  type TickDecision,
} from '@holdfast/core/control'

export interface DecisionJournal {
  readonly entries: readonly ChainedEntry[]
  /** Writes a tick down when it decided something or says something new. */
  record(input: DecideInput, decision: TickDecision): void
  /** The hash of the last entry, which covers all of them. */
  hash(): string
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export function createJournal(): DecisionJournal {
  const entries: ChainedEntry[] = []
  let place = chainStart
  let said: string | null = null

  function append(content: JournalContent): void {
    const sequence = place.sequence + 1
    const hash = sha256(chainText(place.hash, sequence, content))
    entries.push({ ...content, sequence, previousHash: place.hash, hash })
    place = { sequence, hash }
  }

  return {
    entries,
    hash: () => place.hash,
    record(input, decision) {
      const saysNow = sayingOf(decision)
      const worthIt =
        decision.plan !== null ||
        decision.closed.length > 0 ||
        decision.violations.length > 0 ||
        saysNow !== said
      said = saysNow
      if (worthIt) append(contentOf(input, decision))
    },
  }
}

/** What a tick says of the service, as one text that changes when it says something else. */
function sayingOf({ verdicts, reasons }: TickDecision): string {
  const states = verdicts.map(({ agreement, level, state, cause }) => [
    agreement,
    level,
    state,
    cause?.kind,
    cause?.part,
  ])
  return JSON.stringify([states, reasons.map(({ code }) => code).toSorted()])
}

function contentOf(input: DecideInput, decision: TickDecision): JournalContent {
  const { service, agreements, generation, state, desired, observation, now } = input
  return {
    service: service.name,
    at: now,
    kind: 'decision',
    actor: 'loop',
    body: canonicalJson({
      at: now,
      service: { version: 1 },
      agreements: agreements.map(({ name, version }) => ({ name, version })),
      basedOn: generation,
      generation: decision.plan?.generation ?? generation,
      before: { state, desired },
      observation,
      verdicts: decision.verdicts,
      plan: decision.plan,
      reasons: decision.reasons,
      closed: decision.closed,
      violations: decision.violations,
    }),
  }
}
