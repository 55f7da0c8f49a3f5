/** States, causes and verdicts in words. */
import type { CauseKind, ServiceSummary, VerdictState, VerdictView } from '../http/api.ts'
import { count, figure, percent } from './figures.ts'
import type { Paint, Style } from './paint.ts'

export const stateStyles: Readonly<Record<VerdictState, Style>> = {
  kept: 'good',
  'at-risk': 'warning',
  breached: 'bad',
  unknown: 'muted',
}

const causes: Readonly<Record<CauseKind, string>> = {
  load: 'the load is above what was agreed',
  cap: 'more instances are needed than the agreement allows',
  application: 'the application itself is slower or fails more than expected',
  dependency: 'a service that it depends on is not kept',
  platform: 'the platform gives too few, too slow or failing instances',
}

export function stateWords({ state, cause }: Pick<ServiceSummary, 'state' | 'cause'>, paint: Paint): string {
  const why = cause === null ? '' : `: ${causes[cause] ?? cause}`
  return paint(stateStyles[state], state) + why
}

/** One level with its counts and what is left of its budget, then the evidence for its cause. */
export function verdictLines(verdict: VerdictView, paint: Paint): readonly string[] {
  const { agreement, level, state, met, missed, promisedRatio, measuredRatio, cause } = verdict
  const measured = measuredRatio === null ? 'nothing counted yet' : `${percent(measuredRatio)} % met`
  const where = cause?.part ? ` in ${cause.part}` : ''
  return [
    `${agreement}/${level} ${paint(stateStyles[state], state)}: ${measured}, ${percent(promisedRatio)} % promised`,
    `  ${count(met, 'operation')} met the limit, ${missed} missed it; ${budgetWords(verdict)}`,
    ...(verdict.reason === '' ? [] : [`  ${verdict.reason}`]),
    ...(cause === null ? [] : [`  Cause: ${causes[cause.kind] ?? cause.kind}${where}, since ${cause.since}`]),
    ...(cause?.evidence ?? []).map(({ says }) => `    - ${says}`),
    ...(cause === null ? [] : [`  What helps: ${cause.helps}`]),
  ]
}

function budgetWords({ allowedMisses, missesLeft, burn }: VerdictView): string {
  const allowed = Math.floor(allowedMisses)
  if (missesLeft < 0) return `${Math.ceil(-missesLeft)} more than the ${allowed} that the window allows`
  const left = `${Math.floor(missesLeft)} of ${allowed} allowed ${allowed === 1 ? 'miss' : 'misses'} left`
  return `${left}, spent at ${figure(burn)} × the rate that lasts the window`
}
