/** InstanceType: what one instance gets of a host, and what it costs. */
import type { InstanceTypeName } from '@holdfast/core/units'
import { z } from 'zod'
import { amountOfData, hourlyPrice, mapping, name } from './schema-parts.ts'

export const instanceTypeSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('InstanceType'),
  metadata: mapping({ name: name<InstanceTypeName>() }),
  spec: mapping({
    cpu: z.number().positive().describe('Virtual processors, such as 1 or 0.5.'),
    memory: amountOfData,
    price: hourlyPrice,
  }),
}).meta({ id: 'InstanceType', description: 'What one instance gets of a host, and what it costs.' })
