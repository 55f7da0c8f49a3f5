/**
 * The versions of agreements that stay in force until newer ones begin: what is applied meanwhile must fit
 * together with them too. Pure.
 */
import type { EpochMs } from '@holdfast/core/units'
import { standingAgreements, type ParsedManifest } from '../../manifests/index.ts'
import type { StoredManifest } from '../../store/store.ts'

export interface Past {
  /** Of every agreement all versions since it began, oldest first. */
  readonly versions: readonly StoredManifest[]
  readonly now: EpochMs
}

/** Without the newest of each, which are checked as what they are. */
export function earlierVersions({ versions, now }: Past): readonly ParsedManifest[] {
  const newest = new Map(versions.map(({ name, version }) => [name, version]))
  return standingAgreements(versions, now)
    .filter(({ manifest, version }) => newest.get(manifest.metadata.name) !== version)
    .map(withVersion)
}

/** As they will be once these are applied. */
export function earlierVersionsAfter(
  { versions, now }: Past,
  wanted: readonly { readonly name: string; readonly document: string }[],
): readonly ParsedManifest[] {
  const current = new Map(versions.map((one) => [one.name, one]))
  const next = wanted.flatMap(({ name, document }): readonly StoredManifest[] => {
    const before = current.get(name)
    if (before === undefined || before.document === document) return []
    return [{ ...before, version: before.version + 1, document, appliedAt: now }]
  })
  return earlierVersions({ versions: [...versions, ...next], now })
}

/** A fault in it is not one in the file that is applied, so its place says which version it is. */
function withVersion(parsed: ParsedManifest): ParsedManifest {
  return {
    ...parsed,
    locate: (path, at) => {
      const place = parsed.locate(path, at)
      return { ...place, source: `${place.source ?? ''} version ${parsed.version}` }
    },
  }
}
