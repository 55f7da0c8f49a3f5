/** Where and on what instances may run (A3.4). */
import type { Places } from '@holdfast/core/agreement'
import type { InstanceTypeName } from '@holdfast/core/units'
import { z } from 'zod'
import { mapping, name, text } from './schema-parts.ts'

const regions = z.array(text('A region or a data centre, as the platform calls it.')).min(1)

export const places: z.ZodType<Places> = mapping({
  mustRunIn: regions.exactOptional().describe('Each of these has at least one instance of every part.'),
  mayRunIn: regions.exactOptional().describe('Nowhere else; anywhere, if left out.'),
  exclusive: z.boolean().exactOptional().describe('On hosts that run nobody else’s instances.'),
  instanceTypes: z
    .array(name<InstanceTypeName>())
    .min(1)
    .exactOptional()
    .describe('Only these; any, if left out.'),
})
  .superRefine(({ mustRunIn = [], mayRunIn }, context) => {
    for (const [index, region] of mustRunIn.entries()) {
      if (mayRunIn === undefined || mayRunIn.includes(region)) continue
      const message = `Instances must run in "${region}", but may not.`
      const hint = 'Name it under mayRunIn too, or leave mayRunIn out.'
      context.addIssue({ code: 'custom', message, params: { hint }, path: ['mustRunIn', index] })
    }
  })
  .transform(({ mustRunIn = [], mayRunIn = [], exclusive = false, instanceTypes = [] }): Places => ({
    mustRunIn,
    mayRunIn,
    exclusive,
    instanceTypes,
  }))
  .meta({ id: 'Places', description: 'Where instances must or may run, and on what; anywhere, if left out.' })
