// Goal: what people type as a time means the instant that they mean, in their zone, also where clocks shift.
import { expect, it } from 'vitest'
import { ago, localTime, parseTime } from './times.ts'

const vienna = { timeZone: 'Europe/Vienna', now: () => Date.parse('2026-11-27T10:40:00Z') }

const meant = (text: string, io = vienna): string => {
  const time = parseTime(text, '--at', io)
  return time.ok ? time.value : time.error.detail
}

it('reads ISO 8601 with a zone, and without one as the time of the place', () => {
  expect(meant('2026-11-27T10:35:00Z')).toBe('2026-11-27T10:35:00.000Z')
  expect(meant('2026-11-27T10:35:00+05:30')).toBe('2026-11-27T05:05:00.000Z')
  expect(meant('2026-11-27 10:35')).toBe('2026-11-27T09:35:00.000Z')
  expect(meant('2026-07-01T10:35:30')).toBe('2026-07-01T08:35:30.000Z')
})

it('takes a time of the clock as the latest one that has passed', () => {
  expect(meant('11:35')).toBe('2026-11-27T10:35:00.000Z')
  expect(meant('11:45')).toBe('2026-11-26T10:45:00.000Z')
})

it('reads times ago', () => {
  expect(meant('10m ago')).toBe('2026-11-27T10:30:00.000Z')
  expect(meant('1h30m')).toBe('2026-11-27T09:10:00.000Z')
  expect(meant('now')).toBe('2026-11-27T10:40:00.000Z')
})

it('takes the later of two equal clock times when clocks are set back', () => {
  expect(meant('2026-10-25 02:30')).toBe('2026-10-25T01:30:00.000Z')
  expect(meant('2026-10-25 01:59')).toBe('2026-10-24T23:59:00.000Z')
})

it('refuses what is no time', () => {
  for (const text of ['', 'yesterday', '25:00', '2026-02-30 10:00', '10', 'm ago']) {
    expect(meant(text)).toBe(`${JSON.stringify(text)} for --at is not a time.`)
  }
})

it('shows instants in the zone of the place, and what is no instant as it is', () => {
  expect(localTime('2026-11-27T10:35:04.900Z', vienna)).toBe('2026-11-27 11:35:04')
  expect(localTime('never', vienna)).toBe('never')
})

it('says how long ago in the largest whole unit', () => {
  const spoken = ['10:39:48', '10:37:01', '07:40:00'].map((time) => ago(`2026-11-27T${time}Z`, vienna.now()))
  expect(spoken).toEqual(['12 s ago', '2 min ago', '3 h ago'])
  expect(ago('2026-11-20T10:40:00Z', vienna.now())).toBe('7 d ago')
  expect(ago('2026-11-27T10:41:00Z', vienna.now())).toBe('in 1 min')
})
