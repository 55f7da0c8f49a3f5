import type { ServiceSummary } from '../../../../server/src/http/api.ts'
import type { Trend } from '../../api/trend.ts'
import { formatMs, formatRate, formatShare, UNKNOWN } from '../../format/quantity.ts'
import { causeWords } from '../../format/words.ts'
import { Age } from '../../parts/age.tsx'
import { BudgetBar } from '../../parts/budget-bar.tsx'
import { Sparkline } from '../../parts/sparkline.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { serviceFragment } from '../../router.ts'

export function ServiceRow(props: {
  readonly service: ServiceSummary
  readonly trend: Trend
  readonly index: number
  readonly selected: boolean
  readonly nowMs: number
  readonly onSelect: () => void
}) {
  const { service, trend, index, selected, nowMs, onSelect } = props
  const fragment = serviceFragment(service.name)
  const open = (event: MouseEvent): void => {
    // The link does its own work; text that somebody marks is not a click.
    if (event.target instanceof Element && event.target.closest('a') !== null) return
    if (window.getSelection()?.isCollapsed === true) location.hash = fragment
  }
  return (
    <tr
      role="row"
      // The header is row 1.
      aria-rowindex={index + 2}
      class={selected ? 'selected' : ''}
      data-service={service.name}
      onClick={open}
    >
      <td role="cell" class="c-state">
        <StateBadge state={service.state} />
        <Age updatedAt={service.updatedAt} nowMs={nowMs} />
      </td>
      <th role="rowheader" scope="row" class="c-name">
        <a href={fragment} onFocus={onSelect}>
          {service.name}
        </a>
        <span class="says" title={service.says}>
          {service.cause === null ? service.owner : `Because of ${causeWords[service.cause]}`}
        </span>
      </th>
      <td role="cell" class="c-response">
        <span class="pair">
          <strong class={isOver(service) ? 'over' : ''}>{formatMs(service.response?.p90Ms ?? null)}</strong>
          <span class="muted">
            {service.limitMs === null ? 'no limit' : `of ${formatMs(service.limitMs)}`}
          </span>
        </span>
        <Sparkline trend={trend} limitMs={service.limitMs} />
      </td>
      <td role="cell" class="c-budget">
        <BudgetBar leftRatio={service.budgetLeftRatio} state={service.state} />
        <span class="muted">{keptWords(service)}</span>
      </td>
      <td role="cell" class="c-requests number" data-label="Requests">
        {formatRate(service.requestsPerSecond)}
      </td>
      <InstancesCell service={service} />
      <td role="cell" class="c-cost number" data-label="Cost/h">
        {service.costPerHour || UNKNOWN}
      </td>
    </tr>
  )
}

function InstancesCell({ service }: { readonly service: ServiceSummary }) {
  const { ready, desired, atMost } = service.instances
  const byPart = service.parts.map(({ part, ready, desired }) =>
    ready === desired ? `${part} ${ready}` : `${part} ${ready} of ${desired}`,
  )
  return (
    <td role="cell" class="c-instances">
      <span class="pair">
        <strong>{ready === desired ? ready : `${ready} of ${desired}`}</strong>
        <span class="muted">{atMost === null ? 'ready' : `ready, at most ${atMost}`}</span>
      </span>
      <span class="says" title={byPart.join(', ')}>
        {byPart.join(' · ')}
      </span>
    </td>
  )
}

function isOver({ response, limitMs }: ServiceSummary): boolean {
  return response !== null && limitMs !== null && response.p90Ms > limitMs
}

function keptWords({ measuredRatio, promisedRatio }: ServiceSummary): string {
  if (promisedRatio === null) return 'no level'
  const needed = `needs ${formatShare(promisedRatio)}`
  return measuredRatio === null ? needed : `met ${formatShare(measuredRatio)}, ${needed}`
}
