/** Prints who tells of a service and how that goes, or the series of one of them. */
import { durationMs, formatDuration } from '@holdfast/core/units'
import type { SeriesView, SourceStatusView } from '../../http/api.ts'
import { failure } from '../failure.ts'
import { figure } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { NOTHING, table, type Column } from '../table.ts'
import { ago } from '../times.ts'

export interface SourcesOptions {
  readonly series?: string
  readonly contains?: string
}

export async function sources(
  context: CommandContext,
  service: string,
  { series: source, contains }: SourcesOptions,
): Promise<Outcome> {
  if (source !== undefined) return seriesOf(context, { service, source, contains })
  if (contains !== undefined) {
    const hint = `Name one, as in --series node --contains ${contains}.`
    return { ok: false, error: failure('usage', '--contains is for the series of a source.', { hint }) }
  }
  const answer = await context.api.sources(service)
  if (!answer.ok) return answer
  if (context.json) context.printJson(answer.value)
  else if (answer.value.length === 0)
    context.note(`Nobody but the gateway tells of ${service}. See: holdfast help sources`)
  else {
    const { heading, lines } = table(statusColumns(context), answer.value, context.paint)
    context.print(heading, ...lines)
    const wrong = answer.value.filter(({ says }) => says !== null)
    for (const { name, says } of wrong) context.note(`${name}: ${says}`)
  }
  return done
}

const statusColumns = ({ io }: CommandContext): readonly Column<SourceStatusView>[] => [
  { heading: 'SOURCE', cell: ({ name }) => name },
  { heading: 'READS', cell: ({ reads }) => reads },
  { heading: 'ABOUT', cell: ({ part }) => part ?? 'service' },
  {
    heading: 'STATE',
    cell: ({ state }) => state,
    style: ({ state }) => (state === 'well' ? 'good' : state === 'waiting' ? 'muted' : 'warning'),
  },
  {
    heading: 'EVERY',
    align: 'right',
    cell: ({ everyMs }) => (everyMs === null ? NOTHING : formatDuration(durationMs(everyMs))),
  },
  { heading: 'LAST', cell: ({ lastAt }) => (lastAt === null ? NOTHING : ago(lastAt, io.now())) },
  { heading: 'SERIES', align: 'right', cell: ({ series }) => String(series) },
  { heading: 'OPERATIONS OF', cell: ({ believedAbout }) => believedAbout.join(', ') || NOTHING },
  {
    heading: 'FAULTS',
    cell: ({ faults }) => faults.map(({ kind, times }) => `${kind} ${times}`).join(', ') || NOTHING,
  },
]

interface Listed {
  readonly service: string
  readonly source: string
  readonly contains: string | undefined
}

async function seriesOf(context: CommandContext, { service, source, contains }: Listed): Promise<Outcome> {
  const answer = await context.api.series(service, source, contains)
  if (!answer.ok) return answer
  if (context.json) context.printJson(answer.value)
  else if (answer.value.length === 0) context.note(`${source} tells of no such series.`)
  else {
    const { heading, lines } = table(seriesColumns(context), answer.value, context.paint)
    context.print(heading, ...lines)
  }
  return done
}

const seriesColumns = ({ io }: CommandContext): readonly Column<SeriesView>[] => [
  { heading: 'SERIES', cell: ({ name }) => name },
  {
    heading: 'LABELS',
    cell: ({ labels }) =>
      Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(' ') || NOTHING,
  },
  { heading: 'KIND', cell: ({ kind }) => kind },
  { heading: 'UNIT', cell: ({ unit }) => unit ?? NOTHING },
  { heading: 'ABOUT', cell: ({ part, instance }) => instance ?? part ?? 'service' },
  { heading: 'LAST', align: 'right', cell: ({ last }) => (last === null ? NOTHING : figure(last)) },
  { heading: 'AT', cell: ({ lastAt }) => ago(lastAt, io.now()) },
]
