/** An agreement as the API says it: the newest version, and which versions count now or will (A3.7). */
import { formatInstant, type EpochMs } from '@holdfast/core/units'
import {
  beginningOf,
  standingAgreements,
  unmetPlaces,
  type ParsedManifest,
  type Region,
} from '../../manifests/index.ts'
import type { StoredManifest } from '../../store/store.ts'
import type { ManifestView, StandingVersion } from '../api.ts'
import { manifestView } from './record-view.ts'

export interface Surroundings {
  readonly versions: readonly StoredManifest[]
  readonly now: EpochMs
  readonly region: Region
  /** Of all services. */
  readonly owners: readonly (string | null)[]
}

export function agreementView(manifest: StoredManifest, surroundings: Surroundings): ManifestView {
  const { versions, now } = surroundings
  const own = standingAgreements(
    versions.filter(({ name }) => name === manifest.name),
    now,
  )
  const standing = own.map((version) => ({
    ...standingVersion(version, now),
    ...(version.version === manifest.version ? {} : { document: version.document }),
  }))
  const unmet = own.flatMap((version) => unmetPlaces(version, manifest.owner, surroundings))
  return {
    ...manifestView(manifest),
    standing,
    ...(unmet.length === 0 ? {} : { unmetPlaces: [...new Set(unmet)] }),
  }
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
