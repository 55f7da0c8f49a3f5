/**
 * The journal of a run: the same entries in the same chain as a server writes, kept in memory. What an entry
 * holds is enough to make its decision again.
 */
import { createHash } from 'node:crypto'
import {
  chainStart,
  chainText,
  decisionEntry,
  isWorthAnEntry,
  saidBy,
  type ChainedEntry,
  type DecideInput,
  type JournalContent,
  type Said,
  type TickDecision,
} from '@holdfast/core/control'

export interface DecisionJournal {
  readonly entries: readonly ChainedEntry[]
  /** Writes a tick down when it decided something or says something new. */
  record(input: DecideInput, decision: TickDecision): void
  /** The hash of the last entry, which covers all of them. */
  hash(): string
}

/** Nothing is applied anew while a simulation runs. */
const MANIFEST_VERSION = 1

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export function createJournal(): DecisionJournal {
  const entries: ChainedEntry[] = []
  let place = chainStart
  let said: Said = null

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
      if (isWorthAnEntry(decision, said)) append(decisionEntry(input, decision, MANIFEST_VERSION))
      said = saidBy(decision)
    },
  }
}
