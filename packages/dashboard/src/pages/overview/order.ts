/** Which services the overview lists, and in what order. Pure; ten thousand services sort in a few ms. */
import type { ServiceSummary, VerdictState } from '../../../../server/src/http/api.ts'
import { amountOf } from '../../format/quantity.ts'
import { statesBySeverity } from '../../format/words.ts'

export const sortKeys = ['state', 'name', 'response', 'budget', 'requests', 'instances', 'cost'] as const

export type SortKey = (typeof sortKeys)[number]

export interface Sorting {
  readonly key: SortKey
  readonly descending: boolean
}

export interface Selection {
  readonly text: string
  readonly state: VerdictState | null
  readonly sorting: Sorting
}

/** What each column sorts by; null sorts last in either direction, as nothing is known of it. */
const measures: Record<Exclude<SortKey, 'name'>, (service: ServiceSummary) => number | null> = {
  state: (service) => statesBySeverity.indexOf(service.state),
  // By how near to its limit a service is, which compares services of different speed.
  response: ({ response, limitMs }) =>
    response === null ? null : response.p90Ms / (limitMs === null || limitMs === 0 ? 1 : limitMs),
  budget: (service) => service.budgetLeftRatio,
  requests: (service) => service.requestsPerSecond,
  instances: (service) => service.instances.ready,
  cost: (service) => amountOf(service.costPerHour),
}

function matches(service: ServiceSummary, text: string, state: VerdictState | null): boolean {
  if (state !== null && service.state !== state) return false
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return true
  return [service.name, service.owner, ...service.parts.map(({ part }) => part)].some((field) =>
    field.toLowerCase().includes(wanted),
  )
}

/** Names in the order of the list. */
export function orderedNames(services: Iterable<ServiceSummary>, selection: Selection): readonly string[] {
  const chosen: { readonly name: string; readonly measure: number | null }[] = []
  const { key, descending } = selection.sorting
  for (const service of services) {
    if (!matches(service, selection.text, selection.state)) continue
    chosen.push({ name: service.name, measure: key === 'name' ? 0 : measures[key](service) })
  }
  const direction = descending ? -1 : 1
  chosen.sort((left, right) => {
    const byMeasure = compareMeasures(left.measure, right.measure, direction)
    return byMeasure === 0
      ? compareNames(left.name, right.name) * (key === 'name' ? direction : 1)
      : byMeasure
  })
  return chosen.map(({ name }) => name)
}

export function countStates(services: Iterable<ServiceSummary>): Record<VerdictState, number> {
  const counts: Record<VerdictState, number> = { kept: 0, 'at-risk': 0, breached: 0, unknown: 0 }
  for (const service of services) counts[service.state] += 1
  return counts
}

function compareMeasures(left: number | null, right: number | null, direction: number): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  return (left - right) * direction
}

const collator = new Intl.Collator('en', { numeric: true })

function compareNames(left: string, right: string): number {
  return collator.compare(left, right)
}
