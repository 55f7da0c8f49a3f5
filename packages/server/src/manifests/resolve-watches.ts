/** Turns a watch as it is declared into what pacing works with. */
import type { OwnerName } from '@holdfast/core/units'
import type { DeclaredWatch } from '../pacing/index.ts'
import type { ManifestOf } from './manifest.ts'

export const resolveWatch = (
  { metadata, spec }: ManifestOf<'Watch'>,
  version: number,
  owner: OwnerName | null,
): DeclaredWatch => ({
  watch: { name: metadata.name, ...spec.watch },
  service: spec.service,
  owner,
  version,
})
