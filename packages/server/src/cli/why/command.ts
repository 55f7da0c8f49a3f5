import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { WhyOptions } from './why.ts'

export function registerWhy(program: Command, io: Io): void {
  const command = program
    .command('why')
    .summary('explain the latest decision about a service')
    .description(
      'Explains the latest decision about a service, now or at a time: what was seen, thought, done and why.',
    )
    .argument('<service>', 'its name')
    .option('--at <time>', 'the decision that held then: "10:35", "10m ago", "2026-11-27T10:35:00Z"')
    .action((service: string, options: WhyOptions, command: Command) =>
      perform(io, command, async (context) => (await import('./why.ts')).why(context, service, options)),
    )
  withExamples(command, [
    { run: 'holdfast why shop', does: 'Ask why it has as many instances as it has' },
    { run: 'holdfast why shop --at 10:35', does: 'Ask about the latest 10:35 that has passed' },
  ])
}
