/** One journal entry on one line: a JSON object for programs, aligned words for people. */
import type { JournalEntryView } from '../../http/api.ts'
import { toJson } from '../clean.ts'
import { count } from '../figures.ts'
import type { CommandContext } from '../perform.ts'
import { NOTHING } from '../table.ts'
import { localTime } from '../times.ts'
import { decisionWords, tally } from './decision-words.ts'

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
  return columns(context, localTime(at, context.io), cells, bodyWords(kind, body, context.io))
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
  /** Of a version of an agreement: since when it counts, and who signed it for each side. */
  readonly from?: unknown
  readonly signedBy?: unknown
  /** Of an outcome. */
  readonly actions?: readonly Action[]
}

interface Action {
  readonly kind: string
  readonly instance: string
  readonly ok: boolean
  readonly says: string
}

function bodyWords(entryKind: JournalEntryView['kind'], body: unknown, io: CommandContext['io']): string {
  if (typeof body !== 'object' || body === null) return shortJson(body)
  const { says, action, kind, name, actions } = body as Body
  if (typeof says === 'string') return says
  if (entryKind === 'decision') return decisionWords(body)
  if (typeof action === 'string' && typeof kind === 'string' && typeof name === 'string') {
    return `${kind} ${name} ${action}${agreedWords(body, io)}`
  }
  return isFilled(actions) ? actionWords(actions) : shortJson(body)
}

/** ", from 2027-01-01 00:00:00, signed by A. Owner for the owner and P. Operator for the platform" */
function agreedWords({ from, signedBy }: Body, io: CommandContext['io']): string {
  const begins = typeof from === 'string' ? `, from ${localTime(from, io)}` : ''
  if (typeof signedBy !== 'object' || signedBy === null) return begins
  const names = ['owner', 'platform'].flatMap((side) => {
    const who: unknown = Reflect.get(signedBy, side)
    return typeof who === 'string' ? [`${who} for the ${side}`] : []
  })
  return names.length === 0 ? begins : `${begins}, signed by ${names.join(' and ')}`
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

function shortJson(body: unknown): string {
  const text = toJson(body)
  return text.length > MAX_BODY_LENGTH ? `${text.slice(0, MAX_BODY_LENGTH)}…` : text
}
