/** Prints the eight metrics of a service, and of its parts, over an interval. */
import { durationMs, fail, formatDuration, ok, parseDuration, type Result } from '@holdfast/core/units'
import type { EightMetricsView, HealthView, MetricView, MoreMetricView, TimesView } from '../../http/api.ts'
import { toJson } from '../clean.ts'
import type { HealthSelection } from '../client.ts'
import { failure, type ProblemDocument } from '../failure.ts'
import { figure, figures, percent, percents } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { poll } from '../poll.ts'
import { factLines, section, tableLines } from '../sections.ts'
import { NOTHING, type Column } from '../table.ts'
import { localClock, parseTime } from '../times.ts'

const MS_PER_SECOND = 1_000

export interface HealthOptions {
  readonly interval?: string
  readonly since?: string
  readonly consumer?: string
  readonly instances?: boolean
  readonly watch?: boolean
}

export async function health(
  context: CommandContext,
  service: string,
  options: HealthOptions,
): Promise<Outcome> {
  const asked = askedBy(options, context)
  if (!asked.ok) return asked
  const { consumer } = options
  const ask = () =>
    consumer === undefined
      ? context.api.health(service, asked.value)
      : context.api.readHealth(service, consumer)
  if (options.watch === true) return poll(context, ask, showNew(context, options))
  const answer = await ask()
  if (!answer.ok) return answer
  if (context.json) context.printJson(answer.value)
  else context.print(...healthLines(context, answer.value, options))
  return done
}

function askedBy(
  { interval, since, consumer }: HealthOptions,
  { io }: CommandContext,
): Result<HealthSelection, ProblemDocument> {
  if ([interval, since, consumer].filter((one) => one !== undefined).length > 1) {
    const says = 'Only one of --interval, --since and --consumer can say of which time.'
    return fail(failure('usage', says, { hint: 'Leave the others out.' }))
  }
  if (interval !== undefined) {
    const length = parseDuration(interval)
    if (length.ok) return ok({ interval })
    return fail(failure('usage', `--interval: ${length.error.message}`, { hint: length.error.hint }))
  }
  if (since === undefined) return ok({})
  const instant = parseTime(since, '--since', io)
  return instant.ok ? ok({ since: instant.value }) : instant
}

/** Each interval once: a terminal is redrawn, elsewhere pages or documents follow one another. */
function showNew(context: CommandContext, options: HealthOptions): (view: HealthView) => void {
  const { io, json, print } = context
  let shown = ''
  return (view) => {
    if (view.to === shown) return
    shown = view.to
    if (json) return print(toJson(view))
    if (io.stdout.isTTY) io.stdout.write('\u001b[H\u001b[J')
    print(...healthLines(context, view, options), '')
  }
}

function healthLines(
  { io, paint }: CommandContext,
  view: HealthView,
  { instances = false }: HealthOptions,
): readonly string[] {
  const { from, to, seenRatio, measuredUntil } = view
  const length = formatDuration(durationMs(Date.parse(to) - Date.parse(from)))
  return [
    ...factLines(
      [
        ['Service', view.service],
        ['Interval', `${localClock(from, io)} to ${localClock(to, io)}, ${length}`],
        ['Measured', measuredUntil === null ? 'nothing yet' : `${percent(seenRatio)} % of it`],
        ['Sources', view.sources.join(', ')],
      ],
      paint,
    ),
    ...section(
      'Metrics',
      tableLines(metricColumns, [...metricRows(view.metrics), ...view.more.map(moreRow)], paint),
      paint,
    ),
    ...section(
      'Figures that cannot be true',
      view.findings.map(({ says }) => `- ${says}`),
      paint,
    ),
    ...section('Parts', tableLines(subjectColumns('PART'), subjects(view.parts, 'part'), paint), paint),
    ...(instances
      ? section(
          'Instances',
          tableLines(subjectColumns('INSTANCE'), subjects(view.instances, 'instance'), paint),
          paint,
        )
      : []),
  ]
}

