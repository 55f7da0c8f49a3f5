import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'

export function registerCheck(program: Command, io: Io): void {
  const command = program
    .command('check')
    .summary('check a service as a plug-in of Nagios and its kin')
    .description(
      'Prints one line in the format of monitoring plug-ins: the verdict, and the eight metrics of the last minute as performance data. Exits with 0 while the service is kept, 1 at risk, 2 breached, and 3 where that is not known, also because the server cannot be asked.',
    )
    .argument('<service>', 'its name')
    .action((service: string, _options: unknown, command: Command) =>
      perform(io, command, async (context) => (await import('./check.ts')).check(context, service)),
    )
  withExamples(command, [
    { run: 'holdfast check shop', does: 'Print the line that a monitoring system reads' },
    { run: 'holdfast check shop || echo "look at shop"', does: 'Act on it in a script' },
  ])
}
