/** Stored rows as the API says them. A key's hash and a manifest's text never leave through here. */
import { formatInstant } from '@holdfast/core/units'
import type { StoredKey, StoredManifest } from '../../store/store.ts'
import type { KeyView, ManifestView } from '../api.ts'

export function manifestView(manifest: StoredManifest): ManifestView {
  const { kind, name, owner, version, appliedAt, appliedBy } = manifest
  const document: unknown = JSON.parse(manifest.document)
  return { kind, name, owner, version, appliedAt: formatInstant(appliedAt), appliedBy, document }
}

export function keyView({ id, name, scope, owner, createdAt, expiresAt, revokedAt }: StoredKey): KeyView {
  return {
    id,
    name,
    scope,
    owner,
    createdAt: formatInstant(createdAt),
    expiresAt: expiresAt === null ? null : formatInstant(expiresAt),
    revokedAt: revokedAt === null ? null : formatInstant(revokedAt),
  }
}
