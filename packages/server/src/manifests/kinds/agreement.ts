/** Agreement: what the owner of a service was promised, when, and for what (A3.1–A3.7). */
import type { Remedy, ScheduleEntry } from '@holdfast/core/agreement'
import type { AgreementName, LevelName, ServiceName } from '@holdfast/core/units'
import { z } from 'zod'
import { condition } from './condition.ts'
import { level } from './level.ts'
import { moment } from './moment.ts'
import { places } from './places.ts'
import { price } from './price.ts'
import { period } from './schedule-period.ts'
import { mapping, name, namedOnce, ratio, text } from './schema-parts.ts'

const levels = namedOnce(level, 'level').min(1)

const scheduleEntry: z.ZodType<ScheduleEntry> = mapping({
  name: text('What the period is called, such as night.'),
  period,
  levels: levels.exactOptional(),
  conditions: z.array(condition).exactOptional(),
}).describe('While its period holds, its levels and conditions stand in the place of the agreement’s.')

const remedyStep = mapping({
  below: ratio.describe('The share that met the limit in the window.'),
  discount: ratio.describe('Of the price of the window.'),
})

const remedy: z.ZodType<Remedy> = mapping({
  level: name<LevelName>(),
  steps: z.array(remedyStep).min(1),
})
  .superRefine(({ steps }, context) => {
    for (const [index, { below, discount }] of steps.entries()) {
      const before = steps[index - 1]
      if (before === undefined || (below < before.below && discount > before.discount)) continue
      const message = 'The steps of a remedy must fall below ever less, for ever more discount.'
      const hint = 'Write the mildest step first, such as below 99 % and then below 95 %.'
      context.addIssue({ code: 'custom', message, params: { hint }, path: ['steps', index] })
    }
  })
  .describe('Owed for a window that broke the level, where the cause is the platform.')

const signatures = mapping({
  owner: text('Who signed for the owner of the service.').exactOptional(),
  platform: text('Who signed for the operator of the platform.').exactOptional(),
}).describe(
  'Who agreed to this version; journaled when it is applied. An owner cannot sign for the platform.',
)

export const agreementSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Agreement'),
  metadata: mapping({ name: name<AgreementName>() }),
  spec: mapping({
    service: name<ServiceName>(),
    from: moment
      .exactOptional()
      .describe('From when on this version counts; once it is applied, if left out.'),
    levels,
    conditions: z.array(condition).exactOptional(),
    schedule: namedOnce(scheduleEntry, 'schedule entry')
      .exactOptional()
      .describe('The first entry whose period holds counts.'),
    remedies: z.array(remedy).exactOptional(),
    price: price.exactOptional(),
    places: places.exactOptional(),
    coldStart: z
      .enum(['allowed', 'refused'])
      .exactOptional()
      .describe('Whether an operation may wait for the start of a first instance; refused if left out.'),
    signedBy: signatures.exactOptional(),
  }),
}).meta({ id: 'Agreement', description: 'What the owner of a service was promised, and when.' })
