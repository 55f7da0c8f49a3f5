import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { addFileOptions } from '../file-options.ts'
import { perform } from '../perform.ts'
import type { ApplyOptions } from './apply.ts'

export function registerApply(program: Command, io: Io): void {
  const command = program
    .command('apply')
    .summary('create or change what manifests state')
    .description(
      'Creates or changes what the manifests state: all of them or, when one is not valid, none. Applying the ' +
        'same again changes nothing.',
    )
  addFileOptions(command)
    .option('--dry-run', 'check everything and print what would change, but change nothing')
    .action((options: ApplyOptions, command: Command) =>
      perform(io, command, async (context) => (await import('./apply.ts')).apply(context, options)),
    )
  withExamples(command, [
    { run: 'holdfast apply -f shop.yaml', does: 'Apply one file, which may hold several documents' },
    { run: 'holdfast apply -f manifests/ -R', does: 'Apply every .yaml, .yml and .json below a directory' },
    { run: 'cat shop.yaml | holdfast apply -f - --dry-run', does: 'See what would change' },
  ])
}
