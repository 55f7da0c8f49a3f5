import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { SourcesOptions } from './sources.ts'

export function registerSources(program: Command, io: Io): void {
  const command = program
    .command('sources')
    .summary('show who tells of a service, and what')
    .description(
      'Shows who tells of a service besides the gateway: sources that are declared and those that push, whether they ' +
        'tell, and what is wrong with what they told. With --series what one of them tells of, as a rule would name it.',
    )
    .argument('<service>', 'the name of the service')
    .option('--series <source>', 'list the series of this source')
    .option('--contains <text>', 'with --series: only those whose name has this in it')
    .action((service: string, options: SourcesOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./sources.ts')).sources(context, service, options),
      ),
    )
  withExamples(command, [
    { run: 'holdfast sources shop', does: 'See whether all of them tell, and what is wrong' },
    { run: 'holdfast sources shop --series node --contains cpu', does: 'Find the series for a rule' },
    {
      run: `holdfast sources shop --json | jq -r '.[] | select(.state != "well") | .name'`,
      does: 'Name those that do not tell',
    },
  ])
}
