/**
 * A decision of the loop in one line: what it changes and why, or that it changes nothing and why not, and
 * which windows ended with it.
 */
import { count } from '../figures.ts'

/** Entries of other versions may have any body, so that every field may be missing. */
export interface DecisionBody {
  readonly plan?: Planned | null
  /** What was only advised, where the service is. */
  readonly advice?: Planned | null
  readonly reasons?: readonly { readonly says?: unknown }[]
  readonly verdicts?: readonly { readonly reason?: unknown }[]
  readonly violations?: readonly { readonly severity?: unknown; readonly says?: unknown }[]
  readonly closed?: readonly ClosedWindow[]
}

interface Planned {
  readonly changes?: readonly PlannedChange[]
}

interface PlannedChange {
  readonly kind: string
  readonly instance: { readonly part: string }
  readonly reason?: { readonly says?: unknown }
}

interface ClosedWindow {
  readonly agreement: string
  readonly level: string
  readonly met: number
  readonly missed: number
  /** For the sake of each cause. */
  readonly missedBy?: Readonly<Record<string, unknown>>
}

export function decisionWords({ plan, advice, reasons, verdicts, violations, closed }: DecisionBody): string {
  const ended = listOf(closed).map(closedWords)
  const changes = listOf(plan?.changes)
  if (changes.length > 0) return [changeWords(changes), ...ended].join('; ')
  const advised = listOf(advice?.changes)
  if (advised.length > 0) return [`advised only: ${changeWords(advised)}`, ...ended].join('; ')
  const forbidden = listOf(violations).filter(({ severity }) => severity === 'error')
  if (forbidden.length > 0)
    return [`plan withheld: ${texts(forbidden.map(({ says }) => says)).join(' ')}`, ...ended].join('; ')
  const why = texts([
    ...listOf(reasons).map(({ says }) => says),
    ...listOf(verdicts).map(({ reason }) => reason),
  ])
  return [`no change${why.length === 0 ? '' : `: ${why.join(' ')}`}`, ...ended].join('; ')
}

/** "the window of shop/fast ended with 35990 met, 10 missed (load 8, platform 2)" */
function closedWords({ agreement, level, met, missed, missedBy }: ClosedWindow): string {
  const causes = Object.entries(missedBy ?? {}).map(([cause, count]) => `${cause} ${String(count)}`)
  const by = causes.length === 0 ? '' : ` (${causes.join(', ')})`
  return `the window of ${agreement}/${level} ended with ${met} met, ${missed} missed${by}`
}

/** "start 2 × processing, stop 1 × data: the load rises …" */
function changeWords(changes: readonly PlannedChange[]): string {
  const amounts = tally(changes.map(({ kind, instance }) => `${kind} ${instance.part}`))
  const what = [...amounts].map(([what, amount]) => what.replace(' ', ` ${amount} × `)).join(', ')
  const [first, ...others] = new Set(texts(changes.map(({ reason }) => reason?.says)))
  if (first === undefined) return what
  return `${what}: ${first}${others.length === 0 ? '' : ` (and ${count(others.length, 'further reason')})`}`
}

export function tally(words: readonly string[]): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>()
  for (const word of words) amounts.set(word, (amounts.get(word) ?? 0) + 1)
  return amounts
}

const texts = (values: readonly unknown[]): readonly string[] =>
  values.filter((value) => typeof value === 'string' && value !== '') as readonly string[]

const listOf = <T>(list: readonly T[] | undefined): readonly T[] => (Array.isArray(list) ? list : [])
