/** The levels of an agreement: what is promised, of which share, in which window. */
import type { Level, LevelMetric, LevelScope, Window } from '@holdfast/core/agreement'
import type { LevelName, PartName } from '@holdfast/core/units'
import { z } from 'zod'
import { condition } from './condition.ts'
import { duration, mapping, name, positiveDuration, rate, ratio, text, timeZone } from './schema-parts.ts'

const calendarUnit = z.enum(['minute', 'hour', 'day', 'week', 'month'])

export const levelWindow: z.ZodType<Window> = z
  .union([
    calendarUnit,
    mapping({
      calendar: calendarUnit.exactOptional(),
      timeZone: timeZone.exactOptional(),
      rolling: positiveDuration.exactOptional(),
    }),
  ])
  .transform((written, context): Window => {
    if (typeof written === 'string') return { kind: 'calendar', unit: written, timeZone: 'UTC' }
    const { calendar, timeZone: zone, rolling } = written
    if (calendar !== undefined && rolling === undefined)
      return { kind: 'calendar', unit: calendar, timeZone: zone ?? 'UTC' }
    if (rolling !== undefined && calendar === undefined && zone === undefined)
      return { kind: 'rolling', length: rolling }
    const message = 'The window must be either of the calendar or rolling.'
    const hint = 'Write { calendar: day, timeZone: Europe/Berlin } or { rolling: 30min }.'
    context.addIssue({ code: 'custom', message, params: { hint } })
    return z.NEVER
  })
  .meta({
    id: 'Window',
    description:
      'A unit of the calendar (in UTC if no time zone is said), or the time that lies just behind.',
  })

const scope: z.ZodType<LevelScope> = mapping({
  operation: text('Method and path, such as "GET /".').exactOptional(),
  part: name<PartName>().exactOptional(),
  class: text('The class of the client.').exactOptional(),
}).meta({ id: 'Scope', description: 'The operations that the level is about; all, if left out.' })

const common = {
  name: name<LevelName>(),
  ratio: ratio.describe('The share of operations that must meet the limit.'),
  window: levelWindow,
  scope: scope.exactOptional(),
  conditions: z
    .array(condition)
    .exactOptional()
    .describe('For this level alone, besides those of the agreement.'),
}

/** One entry a metric; a new one is added here and to LevelMetric in core. */
const ofMetric = z
  .discriminatedUnion('metric', [
    mapping({ ...common, metric: z.literal('response-time'), limit: duration }),
    mapping({ ...common, metric: z.literal('service-time'), limit: duration }),
    mapping({ ...common, metric: z.literal('queue-length'), limit: z.number().min(0) }),
    mapping({ ...common, metric: z.literal('throughput'), limit: rate }),
    mapping({ ...common, metric: z.literal('satisfaction'), limit: ratio }),
    mapping({ ...common, metric: z.literal('job-completion'), limit: duration }),
    mapping({ ...common, metric: z.literal('availability') }),
    mapping({ ...common, metric: z.literal('error-ratio') }),
  ])
  .meta({
    id: 'Level',
    description: 'What is promised: a metric with its limit, for which share, in which window.',
  })

export const level: z.ZodType<Level> = ofMetric.transform((written) => {
  const { name: called, ratio: share, window: span, scope: about = {}, conditions = [] } = written
  return { name: called, metric: metricOf(written), ratio: share, window: span, scope: about, conditions }
})

function metricOf(written: z.output<typeof ofMetric>): LevelMetric {
  switch (written.metric) {
    case 'response-time':
    case 'service-time':
    case 'job-completion':
      return { kind: written.metric, limit: written.limit }
    case 'queue-length':
      return { kind: written.metric, limit: written.limit }
    case 'throughput':
      return { kind: written.metric, limit: written.limit }
    case 'satisfaction':
      return { kind: written.metric, limit: written.limit }
    case 'availability':
    case 'error-ratio':
      return { kind: written.metric }
  }
}
