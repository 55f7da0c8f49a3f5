import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { ReplayOptions } from './replay.ts'

export function registerReplay(program: Command, io: Io): void {
  const command = program
    .command('replay')
    .summary('decide a recorded time again, or under other terms')
    .description(
      'Decides again what was decided in a time of the last two days, compares it with the journal to the byte, and ' +
        'says what it came to. Exits with 1 where a decision comes out otherwise. With --with it also says what ' +
        'would have been under a changed agreement or service: the recorded load and service times go through a ' +
        'simulation twice, under what was in force and under what is changed.',
    )
    .argument('<service>', 'its name')
    .requiredOption('--from <time>', 'the beginning: "10:35", "1h ago", "2026-11-27T10:35:00Z"')
    .option('--to <time>', 'the end; now if left out')
    .option('--with <path>', 'a file with the changed manifests; may be repeated', collect)
    .action((service: string, options: ReplayOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./replay.ts')).replay(context, service, options),
      ),
    )
  withExamples(command, [
    { run: 'holdfast replay shop --from "1h ago"', does: 'Decide the last hour again and compare' },
    {
      run: 'holdfast replay shop --from 09:00 --to 10:00 --with stricter.yaml',
      does: 'Ask what a stricter agreement would have taken',
    },
  ])
}

function collect(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path]
}
