/** Says whose a manifest is. */
import type { OwnerName } from '@holdfast/core/units'
import { manifestsOf, type ParsedManifest } from './manifest.ts'

/** A service says it itself, what is about a service belongs with it; the rest is the operator's: null. */
export function ownerOf({ manifest }: ParsedManifest, all: readonly ParsedManifest[]): OwnerName | null {
  switch (manifest.kind) {
    case 'Service':
      return manifest.metadata.owner
    case 'Agreement':
    case 'Source':
    case 'Rule':
    case 'Watch': {
      const { service } = manifest.spec
      const about = manifestsOf(all, 'Service').find((one) => one.manifest.metadata.name === service)
      return about?.manifest.metadata.owner ?? null
    }
    case 'Offer':
    case 'InstanceType':
    case 'Owner':
      return null
  }
}
