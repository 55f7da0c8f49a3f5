/** The stored manifests, read again into the form in which they are checked. */
import { epochMs } from '@holdfast/core/units'
import type { Holder } from '../../auth/index.ts'
import { readStored, type ParsedManifest } from '../../manifests/index.ts'
import type { StoredManifest } from '../../store/store.ts'
import type { ManifestView } from '../api.ts'
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

/** From what the API gave out, so that a client can judge as the server does. */
export function knownFromViews(views: readonly ManifestView[]): readonly KnownManifest[] {
  return knownManifests(
    views.map(({ document, appliedAt, ...manifest }) => ({
      ...manifest,
      document: JSON.stringify(document),
      appliedAt: epochMs(Date.parse(appliedAt)),
    })),
  )
}

export const parsedFrom = (known: readonly KnownManifest[]): readonly ParsedManifest[] =>
  known.flatMap(({ parsed }) => (parsed === null ? [] : [parsed]))

/** For an owner nothing else exists: no fault and no hint may name what is another's. */
export const visibleTo = (identity: Holder, known: readonly KnownManifest[]): readonly KnownManifest[] =>
  known.filter(({ stored }) => maySee(identity, stored))
