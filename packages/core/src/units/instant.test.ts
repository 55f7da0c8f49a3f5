// Goal: instants agree with the platform's own calendar. Method: Date as an oracle, which tests may use and core may not.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { hours } from './duration.ts'
import { addDuration, elapsed, epochMs, formatInstant, parseInstant } from './instant.ts'

const YEAR_0 = Date.UTC(2000, 0, 1) - 2_000 * 365.2425 * 86_400_000
const YEAR_9999_END = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
const anyInstant = fc.integer({ min: YEAR_0, max: YEAR_9999_END })

const refused = (text: string): unknown => {
  const result = parseInstant(text)
  return result.ok ? undefined : result.error
}

test('every instant is written as the platform writes it', () => {
  const beyondFourDigits = fc.integer({ min: -8.64e15, max: 8.64e15 })
  fc.assert(
    fc.property(fc.oneof(anyInstant, beyondFourDigits), (value) => {
      expect(formatInstant(epochMs(value))).toBe(new Date(value).toISOString())
    }),
  )
})

test('every instant of a four-digit year survives being written and read', () => {
  fc.assert(
    fc.property(anyInstant, (value) => {
      expect(parseInstant(formatInstant(epochMs(value)))).toEqual({ ok: true, value })
    }),
  )
})

test.each([
  '2026-11-27T09:00:00Z',
  '2026-11-27T10:00:00.5+01:00',
  '2026-11-27T03:30-05:30',
  '2024-02-29T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
])('%s is read as the platform reads it', (text) => {
  expect(parseInstant(text)).toEqual({ ok: true, value: Date.parse(text) })
})

test('digits below a millisecond are dropped', () => {
  expect(parseInstant('1970-01-01T00:00:00.123456789Z')).toEqual({ ok: true, value: 123 })
})

test('an instant without a zone is refused, as it would mean something else elsewhere', () => {
  expect(refused('2026-11-27T09:00')).toEqual({
    code: 'instant-without-zone',
    message: 'The instant "2026-11-27T09:00" has no zone.',
    hint: 'Add Z for UTC or an offset, such as 2026-11-27T09:00Z or 2026-11-27T09:00+01:00.',
  })
})

test('a day that the calendar lacks is refused', () => {
  expect(refused('2026-02-29T00:00:00Z')).toEqual({
    code: 'instant-impossible',
    message: 'The instant "2026-02-29T00:00:00Z" does not exist: the calendar has no such day.',
    hint: 'Write one that does, such as 2026-11-27T09:00:00Z.',
  })
})

test.each([
  '2026-13-01T00:00Z',
  '2026-00-01T00:00Z',
  '2026-01-00T00:00Z',
  '2026-01-01T24:00Z',
  '2026-01-01T00:00+24:00',
])('%s does not exist', (text) => {
  expect(refused(text)).toMatchObject({ code: 'instant-impossible' })
})

test.each(['', 'now', '2026-11-27', '2026-11-27 09:00Z', '27.11.2026'])('%j is no instant', (text) => {
  expect(refused(text)).toEqual({
    code: 'instant-malformed',
    message: `${JSON.stringify(text)} is not an instant.`,
    hint: 'Write date, T, time and zone as in ISO 8601, such as 2026-11-27T09:00:00Z.',
  })
})

test('adding what has elapsed leads from the earlier to the later instant', () => {
  const start = epochMs(1_000)
  const end = addDuration(start, hours(2))
  expect(elapsed(start, end)).toBe(hours(2))
  expect(addDuration(start, elapsed(start, end))).toBe(end)
})
