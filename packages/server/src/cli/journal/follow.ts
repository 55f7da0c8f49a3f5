/** Prints entries as they come until Ctrl-C. */
import type { JournalEntryView } from '../../http/api.ts'
import type { JournalSelection } from '../client.ts'
import { isRetriable } from '../failure.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { entryHeading, entryLine } from './entry-line.ts'

const INTERVAL_MS = 2_000

/** Far more than come in one interval; what is left over comes with the next one. */
const MAX_ENTRIES = 1_000

/** A minute without an answer: longer than a restart of the server takes. */
const MAX_FAILURES_IN_A_ROW = 30

export async function follow(
  context: CommandContext,
  selection: JournalSelection,
  shown: readonly JournalEntryView[],
): Promise<Outcome> {
  const signal = context.io.untilInterrupted()
  let from = shown.at(-1)?.at ?? selection.from ?? new Date(context.io.now()).toISOString()
  // Several entries have one time, so that asking from a time on repeats those of that time.
  let known = new Set(shown.filter(({ at }) => at === from).map(placeOf))
  if (shown.length === 0 && !context.json) context.print(entryHeading(context))
  let failures = 0
  while (!signal.aborted) {
    await context.io.sleep(INTERVAL_MS, signal)
    if (signal.aborted) break
    const answer = await context.api.journal({ ...selection, from, order: 'oldest-first' }, MAX_ENTRIES)
    if (!answer.ok) {
      failures += 1
      if (!isRetriable(answer.error) || failures >= MAX_FAILURES_IN_A_ROW) return answer
      continue
    }
    failures = 0
    const fresh = answer.value.filter((entry) => !known.has(placeOf(entry)))
    const last = fresh.at(-1)
    if (last === undefined) continue
    context.print(...fresh.map((entry) => entryLine(context, entry)))
    from = last.at
    known = new Set(answer.value.filter(({ at }) => at === last.at).map(placeOf))
  }
  return done
}

function placeOf({ service, sequence }: JournalEntryView): string {
  return `${service ?? ''}/${sequence}`
}
