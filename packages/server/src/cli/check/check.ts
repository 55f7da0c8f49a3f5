/**
 * One line as monitoring plug-ins print it (Monitoring Plugins Development Guidelines): a state, words, and after
 * a bar performance data as label=value[unit];warn;critical;least;most. What is not known is U.
 */
import type { HealthView, ServiceDetail, VerdictState } from '../../http/api.ts'
import { clean } from '../clean.ts'
import type { ProblemDocument } from '../failure.ts'
import type { ExitCode } from '../io.ts'
import type { CommandContext, Outcome } from '../perform.ts'

interface State {
  readonly word: 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN'
  readonly exit: ExitCode
}

const UNKNOWN: State = { word: 'UNKNOWN', exit: 3 }

const STATES: Readonly<Record<VerdictState, State>> = {
  kept: { word: 'OK', exit: 0 },
  'at-risk': { word: 'WARNING', exit: 1 },
  breached: { word: 'CRITICAL', exit: 2 },
  unknown: UNKNOWN,
}

export async function check(context: CommandContext, service: string): Promise<Outcome> {
  const [detail, health] = await Promise.all([context.api.service(service), context.api.health(service, {})])
  if (!detail.ok) return unknown(context, service, detail.error)
  if (!health.ok) return unknown(context, service, health.error)
  const { state, says } = detail.value
  const { word, exit } = STATES[state]
  const { metrics, more } = health.value
  const performance = performanceOf(health.value, detail.value)
  if (context.json) context.printJson({ state: word, says, performance, metrics, more })
  else context.print(`HOLDFAST ${word} - ${service}: ${plain(says)} | ${performance.join(' ')}`)
  return { ok: true, value: exit }
}

/** Whoever runs plug-ins reads standard output and the exit code, and nothing else. */
function unknown(context: CommandContext, service: string, { detail }: ProblemDocument): Outcome {
  if (context.json)
    context.printJson({ state: UNKNOWN.word, says: detail, performance: [], metrics: null, more: [] })
  else context.print(`HOLDFAST ${UNKNOWN.word} - ${service}: ${plain(detail)}`)
  return { ok: true, value: UNKNOWN.exit }
}

/** A bar would begin the performance data, a line break end the line. */
const plain = (text: string): string => clean(text).replaceAll(/[|\n]/g, ' ')

const MS_PER_SECOND = 1_000

function performanceOf(
  { metrics, more }: Pick<HealthView, 'metrics' | 'more'>,
  { limitMs }: Pick<ServiceDetail, 'limitMs'>,
): readonly string[] {
  const times = metrics.serviceTime.value
  const limit = limitMs === null ? '' : String(limitMs / MS_PER_SECOND)
  const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / MS_PER_SECOND)
  return [
    datum('availability', metrics.availability.value, { most: '1' }),
    datum('capacity', metrics.capacity.value),
    datum('throughput', metrics.throughput.value),
    datum('service_time_mean', seconds(times?.meanMs), { unit: 's' }),
    datum('service_time_p50', seconds(times?.p50Ms), { unit: 's', warn: limit }),
    datum('service_time_p90', seconds(times?.p90Ms), { unit: 's', warn: limit }),
    datum('service_time_p99', seconds(times?.p99Ms), { unit: 's', warn: limit }),
    datum('queue_length', metrics.queueLength.value),
    datum('utilisation', metrics.utilisation.value, { most: '1' }),
    ...(metrics.violations.value ?? []).map(({ level, over }) => datum(`violations_${level}`, over)),
    datum('satisfaction', metrics.satisfaction.value, { most: '1' }),
    // Of these nobody knows where they begin or end.
    ...more.map(({ name, metric: { value, unit } }) =>
      datum(`more_${name}`, value, { unit: UNITS.has(unit) ? unit : '', least: '' }),
    ),
  ]
}

/** Those that plug-ins may write behind a value. */
const UNITS: ReadonlySet<string> = new Set(['s', 'ms', 'us', '%', 'B', 'KB', 'MB', 'TB', 'c'])

interface Bounds {
  readonly unit?: string
  readonly warn?: string
  readonly least?: string
  readonly most?: string
}

/** What is said of nothing else begins at nothing; semicolons at the end are left out. */
function datum(
  label: string,
  value: number | null,
  { unit = '', warn = '', least = '0', most = '' }: Bounds = {},
): string {
  const said = value === null ? 'U' : `${value}${unit}`
  return `${label}=${said};${warn};;${least};${most}`.replace(/;+$/, '')
}
