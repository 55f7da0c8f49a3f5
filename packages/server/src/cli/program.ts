/** The tree of commands with what they have in common: the global options, the help, the output. */
import { Command, Option } from 'commander'
import { registrations } from './commands.ts'
import { withExamples } from './examples.ts'
import type { Io } from './io.ts'

/** Wider lines are hard to read, however wide the window is. */
const MAX_HELP_COLUMNS = 110

export function buildProgram(io: Io): Command {
  const program = new Command('holdfast')
    .description('Keeps services to what was agreed.')
    .usage('COMMAND [options]')
    .addOption(new Option('--url <url>', 'the server; else HOLDFAST_URL, else the configuration file'))
    .addOption(new Option('--key <key>', 'the key; better HOLDFAST_KEY, which other users cannot see'))
    .option('--json', 'print JSON for programs; errors too')
    .option('--no-color', 'print without colours')
    .version(io.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // Errors of use, and the help that commander prints with them, are left to run().
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(MAX_HELP_COLUMNS, io.stdout.columns),
      getErrHelpWidth: () => Math.min(MAX_HELP_COLUMNS, io.stderr.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  withExamples(program, [
    { run: 'holdfast apply -f shop.yaml', does: 'State what a service is and what is agreed' },
    { run: 'holdfast get services', does: 'See which services are kept to what was agreed' },
    { run: 'holdfast why shop --at "10m ago"', does: 'Ask why it has as many instances as it has' },
  ])
  program.addHelpText('after', '\nMore: holdfast help environment | exit-codes | formatting')
  for (const register of registrations) register(program, io)
  return program
}
