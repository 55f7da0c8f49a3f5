/** The levels of an agreement: what is promised, of which share, in which window. */
import type { Level, LevelMetric, LevelScope, Window } from '@holdfast/core/agreement'
import { isTimeZone } from '@holdfast/core/agreement'
import { ok, type LevelName, type PartName } from '@holdfast/core/units'
import { z } from 'zod'
import { condition } from './condition.ts'
import {
  duration,
  exactlyOne,
  mapping,
  name,
  positiveDuration,
  rate,
  ratio,
  refused,
  text,
  written,
} from './schema-parts.ts'

export const timeZone: z.ZodType<string> = written({
  id: 'TimeZone',
  description: 'A time zone by its name in the IANA data.',
  examples: ['Europe/Berlin', 'UTC'],
  pattern: '^[A-Za-z0-9_+/-]+$',
  parse: (zone) =>
    isTimeZone(zone)
      ? ok(zone)
      : refused(
          'time-zone-unknown',
          `There is no time zone "${zone}".`,
          'Write its name in the IANA data, such as Europe/Berlin.',
        ),
})

const calendarUnit = z.enum(['minute', 'hour', 'day', 'week', 'month'])

const window = z
  .union([
    calendarUnit,
    mapping({
      calendar: calendarUnit.exactOptional(),
      timeZone: timeZone.exactOptional(),
      rolling: positiveDuration.exactOptional(),
    }).superRefine(exactlyOne(['calendar', 'rolling'])),
  ])
  .transform((written): Window => {
    if (typeof written === 'string') return { kind: 'calendar', unit: written, timeZone: 'UTC' }
    if (written.rolling !== undefined) return { kind: 'rolling', length: written.rolling }
    return { kind: 'calendar', unit: written.calendar ?? 'hour', timeZone: written.timeZone ?? 'UTC' }
  })
  .describe('A unit of the calendar (in UTC if no time zone is said), or the time that lies just behind.')

const scope: z.ZodType<LevelScope> = mapping({
  operation: text('Method and path, such as "GET /".').exactOptional(),
  part: name<PartName>().exactOptional(),
  class: text('The class of the client.').exactOptional(),
})

const common = {
  name: name<LevelName>(),
  ratio: ratio.describe('The share of operations that must meet the limit.'),
  window,
  scope: scope.exactOptional(),
  conditions: z
    .array(condition)
    .exactOptional()
    .describe('For this level alone, besides those of the agreement.'),
}

/** One entry a metric: the newcomer adds a metric here and in core's LevelMetric. */
const ofMetric = z.discriminatedUnion('metric', [
  mapping({ ...common, metric: z.literal('response-time'), limit: duration }),
  mapping({ ...common, metric: z.literal('service-time'), limit: duration }),
  mapping({ ...common, metric: z.literal('queue-length'), limit: z.number().min(0) }),
  mapping({ ...common, metric: z.literal('throughput'), limit: rate }),
  mapping({ ...common, metric: z.literal('satisfaction'), limit: ratio }),
  mapping({ ...common, metric: z.literal('job-completion'), limit: duration }),
  mapping({ ...common, metric: z.literal('availability') }),
  mapping({ ...common, metric: z.literal('error-ratio') }),
])

export const level = ofMetric.transform((written): Level => {
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
