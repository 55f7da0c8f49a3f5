import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'

export function registerHealth(program: Command, io: Io): void {
  const command = program
    .command('health')
    .summary('print what is measured of a service')
    .description(
      'Prints what is measured of a service at present: load, response and service times, waiting, queues.',
    )
    .argument('<service>', 'its name')
    .action((service: string, _options: unknown, command: Command) =>
      perform(io, command, async (context) => (await import('./health.ts')).health(context, service)),
    )
  withExamples(command, [
    { run: 'holdfast health shop', does: 'See what is measured at present' },
    { run: 'holdfast health shop --json | jq .response.p90Ms', does: 'Take one figure for a script' },
  ])
}
