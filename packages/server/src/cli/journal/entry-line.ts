/** One journal entry on one line: a JSON object for programs, aligned words for people. */
import type { JournalEntryView } from '../../http/api.ts'
import { toJson } from '../clean.ts'
import { count } from '../figures.ts'
import type { CommandContext } from '../perform.ts'
import { NOTHING } from '../table.ts'
import { localTime } from '../times.ts'

/** Widths of most entries; a longer one shifts its own line only, as the lines come one by one. */
const WIDTHS = { service: 16, sequence: 7, kind: 8, actor: 10 } as const

/** "2026-11-27 10:35:04" */
const TIME_WIDTH = 19

/** What people are shown of a body that says nothing about itself. */
const MAX_BODY_LENGTH = 160

export function entryHeading(context: CommandContext): string {
  const cells = { service: 'SERVICE', sequence: 'ENTRY', kind: 'KIND', actor: 'BY' }
  return context.paint('muted', columns(context, timeHeading(context), cells, 'WHAT'))
}

export function entryLine(context: CommandContext, entry: JournalEntryView): string {
  if (context.json) return toJson(entry)
  const { at, service, sequence, kind, actor, body } = entry
  const cells = { service: service ?? NOTHING, sequence: String(sequence), kind, actor }
  return columns(context, localTime(at, context.io), cells, bodyWords(body))
}

function timeHeading({ io }: CommandContext): string {
  return `TIME (${io.timeZone})`
}

function columns(
  context: CommandContext,
  time: string,
  cells: Readonly<Record<keyof typeof WIDTHS, string>>,
  last: string,
): string {
  return [
    time.padEnd(Math.max(TIME_WIDTH, timeHeading(context).length)),
    cells.service.padEnd(WIDTHS.service),
    cells.sequence.padStart(WIDTHS.sequence),
    cells.kind.padEnd(WIDTHS.kind),
    cells.actor.padEnd(WIDTHS.actor),
    last,
  ].join('  ')
}

/** Entries of other versions may have any body, so that every field may be missing or of another shape. */
interface Body {
  readonly says?: unknown
  /** Of a change by a person: what was done to what. */
  readonly action?: unknown
  readonly kind?: unknown
  readonly name?: unknown
  /** Of an outcome. */
  readonly actions?: readonly Action[]
  /** Of a decision. */
  readonly plan?: { readonly changes?: readonly PlannedChange[] } | null
  readonly reasons?: readonly { readonly says?: unknown }[]
  readonly verdicts?: readonly { readonly reason?: unknown }[]
}

interface Action {
  readonly kind: string
  readonly instance: string
  readonly ok: boolean
  readonly says: string
}

interface PlannedChange {
  readonly kind: string
  readonly instance: { readonly part: string }
  readonly reason?: { readonly says?: unknown }
}

function bodyWords(body: unknown): string {
  if (typeof body !== 'object' || body === null) return shortJson(body)
  const { says, action, kind, name, actions, plan, reasons, verdicts } = body as Body
  if (typeof says === 'string') return says
  if (typeof action === 'string' && typeof kind === 'string' && typeof name === 'string') {
    return `${kind} ${name} ${action}`
  }
  if (isFilled(actions)) return actionWords(actions)
  if (isFilled(plan?.changes)) return changeWords(plan.changes)
  const texts = [
    ...(isFilled(reasons) ? reasons.map(({ says }) => says) : []),
    ...(isFilled(verdicts) ? verdicts.map(({ reason }) => reason) : []),
  ].filter((text) => typeof text === 'string')
  return texts.length > 0 ? `no change: ${texts.join(' ')}` : shortJson(body)
}

function isFilled<T>(list: readonly T[] | undefined): list is readonly T[] {
  return Array.isArray(list) && list.length > 0
}

/** "start of 2 instances done; start of shop-data-3 failed: no port was free" */
function actionWords(actions: readonly Action[]): string {
  const done = tally(actions.filter(({ ok }) => ok).map(({ kind }) => kind))
  const failed = actions.filter(({ ok }) => !ok)
  return [
    ...[...done].map(([kind, amount]) => `${kind} of ${count(amount, 'instance')} done`),
    ...failed.map(({ kind, instance, says }) => `${kind} of ${instance} failed: ${says}`),
  ].join('; ')
}

/** "start 2 × processing, stop 1 × data: the load rises …" */
function changeWords(changes: readonly PlannedChange[]): string {
  const amounts = tally(changes.map(({ kind, instance }) => `${kind} ${instance.part}`))
  const what = [...amounts].map(([what, amount]) => what.replace(' ', ` ${amount} × `)).join(', ')
  const reasons = new Set(
    changes.map(({ reason }) => reason?.says).filter((text) => typeof text === 'string'),
  )
  const [first, ...others] = reasons
  if (first === undefined) return what
  return `${what}: ${first}${others.length === 0 ? '' : ` (and ${count(others.length, 'further reason')})`}`
}

function tally(words: readonly string[]): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>()
  for (const word of words) amounts.set(word, (amounts.get(word) ?? 0) + 1)
  return amounts
}

function shortJson(body: unknown): string {
  const text = toJson(body)
  return text.length > MAX_BODY_LENGTH ? `${text.slice(0, MAX_BODY_LENGTH)}…` : text
}
