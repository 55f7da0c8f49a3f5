// Goal: a point in time means one instant, whatever the clocks of its place do. Method: both shifts of a year.
import { formatInstant } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { parseMoment } from './moment.ts'

const read = (text: string): string => {
  const parsed = parseMoment(text)
  return parsed.ok ? formatInstant(parsed.value) : `${parsed.error.message} ${parsed.error.hint}`
}

it.each([
  ['2026-11-27 09:00 Europe/Berlin', '2026-11-27T08:00:00.000Z'],
  ['2026-07-01T09:00 Europe/Berlin', '2026-07-01T07:00:00.000Z'],
  ['2026-11-27 09:00 UTC', '2026-11-27T09:00:00.000Z'],
  ['2026-11-27 09:00 America/Argentina/Buenos_Aires', '2026-11-27T12:00:00.000Z'],
  ['2026-11-27T09:00+05:30', '2026-11-27T03:30:00.000Z'],
  ['2026-11-27T09:00:30.5Z', '2026-11-27T09:00:30.500Z'],
  ['2026-10-25T02:30+02:00', '2026-10-25T00:30:00.000Z'],
])('reads %s as %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

it.each([
  [
    '2026-03-29 02:30 Europe/Berlin',
    'The clock in Europe/Berlin never shows "2026-03-29 02:30": it is moved forward then. Write a time before or after the shift.',
  ],
  [
    '2026-10-25 02:30 Europe/Berlin',
    'The clock in Europe/Berlin shows "2026-10-25 02:30" twice: it is moved back then. Write it with an offset, such as 2026-10-25T02:30+02:00.',
  ],
  [
    '2026-04-05 01:45 Australia/Lord_Howe',
    'The clock in Australia/Lord_Howe shows "2026-04-05 01:45" twice: it is moved back then. Write it with an offset, such as 2026-10-25T02:30+02:00.',
  ],
  [
    '2026-11-27 09:00 Europe/Berln',
    'There is no time zone "Europe/Berln". Write its name in the IANA data, such as Europe/Berlin.',
  ],
  ['2026-02-30 09:00 UTC', 'There is no time "2026-02-30 09:00 UTC". Check the date and the time.'],
  [
    '2026-11-27 09:00',
    '"2026-11-27 09:00" does not say where the clock shows that. Add the name of the time zone, such as 2026-11-27 09:00 Europe/Berlin.',
  ],
  [
    'next Friday',
    '"next Friday" is not a point in time. Write it as 2026-11-27 09:00 Europe/Berlin, or as 2026-11-27T08:00:00Z.',
  ],
])('refuses %s', (text, says) => {
  expect(read(text)).toBe(says)
})