interface MetricRow {
  readonly metric: string
  readonly value: string
  readonly from: string
}

const metricColumns: readonly Column<MetricRow>[] = [
  { heading: 'METRIC', cell: ({ metric }) => metric },
  { heading: 'VALUE', cell: ({ value }) => value },
  { heading: 'FROM', cell: ({ from }) => from, style: () => 'muted' },
]

function metricRows(metrics: EightMetricsView): readonly MetricRow[] {
  const rate = (value: number): string => `${figure(value)}/s`
  const share = (value: number): string => `${percent(value)} %`
  return [
    row('availability', metrics.availability, share),
    row('capacity', metrics.capacity, rate),
    row('throughput', metrics.throughput, rate),
    row('service time', metrics.serviceTime, timesText),
    row('queue length', metrics.queueLength, figure),
    row('utilisation', metrics.utilisation, share),
    row('violations', metrics.violations, (levels) =>
      levels.map(({ level, over, operations }) => `${level} ${over} of ${operations}`).join(', '),
    ),
    row('satisfaction', metrics.satisfaction, share),
  ]
}

const row = <Value>(
  metric: string,
  { value, rule, observations, sources, reason }: MetricView<Value>,
  write: (value: Value) => string,
): MetricRow => ({
  metric,
  value: value === null ? NOTHING : write(value),
  from:
    value === null ? (reason ?? '') : `${ruleText(rule ?? '')}, ${observations} from ${sources.join(', ')}`,
})

/** `rule:NAME` is a rule that somebody made; the others are the ways that there are. */
const ruleText = (rule: string): string =>
  rule.startsWith('rule:') ? `rule ${rule.slice('rule:'.length)}` : rule.replaceAll('-', ' ')

const moreRow = ({ name, metric }: MoreMetricView): MetricRow =>
  row(name, metric, (value) => (metric.unit === '1' ? figure(value) : `${figure(value)} ${metric.unit}`))

const timesText = ({ meanMs, p50Ms, p90Ms, p99Ms }: TimesView): string =>
  `mean ${figure(meanMs)} ms, p50 ${figure(p50Ms)}, p90 ${figure(p90Ms)}, p99 ${figure(p99Ms)}`

interface SubjectRow {
  readonly name: string
  readonly metrics: EightMetricsView
}

const subjects = <Key extends string>(
  rows: readonly (Readonly<Record<Key, string>> & { readonly metrics: EightMetricsView })[],
  key: Key,
): readonly SubjectRow[] => rows.map((one) => ({ name: one[key], metrics: one.metrics }))

const subjectColumns = (heading: string): readonly Column<SubjectRow>[] => [
  { heading, cell: ({ name }) => name },
  { heading: 'AVAILABLE (%)', value: ({ metrics }) => metrics.availability.value, write: percents },
  { heading: 'LOAD (/s)', value: ({ metrics }) => metrics.throughput.value, write: figures },
  { heading: 'CAPACITY (/s)', value: ({ metrics }) => metrics.capacity.value, write: figures },
  { heading: 'USED (%)', value: ({ metrics }) => metrics.utilisation.value, write: percents },
  {
    heading: 'SERVICE (ms)',
    value: ({ metrics }) => metrics.serviceTime.value?.meanMs ?? null,
    write: figures,
  },
  { heading: 'P90 (ms)', value: ({ metrics }) => metrics.serviceTime.value?.p90Ms ?? null, write: figures },
  { heading: 'WAITING (ms)', value: ({ metrics }) => waitingMs(metrics), write: figures },
  { heading: 'QUEUE', value: ({ metrics }) => metrics.queueLength.value, write: figures },
]

/** What an operation waits on average: by Little's law, who waits at once ÷ who comes in a second. */
function waitingMs({ queueLength, throughput }: EightMetricsView): number | null {
  const [waiting, rate] = [queueLength.value, throughput.value]
  return waiting === null || rate === null || rate === 0 ? null : (waiting * MS_PER_SECOND) / rate
}
