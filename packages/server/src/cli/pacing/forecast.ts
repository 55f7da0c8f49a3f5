/** Prints which updates are expected, and how many servers they take. */
import { durationMs, formatDuration } from '@holdfast/core/units'
import type { ExpectedLoadView } from '../../http/api.ts'
import { failure } from '../failure.ts'
import { figure, figures } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { factLines, section, tableLines } from '../sections.ts'
import type { Column } from '../table.ts'

export interface ForecastOptions {
  readonly perServer?: string
}

export async function forecast(
  context: CommandContext,
  watch: string,
  { perServer }: ForecastOptions,
): Promise<Outcome> {
  if (perServer !== undefined && !(Number(perServer) > 0)) {
    const hint = 'Write a number above zero, such as --per-server 40000.'
    return {
      ok: false,
      error: failure('usage', `"${perServer}" is no number of updates a second.`, { hint }),
    }
  }
  const answer = await context.api.pacingForecast(watch, perServer)
  if (!answer.ok) return answer
  if (context.json) {
    context.printJson(answer.value)
    return done
  }
  const { paint } = context
  const { nextMinute, ahead } = answer.value
  const columns = perServer === undefined ? COLUMNS : [...COLUMNS, SERVERS]
  context.print(
    ...factLines(
      [
        [
          'Next minute',
          `${figure(Math.round(nextMinute.updates))} updates, ${figure(nextMinute.perSecond)}/s, of those that were told`,
        ],
      ],
      paint,
    ),
    ...section('Later', tableLines(columns, ahead, paint), paint),
  )
  return done
}

const COLUMNS: readonly Column<ExpectedLoadView>[] = [
  { heading: 'IN', cell: ({ aheadMs }) => formatDuration(durationMs(aheadMs)) },
  { heading: 'UPDATES/S', value: ({ perSecond }) => perSecond, write: figures },
  { heading: 'AT MOST (90 %)', value: ({ high }) => high, write: figures },
  { heading: 'AS', cell: ({ by }) => (by === 'forecast' ? 'forecast' : 'usual at that time') },
]

const SERVERS: Column<ExpectedLoadView> = {
  heading: 'SERVERS',
  align: 'right',
  cell: ({ servers }) => String(servers ?? ''),
}
