import { Argument, type Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import type { Shell } from './completion.ts'

export function registerCompletion(program: Command, io: Io): void {
  const command = program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that has the shell complete commands, options and kinds.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: Shell) =>
      io.stdout.write((await import('./completion.ts')).completionScript(program, shell)),
    )
  withExamples(command, [
    {
      run: 'source <(holdfast completion bash)',
      does: 'For this bash; put the line into ~/.bashrc to keep it',
    },
    { run: 'holdfast completion zsh > "${fpath[1]}/_holdfast"', does: 'For every zsh from now on' },
    {
      run: 'holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
      does: 'For every fish from now on',
    },
  ])
}
