/** The JSON Schema of manifests as people write them, for editors: packages/server/schema/holdfast-v1.schema.json. */
import { z } from 'zod'
import { manifestSchema } from './manifest.ts'
import { offerSchema } from './offer.ts'

/** Draft 7, because it is what editors understand best. */
export function manifestJsonSchema(): object {
  const written = z.discriminatedUnion('kind', [...manifestSchema.options, offerSchema])
  const schema = z.toJSONSchema(written, { io: 'input', target: 'draft-7' })
  const title = 'Holdfast manifest'
  return { $schema: schema.$schema, title, ...schema }
}
