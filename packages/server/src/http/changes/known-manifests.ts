/** The stored manifests, read again into the form in which they are checked. */
import type { Identity } from '../../auth/index.ts'
import { readStored, type ParsedManifest } from '../../manifests/index.ts'
import type { StoredManifest } from '../../store/store.ts'
import { maySee } from '../visibility.ts'

export interface KnownManifest {
  readonly stored: StoredManifest
  /** Null when an older release wrote what this one does not accept; it can still be replaced or deleted. */
  readonly parsed: ParsedManifest | null
}

export function knownManifests(stored: readonly StoredManifest[]): readonly KnownManifest[] {
  return stored.map((one) => {
    const read = readStored(JSON.parse(one.document), one.version)
    return { stored: one, parsed: read.ok ? read.value : null }
  })
}

export const parsedFrom = (known: readonly KnownManifest[]): readonly ParsedManifest[] =>
  known.flatMap(({ parsed }) => (parsed === null ? [] : [parsed]))

/** For an owner nothing else exists: no fault and no hint may name what is another's. */
export const visibleTo = (identity: Identity, known: readonly KnownManifest[]): readonly KnownManifest[] =>
  known.filter(({ stored }) => maySee(identity, stored))
