/** What was found, beside what the manifest expects: as a table with intervals, and as JSON. */
import { compare, type Comparison, type Estimate, type PartProfile } from '@holdfast/core/profile'
import {
  characteristicsText,
  manifestSnippet,
  percentileKey,
  type Subject,
  type SubjectPart,
} from '../../profile/index.ts'
import { figure } from '../figures.ts'
import type { Paint, Style } from '../paint.ts'
import { section, tableLines } from '../sections.ts'
import type { Column } from '../table.ts'

interface Row {
  readonly part: string
  readonly what: string
  readonly unit: Unit
  readonly found: Estimate
  readonly atLeast: string | null
  readonly expected: number | null
}

const MS_PER_SECOND = 1_000

type Unit = ' ms' | ' s' | '/s' | ''

export function profileLines(
  subject: Subject,
  profiles: readonly PartProfile[],
  { paint, snippet }: { readonly paint: Paint; readonly snippet: boolean },
): readonly string[] {
  const rows = profiles.flatMap((profile) => rowsOf(profile, partOf(subject, profile)))
  return [
    ...tableLines(columns, rows, paint),
    ...section('What differs from the manifest', rows.flatMap(difference), paint),
    ...section('What is not known better', rows.flatMap(reservation), paint),
    ...(snippet ? section('For the manifest', manifestSnippet(profiles), paint) : []),
  ]
}

const columns: readonly Column<Row>[] = [
  { heading: 'PART', cell: ({ part }) => part },
  { heading: 'CHARACTERISTIC', cell: ({ what }) => what },
  { heading: 'FOUND', align: 'right', cell: (row) => `${least(row)}${figure(row.found.value)}${row.unit}` },
  { heading: '95 % INTERVAL', align: 'right', cell: interval },
  {
    heading: 'EXPECTED',
    align: 'right',
    cell: ({ expected, unit }) => (expected === null ? '-' : `${figure(expected)}${unit}`),
  },
  {
    heading: 'COMPARED',
    cell: (row) => words[compared(row) ?? 'unexpected'],
    style: (row) => styles[compared(row) ?? 'unexpected'],
  },
]

const words: Record<Comparison | 'unexpected', string> = {
  'as-expected': 'as expected',
  higher: 'higher',
  lower: 'lower',
  unexpected: 'nothing was expected',
}

const styles: Record<Comparison | 'unexpected', Style> = {
  'as-expected': 'good',
  higher: 'warning',
  lower: 'warning',
  unexpected: 'muted',
}

function rowsOf(profile: PartProfile, part: SubjectPart | null): readonly Row[] {
  const { serviceMeanMs, servicePercentile, capacityPerSecond, startMs, calls } = profile
  const expected = part?.expected ?? null
  const { bound } = capacityPerSecond
  const row = (what: string, unit: Unit, found: Estimate, wanted: number | null | undefined): Row => ({
    part: profile.part,
    what,
    unit,
    found,
    atLeast: null,
    expected: wanted ?? null,
  })
  const percentile = `service time, ${percentileKey(servicePercentile.ratio)}`
  return [
    row('service time, mean', ' ms', serviceMeanMs, expected?.serviceTime.mean),
    row(percentile, ' ms', servicePercentile.ms, expected?.serviceTime.percentile?.value),
    {
      ...row('capacity', '/s', capacityPerSecond, expected?.capacity),
      atLeast: bound.kind === 'at-least' ? bound.by : null,
    },
    row(
      'start time',
      ' s',
      inSeconds(startMs),
      expected === null ? null : expected.startTime / MS_PER_SECOND,
    ),
    ...calls.map(({ part: called, times }) =>
      row(`calls of ${called}`, '', times, part?.calls.find((call) => call.part === called)?.times),
    ),
  ]
}

const inSeconds = ({ value, low, high, samples }: Estimate): Estimate => ({
  value: value / MS_PER_SECOND,
  low: low / MS_PER_SECOND,
  high: high / MS_PER_SECOND,
  samples,
})

const compared = ({ expected, found }: Row): Comparison | null =>
  expected === null ? null : compare(expected, found)

const least = ({ atLeast }: Row): string => (atLeast === null ? '' : 'at least ')

function interval({ found: { low, high }, unit }: Row): string {
  if (high === Infinity) return `from ${figure(low)}${unit}`
  const [from, to] = [figure(low), figure(high)]
  return from === to ? `${from}${unit}` : `${from}–${to}${unit}`
}

function difference(row: Row): readonly string[] {
  const how = compared(row)
  if (how === null || how === 'as-expected') return []
  const { part, what, expected, unit } = row
  return [`- ${part}: ${what} expected ${figure(expected)}${unit}, found ${interval(row)}: ${words[how]}`]
}

function reservation({ part, what, atLeast, found, unit }: Row): readonly string[] {
  if (atLeast !== null)
    return [
      `- ${part}: ${what} may be more than ${figure(found.value)}${unit}, as ${atLeast}; a higher one that is expected stays`,
    ]
  if (found.high !== Infinity) return []
  const few = `only ${found.samples} operations were timed, too few for an upper end of ${what}`
  return [`- ${part}: ${few}; give it longer with --time`]
}

/** Figures with their units in their names; an interval without an upper end has `high: null`. */
export function profileJson(subject: Subject, profiles: readonly PartProfile[]): unknown {
  return {
    service: subject.service,
    confidence: 0.95,
    parts: profiles.map((profile) => {
      const { part, serviceMeanMs, servicePercentile, capacityPerSecond, startMs, calls } = profile
      const { bound, sustainedPerSecond } = capacityPerSecond
      const { mean, percentile, capacity, startTime, calls: manifestCalls } = characteristicsText(profile)
      return {
        part,
        serviceMeanMs: estimateJson(serviceMeanMs),
        servicePercentile: { ratio: servicePercentile.ratio, ms: estimateJson(servicePercentile.ms) },
        capacityPerSecond: { ...estimateJson(capacityPerSecond), bound, sustainedPerSecond },
        startMs: estimateJson(startMs),
        calls: calls.map(({ part, times }) => ({ part, times: estimateJson(times) })),
        manifest: {
          characteristics: {
            serviceTime: {
              mean,
              ...(percentile === null ? {} : { [percentile.key]: percentile.value }),
            },
            capacity,
            startTime,
          },
          calls: manifestCalls,
        },
        compared: rowsOf(profile, partOf(subject, profile)).map((row) => ({
          characteristic: row.what,
          unit: row.unit.trim(),
          found: row.found.value,
          expected: row.expected,
          comparison: compared(row),
        })),
      }
    }),
  }
}

const estimateJson = ({ value, low, high, samples }: Estimate): object => ({
  value,
  low,
  high: high === Infinity ? null : high,
  samples,
})

const partOf = (subject: Subject, { part }: PartProfile): SubjectPart | null =>
  subject.parts.find(({ name }) => name === part) ?? null
