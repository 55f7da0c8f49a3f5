// Which levels and conditions are in force at an instant (A3.3).
import { describe, expect, it } from 'vitest'
import { parseInstant, ratio, type EpochMs } from '../units/index.ts'
import type { Agreement, Level, SchedulePeriod } from './agreement.ts'
import { termsAt } from './terms.ts'

const at = (text: string): EpochMs => {
  const parsed = parseInstant(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

const level = (name: string): Level =>
  ({
    name,
    metric: { kind: 'error-ratio' },
    ratio: ratio(0.9),
    window: { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
    scope: {},
    conditions: [],
  }) as unknown as Level

const agreementWith = (period: SchedulePeriod): Agreement =>
  ({
    name: 'shop',
    service: 'shop',
    version: 3,
    levels: [level('usual')],
    conditions: [],
    schedule: [{ name: 'special', period, levels: [level('special')] }],
    remedies: [],
  }) as unknown as Agreement

const entryAt = (period: SchedulePeriod, time: string): string | null =>
  termsAt(agreementWith(period), at(time)).entry

describe('termsAt', () => {
  const night: SchedulePeriod = { timeZone: 'Europe/Berlin', from: 22 * 60, to: 6 * 60 }

  it('gives the levels of the entry whose period holds, and else those of the agreement', () => {
    const agreement = agreementWith(night)
    expect(termsAt(agreement, at('2026-11-20T22:00:00Z')).levels.map(({ name }) => name)).toEqual(['special'])
    expect(termsAt(agreement, at('2026-11-20T12:00:00Z')).levels.map(({ name }) => name)).toEqual(['usual'])
  })

  it('keeps the conditions of the agreement where the entry gives none', () => {
    expect(termsAt(agreementWith(night), at('2026-11-20T22:00:00Z')).conditions).toEqual([])
  })

  it.each([
    ['2026-11-20T20:59:00Z', null],
    ['2026-11-20T21:00:00Z', 'special'],
    ['2026-11-21T04:59:00Z', 'special'],
    ['2026-11-21T05:00:00Z', null],
  ])('reads a night that passes midnight on the clock of its place: %s', (time, entry) => {
    expect(entryAt(night, time)).toBe(entry)
  })

  it('moves with daylight saving: the same hour on the wall is another one in UTC', () => {
    const morning: SchedulePeriod = { timeZone: 'Europe/Berlin', from: 9 * 60, to: 10 * 60 }
    expect(entryAt(morning, '2026-07-01T07:30:00Z')).toBe('special')
    expect(entryAt(morning, '2026-12-01T07:30:00Z')).toBeNull()
    expect(entryAt(morning, '2026-12-01T08:30:00Z')).toBe('special')
  })

  it('counts a night by the weekday on which it began', () => {
    const fridayNight: SchedulePeriod = { ...night, weekdays: ['friday'] }
    expect(entryAt(fridayNight, '2026-11-21T02:00:00Z')).toBe('special')
    expect(entryAt(fridayNight, '2026-11-20T02:00:00Z')).toBeNull()
  })

  it('includes the first and the last date', () => {
    const sale: SchedulePeriod = { timeZone: 'UTC', firstDate: '2026-11-27', lastDate: '2026-11-28' }
    expect(['26', '27', '28', '29'].map((day) => entryAt(sale, `2026-11-${day}T12:00:00Z`))).toEqual([
      null,
      'special',
      'special',
      null,
    ])
  })
})
