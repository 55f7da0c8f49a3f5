/** Agreement: what the owner of a service was promised, and when (A3.1–A3.3, A3.6). */
import type { MinuteOfDay, Remedy, ScheduleEntry, SchedulePeriod } from '@holdfast/core/agreement'
import { ok, type AgreementName, type LevelName, type ServiceName } from '@holdfast/core/units'
import { z } from 'zod'
import { condition } from './condition.ts'
import { level, timeZone } from './level.ts'
import { mapping, name, namedOnce, ratio, refused, text, written } from './schema-parts.ts'

const timeOfDay: z.ZodType<MinuteOfDay> = written({
  id: 'TimeOfDay',
  description: 'A time on the wall clock, from 00:00 to 24:00.',
  examples: ['22:00'],
  pattern: String.raw`^(([01]\d|2[0-3]):[0-5]\d|24:00)$`,
  parse: (clock) => {
    const [, hour, minute] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(clock) ?? []
    const minuteOfDay = Number(hour) * 60 + Number(minute)
    return minuteOfDay <= 24 * 60
      ? ok(minuteOfDay)
      : refused(
          'time-of-day-malformed',
          `"${clock}" is not a time of day.`,
          'Write hours and minutes in quotes, such as "22:00".',
        )
  },
})

const date: z.ZodType<string> = written({
  id: 'Date',
  description: 'A date of the calendar.',
  examples: ['2026-11-27'],
  pattern: String.raw`^\d{4}-\d{2}-\d{2}$`,
  parse: (day) => {
    const real = /^\d{4}-\d{2}-\d{2}$/.test(day) && z.iso.date().safeParse(day).success
    return real
      ? ok(day)
      : refused('date-malformed', `"${day}" is not a date.`, 'Write year, month and day, such as 2026-11-27.')
  },
})

const weekday = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'])

const period: z.ZodType<SchedulePeriod> = mapping({
  timeZone,
  weekdays: z.array(weekday).min(1).exactOptional(),
  from: timeOfDay.exactOptional(),
  to: timeOfDay.exactOptional().describe('At or before from, it is on the next day.'),
  firstDate: date.exactOptional(),
  lastDate: date.exactOptional(),
}).superRefine(({ firstDate, lastDate }, context) => {
  if (firstDate === undefined || lastDate === undefined || firstDate <= lastDate) return
  const message = `The last date ${lastDate} is before the first, ${firstDate}.`
  context.addIssue({
    code: 'custom',
    message,
    params: { hint: 'Write the earlier one as firstDate.' },
    path: ['lastDate'],
  })
})

const levels = namedOnce(level, 'level').min(1)

const scheduleEntry: z.ZodType<ScheduleEntry> = mapping({
  name: text('What the period is called, such as night.'),
  period,
  levels: levels.exactOptional(),
  conditions: z.array(condition).exactOptional(),
}).describe('While its period holds, its levels and conditions stand in the place of the agreement’s.')

const remedy: z.ZodType<Remedy> = mapping({
  level: name<LevelName>(),
  steps: z.array(mapping({ below: ratio, discount: ratio })).min(1),
}).describe('Owed for a window that broke the level, where the cause is the platform.')

export const agreementSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Agreement'),
  metadata: mapping({ name: name<AgreementName>() }),
  spec: mapping({
    service: name<ServiceName>(),
    levels,
    conditions: z.array(condition).exactOptional(),
    schedule: namedOnce(scheduleEntry, 'schedule entry')
      .exactOptional()
      .describe('The first entry whose period holds counts.'),
    remedies: z.array(remedy).exactOptional(),
  }),
}).meta({ id: 'Agreement', description: 'What the owner of a service was promised, and when.' })
