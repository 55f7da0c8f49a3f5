/**
 * Offer (A3.8): an agreement with a price that does not say yet for which service. It is read as the agreement
 * that it would be for a service, so that all that an agreement may state can be offered. Offers that are
 * applied are for quotes: what counts for a service is the agreement that somebody made of one.
 */
import { fail, ok, type Result, type ServiceName } from '@holdfast/core/units'
import { z } from 'zod'
import type { Fault } from '../errors/index.ts'
import { agreementSchema } from './kinds/agreement.ts'
import { mapping } from './kinds/schema-parts.ts'
import type { ManifestOf, ParsedManifest } from './manifest.ts'
import { isObject, type JsonObject } from './text/json-value.ts'
import type { Locate } from './text/path.ts'

const { apiVersion, metadata, spec } = agreementSchema.shape
const { service: _, price, ...terms } = spec.shape

/** For editors; what is wrong with an offer is told by the schema of agreements. */
export const offerSchema = mapping({
  apiVersion,
  kind: z.literal('Offer'),
  metadata,
  spec: mapping({ ...terms, price: z.nonoptional(price) }),
}).meta({ id: 'Offer', description: 'An agreement with a price that names no service yet: for quotes.' })

export const isOffer = (document: JsonObject): boolean => document['kind'] === 'Offer'

/** The offer as an agreement for the service. */
export function asAgreement(
  document: JsonObject,
  service: string,
  locate: Locate,
): Result<JsonObject, readonly Fault[]> {
  const spec = document['spec']
  if (!isObject(spec)) return ok({ ...document, kind: 'Agreement' })
  const faults: Fault[] = []
  if ('service' in spec)
    faults.push({
      message: 'An offer is for any service, and this one names one.',
      hint: 'Leave "service" out, or make an Agreement of it.',
      place: locate(['spec', 'service'], 'key'),
    })
  if (!('price' in spec))
    faults.push({
      message: 'The offer has no price.',
      hint: 'Write one, such as price: { flat: 1 EUR, per: hour }.',
      place: locate(['spec']),
    })
  return faults.length > 0 ? fail(faults) : ok({ ...document, kind: 'Agreement', spec: { ...spec, service } })
}

/** Stands for the service of an offer as long as none is asked for. */
export const ANY_SERVICE = 'any-service'

/** What was read as an agreement for any service, as the offer that it is. */
export function offerOf(agreement: ManifestOf<'Agreement'>): ManifestOf<'Offer'> {
  const { service: _any, ...offered } = agreement.spec
  return { ...agreement, kind: 'Offer', spec: offered }
}

/** An offer that was read, as the agreement that it would be for the service. */
export function agreementOfOffer(
  offer: ParsedManifest & { readonly manifest: ManifestOf<'Offer'> },
  service: ServiceName,
): ParsedManifest & { readonly manifest: ManifestOf<'Agreement'> } {
  const { manifest } = offer
  return { ...offer, manifest: { ...manifest, kind: 'Agreement', spec: { ...manifest.spec, service } } }
}
