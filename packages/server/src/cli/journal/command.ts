import { InvalidArgumentError, Option, type Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { JournalOptions } from './journal.ts'

const KINDS: readonly string[] = ['decision', 'outcome', 'change', 'event']

/** More is an export; --from and --to take it in pieces. */
const MAX_LIMIT = 100_000

export function registerJournal(program: Command, io: Io): void {
  const command = program
    .command('journal')
    .summary('print what was decided, done and changed')
    .description(
      'Prints what was decided, done and changed, the oldest of the chosen entries first. With --json one entry a ' +
        'line (NDJSON).',
    )
    .argument('[service]', 'only entries about this service')
    .addOption(
      new Option('--kind <kind>', 'only this kind; may be repeated').choices(KINDS).argParser(addKind),
    )
    .option('--from <time>', 'only entries from then on: "10:35", "1h ago", "2026-11-27T10:35:00Z"')
    .option('--to <time>', 'only entries before then')
    .addOption(
      new Option('--limit <count>', 'at most so many, the latest ones').argParser(parseLimit).default(50),
    )
    .addOption(new Option('--follow', 'go on and print new entries as they come').conflicts('to'))
    .addOption(
      new Option('--verify', 'check that nothing was changed or removed since it was written').conflicts(
        'follow',
      ),
    )
    .action((service: string | undefined, options: JournalOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./journal.ts')).journal(context, service, options),
      ),
    )
  withExamples(command, [
    {
      run: 'holdfast journal shop --kind decision --from "1h ago"',
      does: 'See what was decided in the last hour',
    },
    {
      run: 'holdfast journal shop --json --limit 1000 > shop.ndjson',
      does: 'Keep the latest thousand entries',
    },
    { run: 'holdfast journal --verify', does: 'Check the chain of every service' },
  ])
}

function addKind(kind: string, before: readonly string[] = []): readonly string[] {
  if (KINDS.includes(kind)) return [...before, kind]
  throw new InvalidArgumentError(`Allowed choices are ${KINDS.join(', ')}.`)
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_LIMIT}.`)
}
