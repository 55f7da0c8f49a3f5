/** A manifest of any kind: its schema, its types, and the form in which it goes through the server. */
import type { EpochMs } from '@holdfast/core/units'
import { z } from 'zod'
import type { ManifestKind } from '../store/store.ts'
import { agreementSchema } from './kinds/agreement.ts'
import { instanceTypeSchema } from './kinds/instance-type.ts'
import { ownerSchema } from './kinds/owner.ts'
import { ruleSchema } from './kinds/rule.ts'
import { serviceSchema } from './kinds/service.ts'
import { sourceSchema } from './kinds/source.ts'
import { watchSchema } from './kinds/watch.ts'
import type { JsonObject } from './text/json-value.ts'
import type { Locate } from './text/path.ts'

export const manifestSchema = z.discriminatedUnion('kind', [
  ownerSchema,
  instanceTypeSchema,
  serviceSchema,
  agreementSchema,
  sourceSchema,
  ruleSchema,
  watchSchema,
])

/** With every quantity read and every default filled in. */
type Manifest = z.output<typeof manifestSchema> | OfferManifest

type AgreementManifest = z.output<typeof agreementSchema>

/** The terms of an agreement for a service that is not named yet. */
type OfferManifest = Omit<AgreementManifest, 'kind' | 'spec'> & {
  readonly kind: 'Offer'
  readonly spec: Omit<AgreementManifest['spec'], 'service'>
}
export type ManifestOf<Kind extends ManifestKind> = Extract<Manifest, { readonly kind: Kind }>

export interface ParsedManifest {
  readonly manifest: Manifest
  /** As it was written, with directories made absolute: it can be applied again from anywhere. */
  readonly document: JsonObject
  /** Zero until it is stored. */
  readonly version: number
  /** From when on it counts, where it does not say so itself; null for always. */
  readonly since: EpochMs | null
  readonly locate: Locate
}

/** Those of one kind, with the type of that kind. */
export function manifestsOf<Kind extends ManifestKind>(
  all: readonly ParsedManifest[],
  kind: Kind,
): readonly (ParsedManifest & { readonly manifest: ManifestOf<Kind> })[] {
  return all.filter(
    (one): one is ParsedManifest & { readonly manifest: ManifestOf<Kind> } => one.manifest.kind === kind,
  )
}
