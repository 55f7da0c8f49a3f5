import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'

export function registerHelp(program: Command, io: Io): void {
  const command = program
    .command('help')
    .summary('print help for a command or a topic')
    .description('Prints help for a command or a topic: environment, exit-codes, formatting.')
    .argument('[words...]', 'a command or a topic')
    .action(async (words: readonly string[], _options: unknown, command: Command) =>
      (await import('./help.ts')).help(io, command, words),
    )
  withExamples(command, [
    { run: 'holdfast help token create', does: 'Read about a command' },
    { run: 'holdfast help environment', does: 'Read which variables and files are read' },
  ])
}
