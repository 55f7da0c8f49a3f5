import type { ComponentChildren } from 'preact'
import type { ServiceDetail } from '../../../../server/src/http/api.ts'
import { formatMs, formatRate, formatShare, UNKNOWN } from '../../format/quantity.ts'
import { BudgetBar } from '../../parts/budget-bar.tsx'

/** The few figures that one looks at first. */
export function KeyFigures({ service }: { readonly service: ServiceDetail }) {
  const { response, limitMs, instances } = service
  const isOver = response !== null && limitMs !== null && response.p90Ms > limitMs
  return (
    <dl class="figures">
      <Figure
        name="Response p90"
        value={<span class={isOver ? 'over' : ''}>{formatMs(response?.p90Ms ?? null)}</span>}
        note={limitMs === null ? 'no limit agreed' : `limit ${formatMs(limitMs)}`}
      />
      <Figure
        name="Within the limit"
        value={formatShare(service.measuredRatio)}
        note={
          service.promisedRatio === null
            ? 'nothing promised'
            : `promised ${formatShare(service.promisedRatio)}`
        }
      />
      <Figure
        name="Budget left"
        value={<BudgetBar leftRatio={service.budgetLeftRatio} state={service.state} />}
        note="of the allowed misses"
      />
      <Figure name="Requests" value={formatRate(service.requestsPerSecond)} note="arriving now" />
      <Figure
        name="Instances"
        value={instances.ready}
        note={`ready of ${instances.desired} wanted${instances.atMost === null ? '' : `, at most ${instances.atMost}`}`}
      />
      <Figure name="Cost per hour" value={service.costPerHour || UNKNOWN} note="for the instances wanted" />
    </dl>
  )
}

function Figure(props: { readonly name: string; readonly value: ComponentChildren; readonly note: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd class="value">{props.value}</dd>
      <dd class="note">{props.note}</dd>
    </div>
  )
}
