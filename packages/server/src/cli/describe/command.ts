import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { manifestKinds } from '../kinds.ts'
import { perform } from '../perform.ts'

export function registerDescribe(program: Command, io: Io): void {
  const command = program
    .command('describe')
    .summary('print all about one thing')
    .description(
      'Prints all about one thing: of a service how it does and why, its parts, instances and last changes; of ' +
        'an agreement how its levels are kept; of each what was applied.',
    )
    .argument('<kind>', `one of ${manifestKinds.join(', ')}`)
    .argument('<name>', 'its name')
    .action((kind: string, name: string, _options: unknown, command: Command) =>
      perform(io, command, async (context) => (await import('./describe.ts')).describe(context, kind, name)),
    )
  withExamples(command, [
    { run: 'holdfast describe service shop', does: 'See how a service does and why' },
    { run: 'holdfast describe agreement shop', does: 'See what is agreed and whether it is kept' },
  ])
}
