/** Owner: whose services are run. */
import type { OwnerName } from '@holdfast/core/units'
import { z } from 'zod'
import { mapping, name, text } from './schema-parts.ts'

export const ownerSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Owner'),
  metadata: mapping({ name: name<OwnerName>() }),
  spec: mapping({
    displayName: text('How people call the owner; the name, if it is left out.').exactOptional(),
  }),
}).meta({ id: 'Owner', description: 'Someone whose services are run.' })
