/**
 * Gives each schema the name under which OpenAPI lists it. A registry of our own, so that schemas of other
 * parts of the server do not get into the document.
 */
import { z } from 'zod'
import type { Page } from '../api.ts'

export const apiSchemas: z.core.$ZodRegistry<{ id: string }> = z.registry<{ id: string }>()

/** The compiler checks the schema against the type of api.ts that it is named for. */
export function named<Dto>(id: string, schema: z.ZodType<Dto>): z.ZodType<Dto> {
  apiSchemas.add(schema, { id })
  return schema
}

/** As every list route answers: items, and where to read on. */
export const pageOf = <Item>(id: string, item: z.ZodType<Item>): z.ZodType<Page<Item>> =>
  named<Page<Item>>(
    id,
    z.object({
      items: z.array(item),
      next: z.string().nullable().describe('Give it as `cursor` to read on; null at the end.'),
    }),
  )
