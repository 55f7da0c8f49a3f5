/** All about one service: how it does and why, its levels, parts, instances and last changes. */
import type { Result } from '@holdfast/core/units'
import type { HistoryView, InstanceView, PartView, ServiceDetail } from '../../http/api.ts'
import { changeLine, reasonLine } from '../change-words.ts'
import type { ProblemDocument } from '../failure.ts'
import { figure, figures, percent } from '../figures.ts'
import { instanceColumns } from '../get/live-columns.ts'
import type { CommandContext } from '../perform.ts'
import { factLines, section, tableLines, type Facts } from '../sections.ts'
import { NOTHING, type Column } from '../table.ts'
import { ago, localTime } from '../times.ts'
import { stateWords, verdictLines } from '../verdict-words.ts'
import type { Described } from './describe.ts'

/** The latest ones explain how things stand; `holdfast journal SERVICE` has them all. */
const SHOWN_CHANGES = 10

export async function servicePage(
  { api, io, paint }: CommandContext,
  name: string,
): Promise<Result<Described, ProblemDocument>> {
  const [service, instances, history] = await Promise.all([
    api.service(name),
    api.instances(name),
    api.history(name),
  ])
  if (!service.ok) return service
  if (!instances.ok) return instances
  if (!history.ok) return history
  const detail = service.value
  const lines = [
    ...factLines(overview(detail, stateWords(detail, paint), io.now()), paint),
    ...section(
      'Levels',
      detail.verdicts.flatMap((verdict) => verdictLines(verdict, paint)),
      paint,
    ),
    ...section('Parts', tableLines(partColumns, detail.partDetails, paint), paint),
    ...section('Instances', instanceLines(instances.value), paint),
    ...section('Advised', detail.advice.map(changeLine), paint),
    ...section('Last changes', changeLines(history.value), paint),
    ...section('Now', detail.reasons.map(reasonLine), paint),
  ]
  return {
    ok: true,
    value: { json: { ...detail, instanceDetails: instances.value, changes: history.value.changes }, lines },
  }

  function instanceLines(views: readonly InstanceView[]): readonly string[] {
    const columns = instanceColumns(io).filter(({ heading }) => heading !== 'SERVICE')
    return tableLines(columns, views, paint)
  }

  function changeLines({ changes }: HistoryView): readonly string[] {
    return changes.slice(-SHOWN_CHANGES).map((change) => `${localTime(change.at, io)}  ${changeLine(change)}`)
  }
}

function overview(detail: ServiceDetail, state: string, nowMs: number): Facts {
  const { response, limitMs, budgetLeftRatio, instances } = detail
  const times =
    response &&
    `p50 ${figure(response.p50Ms)} ms, p90 ${figure(response.p90Ms)} ms, p99 ${figure(response.p99Ms)} ms`
  const atMost = instances.atMost === null ? '' : `, at most ${instances.atMost}`
  return [
    ['Service', detail.name],
    ['State', state],
    ['Verdict', detail.says],
    ['Mode', detail.mode === 'advise' ? 'advise: what is decided is journaled, not carried out' : ''],
    ['Owner', detail.owner],
    ['Agreements', detail.agreements.join(', ')],
    ['Address', detail.url ?? ''],
    ['Not reachable', detail.routeFault ?? ''],
    ['Load', detail.requestsPerSecond === null ? '' : `${figure(detail.requestsPerSecond)} requests/s`],
    ['Response', times === null ? '' : `${times}${limitMs === null ? '' : ` (limit ${figure(limitMs)} ms)`}`],
    ['Budget left', budgetLeftRatio === null ? '' : `${percent(budgetLeftRatio)} %`],
    ['Instances', `${instances.ready} of ${instances.desired} ready${atMost}`],
    ['Cost', `${detail.costPerHour} an hour`],
    ['Version', `${detail.version}, generation ${detail.generation}`],
    ['Updated', detail.updatedAt === null ? 'not yet' : ago(detail.updatedAt, nowMs)],
  ]
}

const partColumns: readonly Column<PartView>[] = [
  { heading: 'PART', cell: ({ part }) => part },
  { heading: 'READY', align: 'right', cell: ({ ready, desired }) => `${ready}/${desired}` },
  {
    heading: 'FROM–TO',
    align: 'right',
    cell: ({ minInstances, maxInstances }) => `${minInstances}–${maxInstances}`,
  },
  { heading: 'LOAD (/s)', value: ({ requestsPerSecond }) => requestsPerSecond, write: figures },
  { heading: 'CAPACITY (/s)', value: ({ capacityPerSecond }) => capacityPerSecond, write: figures },
  { heading: 'EXPECTED (ms)', value: ({ expectedServiceMs }) => expectedServiceMs, write: figures },
  { heading: 'SERVICE (ms)', value: ({ measuredServiceMs }) => measuredServiceMs, write: figures },
  { heading: 'WAITING (ms)', value: ({ measuredWaitingMs }) => measuredWaitingMs, write: figures },
  { heading: 'QUEUED', align: 'right', cell: ({ queued }) => String(queued) },
  { heading: 'TYPE', cell: ({ instanceType }) => instanceType },
  { heading: 'PRICE', cell: ({ pricePerHour }) => pricePerHour },
  {
    heading: 'CALLS',
    cell: ({ calls }) => calls.map(({ part, times }) => `${figure(times)} × ${part}`).join(', ') || NOTHING,
  },
]
