/**
 * The journal's hash chain. Each entry's hash covers its place, its content and the hash before it, so that
 * an entry that is changed, dropped or moved no longer fits. What cannot be seen from the entries alone is a
 * missing end: whoever verifies compares the last place with the one that is known from elsewhere.
 * Each service has a chain of its own, from sequence 1; what concerns the whole installation has one as well.
 */
import type { EpochMs, ServiceName } from '../units/index.ts'
import { canonicalJson } from './canonical-json.ts'

/** What is said by an entry, before it has its place. */
export interface JournalContent {
  readonly service: ServiceName | null
  readonly at: EpochMs
  readonly kind: 'decision' | 'outcome' | 'change' | 'event'
  /** Who did it: "loop", "platform", or the name of a key. */
  readonly actor: string
  /** Canonical JSON text. */
  readonly body: string
}

export interface ChainedEntry extends JournalContent {
  readonly sequence: number
  readonly previousHash: string
  readonly hash: string
}

/** The place of an entry in its chain, and the hash that the next one builds on. */
export interface ChainPlace {
  readonly sequence: number
  readonly hash: string
}

export interface ChainCheck {
  readonly intact: boolean
  /** The first place whose entry is missing or does not fit; null when all fit. */
  readonly brokenAt: number | null
  /** The last place up to which the chain is whole. */
  readonly verified: ChainPlace
}

/** The hash before the first entry: as long as every other, and the hash of nothing. */
export const firstHash: string = '0'.repeat(64)

/** Where every chain begins. */
export const chainStart: ChainPlace = { sequence: 0, hash: firstHash }

/** The exact text whose hash is the entry's: a JSON array, in which no two different entries look alike. */
export function chainText(previousHash: string, sequence: number, content: JournalContent): string {
  const { service, at, kind, actor, body } = content
  return canonicalJson([previousHash, sequence, service, at, kind, actor, body])
}

/**
 * Checks entries in the order of their sequence. A long chain is checked page by page: the place that one
 * page was verified up to is what the next one is checked from.
 */
export function verifyChain(
  entries: Iterable<ChainedEntry>,
  hash: (text: string) => string,
  from: ChainPlace = chainStart,
): ChainCheck {
  let verified = from
  for (const entry of entries) {
    const sequence = verified.sequence + 1
    const fits =
      entry.sequence === sequence &&
      entry.previousHash === verified.hash &&
      entry.hash === hash(chainText(verified.hash, sequence, entry))
    if (!fits) return { intact: false, brokenAt: sequence, verified }
    verified = { sequence, hash: entry.hash }
  }
  return { intact: true, brokenAt: null, verified }
}
