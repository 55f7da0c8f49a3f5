/**
 * Gives each schema the name under which OpenAPI lists it. A registry of our own, so that schemas of other
 * parts of the server do not get into the document.
 */
import { z } from 'zod'

export const apiSchemas: z.core.$ZodRegistry<{ id: string }> = z.registry<{ id: string }>()

export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  apiSchemas.add(schema, { id })
  return schema
}

/** As every list route answers: items, and where to read on. */
export const pageOf = <Item extends z.ZodType>(
  id: string,
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString> }> =>
  named(
    id,
    z.object({
      items: z.array(item),
      next: z.string().nullable().describe('Give it as `cursor` to read on; null at the end.'),
    }),
  )
