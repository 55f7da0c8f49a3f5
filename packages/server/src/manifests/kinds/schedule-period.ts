/** A period of a schedule: times of day, weekdays and dates on the wall clock of a place (A3.3). */
import type { MinuteOfDay, SchedulePeriod } from '@holdfast/core/agreement'
import { ok } from '@holdfast/core/units'
import { z } from 'zod'
import { mapping, refused, timeZone, written } from './schema-parts.ts'

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

export const period: z.ZodType<SchedulePeriod> = mapping({
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
