/** How a load is written on the command line, and read from there. */
import { durationMs, fail, ok, parseDuration, perSecond, type Result } from '@holdfast/core/units'
import type { LoadPoint, LoadShape } from './world/load-shape.ts'

export const LOAD_FORMS: readonly string[] = [
  '5                       5 operations a second all the time',
  'sine:1,9,24h            between 1 and 9 a second, from low to low in 24 hours',
  'steps:0=2,3600=9        2 a second from second 0 on, 9 a second from second 3600 on',
  'points:0=2,3600=9       from 2 to 9 a second along a straight line',
]

export function parseLoad(text: string): Result<LoadShape, string> {
  const [kind, rest] = split(text, ':')
  switch (kind) {
    case 'sine':
      return parseSine(rest)
    case 'steps': {
      const steps = parsePoints(rest)
      return steps === null ? malformed(text) : ok({ kind, steps })
    }
    case 'points': {
      const points = parsePoints(rest)
      return points === null ? malformed(text) : ok({ kind, points })
    }
    default: {
      const rate = parseNumber(text)
      return rate === null ? malformed(text) : ok({ kind: 'constant', rate: perSecond(rate) })
    }
  }
}

function parseSine(text: string): Result<LoadShape, string> {
  const [low = '', high = '', period = '24h', ...more] = text.split(',')
  const [lowRate, highRate, length] = [parseNumber(low), parseNumber(high), parseDuration(period)]
  if (lowRate === null || highRate === null || more.length > 0) return malformed(`sine:${text}`)
  if (!length.ok) return fail(`${length.error.message} ${length.error.hint}`)
  if (length.value === 0) return fail('The period of a sine must be longer than nothing.')
  return ok({
    kind: 'sine',
    low: perSecond(lowRate),
    high: perSecond(highRate),
    period: durationMs(length.value),
  })
}

/** Null when a point is no pair of numbers or comes before the one in front of it. */
function parsePoints(text: string): readonly LoadPoint[] | null {
  const points: LoadPoint[] = []
  for (const pair of text.split(',')) {
    const [at, value] = split(pair, '=')
    const [seconds, rate] = [parseNumber(at), parseNumber(value)]
    const last = points.at(-1)
    if (seconds === null || rate === null || (last !== undefined && seconds <= last[0])) return null
    points.push([seconds, rate])
  }
  return points
}

function parseNumber(text: string): number | null {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null
}

function split(text: string, at: string): readonly [string, string] {
  const place = text.indexOf(at)
  return place === -1 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)]
}

const malformed = (text: string): Result<LoadShape, string> =>
  fail(`"${text}" is not a load. Write one of:\n${LOAD_FORMS.map((form) => `  ${form}`).join('\n')}`)
