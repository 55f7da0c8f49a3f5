/** Prints what is measured of a service and of each part. */
import type { HealthView, PartHealth } from '../../http/api.ts'
import { figure, figures, percent } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { factLines, section, tableLines } from '../sections.ts'
import type { Column } from '../table.ts'
import { ago } from '../times.ts'

export async function health(context: CommandContext, service: string): Promise<Outcome> {
  const answer = await context.api.health(service)
  if (!answer.ok) return answer
  if (context.json) context.printJson(answer.value)
  else context.print(...healthLines(context, answer.value))
  return done
}

function healthLines({ io, paint }: CommandContext, view: HealthView): readonly string[] {
  const { response, measuredRatio } = view
  return [
    ...factLines(
      [
        ['Service', view.service],
        ['Measured', view.updatedAt === null ? 'nothing yet' : ago(view.updatedAt, io.now())],
        ['Load', `${figure(view.requestsPerSecond)} requests/s`],
        ['p50', `${figure(response?.p50Ms ?? null)} ms`],
        ['p90', `${figure(response?.p90Ms ?? null)} ms`],
        ['p99', `${figure(response?.p99Ms ?? null)} ms`],
        ['Within limit', measuredRatio === null ? '' : `${percent(measuredRatio)} % of operations`],
      ],
      paint,
    ),
    ...section('Parts', tableLines(columns, view.parts, paint), paint),
  ]
}

const columns: readonly Column<PartHealth>[] = [
  { heading: 'PART', cell: ({ part }) => part },
  { heading: 'READY', align: 'right', cell: ({ ready }) => String(ready) },
  { heading: 'LOAD (/s)', value: ({ requestsPerSecond }) => requestsPerSecond, write: figures },
  { heading: 'EXPECTED (ms)', value: ({ expectedServiceMs }) => expectedServiceMs, write: figures },
  { heading: 'SERVICE (ms)', value: ({ measuredServiceMs }) => measuredServiceMs, write: figures },
  { heading: 'WAITING (ms)', value: ({ measuredWaitingMs }) => measuredWaitingMs, write: figures },
  { heading: 'QUEUED', align: 'right', cell: ({ queued }) => String(queued) },
]
