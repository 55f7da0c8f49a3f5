/** Prints what was learned of the clients of a watch. */
import { durationMs, formatDuration } from '@holdfast/core/units'
import type { FeatureView, HazardView, PacingModelView } from '../../http/api.ts'
import { figure } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { factLines, section, tableLines } from '../sections.ts'
import type { Column } from '../table.ts'

export async function model(context: CommandContext, watch: string): Promise<Outcome> {
  const answer = await context.api.pacingModel(watch)
  if (!answer.ok) return answer
  if (context.json) {
    context.printJson(answer.value)
    return done
  }
  const { paint } = context
  const { version, changes, priorDwellMs, hazards, features } = answer.value
  context.print(
    ...factLines(
      [
        ['Watch', `${watch}, version ${version}`],
        ['Learned from', `${figure(changes)} significant changes`],
        ['A new client', `is thought to change once in ${time(priorDwellMs)}`],
      ],
      paint,
    ),
    ...section(
      'Changes in a mean dwell time, by the time since the last one',
      hazardLines(context, hazards),
      paint,
    ),
    ...section('Hours of the day (UTC), against the mean', hourLines(answer.value), paint),
    ...section('Features', tableLines(FEATURES, features, paint), paint),
  )
  return done
}

/** Ages at which the table is shown, in mean dwell times. */
const SHOWN = [0, 0.1, 0.25, 0.5, 1, 2, 4]

function hazardLines({ paint }: CommandContext, hazards: readonly HazardView[]): readonly string[] {
  if (hazards.length === 0) return ['Too few changes were seen yet.']
  return tableLines(
    [
      { heading: 'KIND', cell: ({ kind }) => kind },
      { heading: 'ONCE IN', align: 'right', cell: ({ dwellMs }) => time(dwellMs) },
      { heading: 'CHANGES', align: 'right', cell: ({ changes }) => String(Math.round(changes)) },
      ...SHOWN.map((age): Column<HazardView> => ({
        heading: `${age}`,
        align: 'right',
        cell: ({ ages }) => figure(ages.findLast(({ from }) => from <= age)?.hazard ?? null),
      })),
    ],
    hazards,
    paint,
  )
}

function hourLines({ hourFactors }: PacingModelView): readonly string[] {
  if (hourFactors.every((factor) => Math.abs(factor - 1) < 0.05)) return []
  return hourFactors.map((factor, hour) => {
    const bar = '█'.repeat(Math.round(Math.min(4, factor) * 10))
    return `${String(hour).padStart(2, '0')}  ${figure(factor).padStart(4)}  ${bar}`.trimEnd()
  })
}

const FEATURES: readonly Column<FeatureView>[] = [
  { heading: 'FEATURE', cell: ({ feature }) => feature },
  { heading: 'VALUE', cell: ({ value }) => value },
  { heading: 'CLIENTS', align: 'right', cell: ({ clients }) => String(clients) },
  { heading: 'ONCE IN', align: 'right', cell: ({ dwellMs }) => time(dwellMs) },
]

const time = (ms: number): string => {
  const step = ms < 10_000 ? 100 : 1_000
  return formatDuration(durationMs(Math.max(step, Math.round(ms / step) * step)))
}
