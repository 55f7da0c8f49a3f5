/** Prints journal entries, follows them, or has the chain of hashes checked. */
import type { Result } from '@holdfast/core/units'
import type { JournalCheckAll } from '../../http/api.ts'
import type { JournalSelection } from '../client.ts'
import type { ProblemDocument } from '../failure.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { tableLines } from '../sections.ts'
import { parseTime } from '../times.ts'
import { entryLine, entryHeading } from './entry-line.ts'
import { follow } from './follow.ts'

export interface JournalOptions {
  readonly kind?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly limit: number
  readonly follow?: boolean
  readonly verify?: boolean
}

export async function journal(
  context: CommandContext,
  service: string | undefined,
  options: JournalOptions,
): Promise<Outcome> {
  if (options.verify === true) return verify(context, service)
  const selection = selectionOf(context, service, options)
  if (!selection.ok) return selection
  const entries = await context.api.journal(selection.value, options.limit)
  if (!entries.ok) return entries
  const oldestFirst = entries.value.toReversed()
  if (context.json) context.print(...oldestFirst.map((entry) => entryLine(context, entry)))
  else if (oldestFirst.length > 0) {
    context.print(entryHeading(context), ...oldestFirst.map((entry) => entryLine(context, entry)))
  } else if (options.follow !== true) context.note('There are no such entries.')
  return options.follow === true ? follow(context, selection.value, oldestFirst) : done
}

function selectionOf(
  { io }: CommandContext,
  service: string | undefined,
  { kind, ...options }: JournalOptions,
): Result<JournalSelection, ProblemDocument> {
  const times: { from?: string; to?: string } = {}
  for (const bound of ['from', 'to'] as const) {
    const typed = options[bound]
    if (typed === undefined) continue
    const time = parseTime(typed, `--${bound}`, io)
    if (!time.ok) return time
    times[bound] = time.value
  }
  const named = { ...(service === undefined ? {} : { service }), ...(kind === undefined ? {} : { kind }) }
  return { ok: true, value: { ...named, ...times, order: 'newest-first' } }
}

async function verify(context: CommandContext, service: string | undefined): Promise<Outcome> {
  const answer = await context.api.checkJournal(service)
  if (!answer.ok) return answer
  if (context.json) context.printJson(answer.value)
  else context.print(...checkLines(context, answer.value))
  return answer.value.intact ? done : { ok: true, value: 1 }
}

function checkLines(
  { paint }: CommandContext,
  { chains, intact, entries }: JournalCheckAll,
): readonly string[] {
  const table = tableLines(
    [
      { heading: 'CHAIN', cell: ({ service }) => service ?? '(installation)' },
      { heading: 'ENTRIES', align: 'right', cell: ({ entries }) => String(entries) },
      {
        heading: 'STATE',
        cell: ({ intact }) => (intact ? 'intact' : 'broken'),
        style: ({ intact }) => (intact ? 'good' : 'bad'),
      },
      { heading: 'NOTE', cell: ({ says }) => says },
    ],
    chains,
    paint,
  )
  return [
    ...table,
    intact ? `All ${entries} entries are intact.` : paint('bad', 'The journal was tampered with or damaged.'),
  ]
}
