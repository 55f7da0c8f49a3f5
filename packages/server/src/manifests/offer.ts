/**
 * Offer (A3.8): an agreement with a price that does not say yet for which service. It is read as the agreement
 * that it would be for a service, so that all that an agreement may state can be offered. Offers are for
 * quotes: what is applied is the agreement that somebody made of one.
 */
import { fail, ok, type Result } from '@holdfast/core/units'
import { z } from 'zod'
import type { Fault } from '../errors/index.ts'
import { agreementSchema } from './kinds/agreement.ts'
import { mapping } from './kinds/schema-parts.ts'
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

/** The offer as an agreement for the service; null, where none is asked for, refuses it. */
export function asAgreement(
  document: JsonObject,
  service: string | null,
  locate: Locate,
): Result<JsonObject, readonly Fault[]> {
  const spec = document['spec']
  if (service === null) {
    const hint = 'Quote it with `holdfast offers`, and apply an Agreement with its terms and a service.'
    return fail([{ message: 'An offer is not applied.', hint, place: locate(['kind']) }])
  }
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
