/** Prints what the updates of a watch came to. */
import { durationMs, formatDuration } from '@holdfast/core/units'
import type { PacingMinuteView, PacingStatsView } from '../../http/api.ts'
import { figure, figures, percent, percents } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { factLines, section, tableLines, type Facts } from '../sections.ts'
import { NOTHING, type Column } from '../table.ts'

export interface StatsOptions {
  readonly for?: string
  readonly minutes?: boolean
}

export async function stats(
  context: CommandContext,
  watch: string,
  { for: span, minutes = false }: StatsOptions,
): Promise<Outcome> {
  const answer = await context.api.pacingStats(watch, span)
  if (!answer.ok) return answer
  if (context.json) {
    context.printJson(answer.value)
    return done
  }
  const { paint } = context
  context.print(
    ...factLines(factsOf(answer.value), paint),
    ...(minutes ? section('Minutes', tableLines(COLUMNS, answer.value.minutes, paint), paint) : []),
  )
  return done
}

function factsOf(view: PacingStatsView): Facts {
  const { clients, bytesPerClient, priceMs, budgetPerSecond, usefulShare, stale, fixed } = view
  const budget = budgetPerSecond === null ? '' : `, of ${figure(budgetPerSecond)}/s that they may be`
  const of = (count: number, words: string): string => (count === 0 ? '' : `${count} ${words}`)
  return [
    ['Watch', `${view.watch}, of the service ${view.service}`],
    [
      'Clients',
      clients === null
        ? 'carry what is known of them'
        : `${clients}${bytesPerClient === null ? '' : `, ${figure(bytesPerClient)} bytes each`}`,
    ],
    [
      'Updates',
      `${view.updates}, ${figure(view.perSecond)}/s; their intervals come to ${figure(view.wantedPerSecond)}/s${budget}`,
    ],
    ['New', of(view.newcomers, 'of clients that were not known')],
    [
      'Significant',
      usefulShare === null ? NOTHING : `${view.changed}, ${percent(usefulShare)} % of those by known clients`,
    ],
    [
      'Wrong',
      stale === null
        ? NOTHING
        : `${percent(stale.realised)} % of the time, as updates showed; ${percent(stale.promised)} % was expected`,
    ],
    ['At one interval', fixed === null ? '' : fixedWords(fixed)],
    [
      'An update',
      priceMs === null ? '' : `must save ${formatDuration(durationMs(Math.round(priceMs)))} of wrongness`,
    ],
    ['Before time', of(view.early, 'with something significant')],
    ['Too soon', of(view.tooSoon + view.refused, `with nothing new, ${view.refused} of them refused`)],
    ['Bad tokens', of(view.badTokens, 'whose clients started afresh')],
    ['No room', of(view.notKept, 'of clients that could not be kept')],
  ]
}

function fixedWords({
  measure,
  intervalMs,
  perSecond,
  ratio,
}: NonNullable<PacingStatsView['fixed']>): string {
  const alike = measure === 'mean' ? 'as wrong on average' : 'as wrong for all but 5 % of them'
  const interval = formatDuration(durationMs(Math.max(1, Math.round(intervalMs / 100) * 100)))
  return `${figure(perSecond)}/s, every ${interval}, to be ${alike}: now it is ${figure(ratio)} of that`
}

const COLUMNS: readonly Column<PacingMinuteView>[] = [
  { heading: 'MINUTE', cell: ({ at }) => at.slice(0, 16) },
  { heading: 'UPDATES', align: 'right', cell: ({ updates }) => String(updates) },
  { heading: 'EXPECTED', value: ({ forecast }) => forecast, write: (values) => figures(values.map(whole)) },
  { heading: 'SIGNIFICANT', align: 'right', cell: ({ changed }) => String(changed) },
  { heading: 'WRONG (%)', value: ({ realisedStale }) => realisedStale, write: percents },
  { heading: 'EXPECTED (%)', value: ({ promisedStale }) => promisedStale, write: percents },
]

const whole = (value: number | null): number | null => (value === null ? null : Math.round(value))
