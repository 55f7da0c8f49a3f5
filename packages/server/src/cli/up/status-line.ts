/** The services in one line for a terminal, as they are now: state, response time against the limit, instances. */
import type { ServiceSummary, VerdictState } from '../../http/api.ts'
import { clean } from '../clean.ts'
import type { Paint } from '../paint.ts'

const tones = {
  kept: 'good',
  'at-risk': 'warning',
  breached: 'bad',
  unknown: 'muted',
} as const satisfies Record<VerdictState, Parameters<Paint>[0]>

export function statusLine(services: readonly ServiceSummary[], paint: Paint, columns: number): string {
  const promised = services.filter(({ promisedRatio }) => promisedRatio !== null)
  if (promised.length === 0)
    return cut(
      services.length === 0 ? 'No service yet: holdfast apply -f …' : 'No service is under an agreement',
      columns,
    )
  const [first] = promised.toSorted((a, b) => weight[b.state] - weight[a.state])
  if (first === undefined) return ''
  const others = promised.length === 1 ? '' : ` (+${promised.length - 1} more)`
  const text = cut(`${statusText(first)}${others}`, columns)
  // Only the state is coloured, and it is named in words.
  return text.replace(stateWord(first.state), paint(tones[first.state], stateWord(first.state)))
}

const weight: Record<VerdictState, number> = { breached: 3, 'at-risk': 2, unknown: 1, kept: 0 }

const stateWord = (state: VerdictState): string => (state === 'at-risk' ? 'at risk' : state)

function statusText(service: ServiceSummary): string {
  const cause = service.cause === null ? '' : ` by ${service.cause}`
  const pieces = [
    `${clean(service.name)} ${stateWord(service.state)}${cause}`,
    responseText(service),
    service.requestsPerSecond === null ? '' : `${service.requestsPerSecond.toFixed(1)}/s`,
    instancesText(service),
    service.budgetLeftRatio === null
      ? ''
      : `${Math.round(service.budgetLeftRatio * 100)} % of the misses left`,
  ]
  return pieces.filter((piece) => piece !== '').join(' · ')
}

function responseText({ response, limitMs }: ServiceSummary): string {
  if (response === null) return 'no requests yet'
  const limit = limitMs === null ? '' : ` of ${limitMs} ms`
  return `90 % within ${Math.round(response.p90Ms)}${limit === '' ? ' ms' : limit}`
}

function instancesText({ instances, parts }: ServiceSummary): string {
  const atMost = instances.atMost === null ? '' : ` of ${instances.atMost}`
  const starting =
    instances.desired > instances.ready ? `, ${instances.desired - instances.ready} starting` : ''
  return `${instances.ready}${atMost} instances (${parts.map(({ ready }) => ready).join('+')}${starting})`
}

const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
