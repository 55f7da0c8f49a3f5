/** A replay for people: whether it came out the same, what it came to, and what would have been. */
import { formatInstant } from '@holdfast/core/units'
import type { Comparison, Figures } from '../../replay/index.ts'
import { cleanDeep } from '../clean.ts'
import { count, figure } from '../figures.ts'
import type { CommandContext } from '../perform.ts'
import { runTable } from '../run-table.ts'
import { factLines, section } from '../sections.ts'
import { localTime } from '../times.ts'
import { figureNames, figureRows, type NamedFigures } from './figure-rows.ts'
import type { Replayed, WhatIf } from './replay.ts'

/** Ticks are some seconds apart, so that nobody asks for exactly one. */
const UNNOTICED_MS = 10_000

export function replayPage(replayed: Replayed, context: CommandContext): readonly string[] {
  const { service, asked, comparison, figures, whatIf } = cleanDeep(replayed)
  const { paint } = context
  const time = (at: Figures['from']): string => localTime(formatInstant(at), context.io)
  const columns: readonly NamedFigures[] = [
    { name: 'AS IT HAPPENED', figures },
    ...(whatIf === null
      ? []
      : [
          { name: 'SIMULATED AS IT WAS', figures: whatIf.asItWas },
          { name: 'SIMULATED AS CHANGED', figures: whatIf.asChanged },
        ]),
  ]
  return [
    ...factLines(
      [
        ['Service', service],
        ['Time', `${time(figures.from)} to ${time(figures.to)} (${context.io.timeZone})`],
        ['Ticks', `${comparison.ticks}, of which the journal has ${count(comparison.entries, 'decision')}`],
        ['Decided again', verdictOf(comparison, context)],
      ],
      paint,
    ),
    ...section('First difference', differenceLines(comparison, time), paint),
    ...section(
      'Not on record',
      [
        ...(figures.from > asked.from + UNNOTICED_MS ? [`What was before ${time(figures.from)}.`] : []),
        ...comparison.gaps.map(({ from, to }) => `The record has a gap from ${time(from)} to ${time(to)}.`),
        ...(figures.to < asked.to - UNNOTICED_MS ? [`What was after ${time(figures.to)}.`] : []),
      ],
      paint,
    ),
    ...section('What it came to', runTable(figureNames(columns), figureRows(columns), paint), paint),
    ...(whatIf === null ? [] : section('What this is', whatThisIs(figures, whatIf), paint)),
  ]
}

function verdictOf({ different, ticks }: Comparison, { paint }: CommandContext): string {
  if (different === 0) return paint('good', 'the same to the byte')
  return paint('bad', `${count(different, 'tick')} of ${ticks} otherwise`)
}

function differenceLines({ first }: Comparison, time: (at: Figures['from']) => string): readonly string[] {
  if (first === null) return []
  const { at, sequence, says, difference } = first
  const entry = sequence === null ? '' : `, journal entry ${sequence}`
  return [
    `${time(at)}${entry}: ${says}`,
    ...(difference === null
      ? []
      : [
          `at ${difference.pointer === '' ? 'the top' : difference.pointer}`,
          `  on record:     ${difference.recorded}`,
          `  decided again: ${difference.replayed}`,
        ]),
  ]
}

function whatThisIs(happened: Figures, { changed, overheadMs, asItWas }: WhatIf): readonly string[] {
  return [
    `Changed: ${changed.join(', ')}.`,
    'The recorded load and the measured service times went through a simulation twice; the last column',
    'is the change against the same simulation of what was in force.',
    `How well it agrees: ${agreement(happened, asItWas)}.`,
    ...(overheadMs < 1
      ? []
      : [
          `Not simulated: the ${figure(overheadMs)} ms that a measured operation spends outside of the parts.`,
        ]),
  ]
}

/** The simulation of what was in force against what really happened. */
function agreement(happened: Figures, simulated: Figures): string {
  const hours = relative(simulated.instanceHours, happened.instanceHours)
  const levels = happened.levels.flatMap((level) => {
    const twin = simulated.levels.find((one) => one.level === level.level)
    if (twin === undefined) return []
    const points = (share(twin) - share(level)) * 100
    return [`${signed(points)} points in level ${level.level}`]
  })
  return [`${hours} in instance-hours`, ...levels].join(', ')
}

const share = ({ met, missed }: Figures['levels'][number]): number => met / Math.max(1, met + missed)

function relative(value: number, than: number): string {
  return than === 0 ? 'nothing to compare' : `${signed((value / than - 1) * 100)} %`
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`
