/** Prints entries as they come until Ctrl-C. */
import type { JournalEntryView } from '../../http/api.ts'
import type { JournalSelection } from '../client.ts'
import type { CommandContext, Outcome } from '../perform.ts'
import { poll } from '../poll.ts'
import { entryHeading, entryLine } from './entry-line.ts'

/** Far more than come between two questions; what is left over comes with the next one. */
const MAX_ENTRIES = 1_000

export function follow(
  context: CommandContext,
  selection: JournalSelection,
  shown: readonly JournalEntryView[],
): Promise<Outcome> {
  let from = shown.at(-1)?.at ?? selection.from ?? new Date(context.io.now()).toISOString()
  // Several entries have one time, so that asking from a time on repeats those of that time.
  let known = placesAt(from, shown)
  if (shown.length === 0 && !context.json) context.print(entryHeading(context))
  return poll(
    context,
    () => context.api.journal({ ...selection, from, order: 'oldest-first' }, MAX_ENTRIES),
    (entries) => {
      const fresh = entries.filter((entry) => !known.has(placeOf(entry)))
      context.print(...fresh.map((entry) => entryLine(context, entry)))
      from = fresh.at(-1)?.at ?? from
      known = placesAt(from, entries)
    },
  )
}

function placesAt(instant: string, entries: readonly JournalEntryView[]): ReadonlySet<string> {
  return new Set(entries.filter(({ at }) => at === instant).map(placeOf))
}

function placeOf({ service, sequence }: JournalEntryView): string {
  return `${service ?? ''}/${sequence}`
}
