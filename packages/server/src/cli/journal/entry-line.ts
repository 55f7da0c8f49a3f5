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

interface Body {
  readonly says?: unknown
  readonly plan?: { readonly changes?: readonly PlannedChange[] } | null
  /** Of a change by a person: what was done to what. */
  readonly action?: unknown
  readonly kind?: unknown
  readonly name?: unknown
  readonly reasons?: readonly { readonly says?: unknown }[]
  readonly actions?: readonly { readonly says?: unknown; readonly ok?: unknown }[]
}

interface PlannedChange {
  readonly kind: string
  readonly instance: { readonly part: string }
  readonly reason?: { readonly says?: unknown }
}

/** Entries of other versions may have any body, so that every field may be missing. */
function bodyWords(body: unknown): string {
  if (typeof body !== 'object' || body === null) return shortJson(body)
  const { says, action, kind, name, plan, reasons, actions } = body as Body
  if (typeof says === 'string') return says
  if (typeof action === 'string' && typeof kind === 'string' && typeof name === 'string')
    return `${kind} ${name} ${action}`
  const changes = plan?.changes
  if (Array.isArray(changes) && changes.length > 0) return changeWords(changes)
  const texts = [...(Array.isArray(actions) ? actions : []), ...(Array.isArray(reasons) ? reasons : [])]
    .map((item: { readonly says?: unknown }) => item.says)
    .filter((text) => typeof text === 'string')
  return texts.length > 0 ? texts.join(' ') : shortJson(body)
}

/** "start 2 × processing, stop 1 × data: the load rises …" */
function changeWords(changes: readonly PlannedChange[]): string {
  const amounts = new Map<string, number>()
  for (const { kind, instance } of changes) {
    const what = `${kind} ${instance.part}`
    amounts.set(what, (amounts.get(what) ?? 0) + 1)
  }
  const what = [...amounts].map(([what, amount]) => what.replace(' ', ` ${amount} × `)).join(', ')
  const reasons = new Set(
    changes.map(({ reason }) => reason?.says).filter((text) => typeof text === 'string'),
  )
  const [first, ...others] = reasons
  if (first === undefined) return what
  return `${what}: ${first}${others.length === 0 ? '' : ` (and ${count(others.length, 'further reason')})`}`
}

function shortJson(body: unknown): string {
  const text = toJson(body)
  return text.length > MAX_BODY_LENGTH ? `${text.slice(0, MAX_BODY_LENGTH)}…` : text
}
