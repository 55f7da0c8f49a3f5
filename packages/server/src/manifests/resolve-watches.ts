/** Turns watches as they are declared into what pacing works with. */
import type { DeclaredWatch } from '../pacing/index.ts'
import { manifestsOf, type ParsedManifest } from './manifest.ts'
import { ownerOf } from './owner-of.ts'

/** In the order of their names. */
export function resolveWatches(manifests: readonly ParsedManifest[]): readonly DeclaredWatch[] {
  return manifestsOf(manifests, 'Watch')
    .map((one) => {
      const { metadata, spec } = one.manifest
      return {
        watch: { name: metadata.name, ...spec.watch },
        service: spec.service,
        owner: ownerOf(one, manifests),
        version: one.version,
      }
    })
    .toSorted((left, right) => (left.watch.name < right.watch.name ? -1 : 1))
}
