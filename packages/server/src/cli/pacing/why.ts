/** Prints why a client is to report when it is. */
import { durationMs, formatDuration } from '@holdfast/core/units'
import { figure } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { factLines } from '../sections.ts'
import { ago } from '../times.ts'

export interface WhyOptions {
  readonly token?: string
}

interface Asked extends WhyOptions {
  readonly watch: string
  readonly client: string
}

export async function whyClient(context: CommandContext, { watch, client, token }: Asked): Promise<Outcome> {
  const answer = await context.api.pacedClient(watch, client, token)
  if (!answer.ok) return answer
  if (context.json) {
    context.printJson(answer.value)
    return done
  }
  const { says, updatedAt, dueAt, next, overdueMs, suspicion } = answer.value
  const overdue = formatDuration(durationMs(Math.round(overdueMs)))
  context.print(
    says,
    '',
    ...factLines(
      [
        ['Last update', ago(updatedAt, context.io.now())],
        ['Next one due', dueAt],
        ['Known from', `${figure(next.changes)} changes${hourWords(next.hourFactor)}`],
        [
          'Overdue',
          overdueMs > 0 ? `by ${overdue}: one in ${figure(10 ** suspicion)} updates comes so late` : '',
        ],
      ],
      context.paint,
    ),
  )
  return done
}

/** Nothing is said of an hour that is as others. */
const hourWords = (factor: number): string =>
  Math.abs(factor - 1) < 0.05 ? '' : `; this hour they come ${figure(factor)} times as often as on average`
