/** An agreement as the API says it: the newest version, and which versions count now or will (A3.7). */
import { formatInstant, type EpochMs } from '@holdfast/core/units'
import { beginningOf, standingAgreements, type ParsedManifest } from '../../manifests/index.ts'
import type { StoredManifest } from '../../store/store.ts'
import type { ManifestView, StandingVersion } from '../api.ts'
import { manifestView } from './record-view.ts'

export function agreementView(
  manifest: StoredManifest,
  versions: readonly StoredManifest[],
  now: EpochMs,
): ManifestView {
  const own = versions.filter(({ name }) => name === manifest.name)
  const standing = standingAgreements(own, now).map((version) => ({
    ...standingVersion(version, now),
    ...(version.version === manifest.version ? {} : { document: version.document }),
  }))
  return { ...manifestView(manifest), standing }
}

function standingVersion(parsed: ParsedManifest, now: EpochMs): StandingVersion {
  const { version, manifest } = parsed
  const from = beginningOf(parsed)
  return {
    version,
    from: from === null ? null : formatInstant(from),
    state: from === null || from <= now ? 'in-force' : 'upcoming',
    signedBy: manifest.kind === 'Agreement' ? (manifest.spec.signedBy ?? {}) : {},
  }
}
