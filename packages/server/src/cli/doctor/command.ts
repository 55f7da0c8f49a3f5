import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import type { GlobalOptions } from '../settings.ts'

export function registerDoctor(program: Command, io: Io): void {
  const command = program
    .command('doctor')
    .summary('check what must be right for holdfast to work')
    .description(
      'Checks what must be right for holdfast to work: Node, the configuration and its permissions, the server, ' +
        'the key, the clocks. Says how to mend what is not. Exits with 1 when something must be mended.',
    )
    .action(async (_options: unknown, command: Command) =>
      (await import('./doctor.ts')).doctor(io, command.optsWithGlobals<GlobalOptions>()),
    )
  withExamples(command, [
    { run: 'holdfast doctor', does: 'Find out why something does not work' },
    { run: 'holdfast doctor --json > doctor.json', does: 'Add it to a report' },
  ])
}
