import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { addFileOptions, type FileOptions } from '../file-options.ts'
import { perform } from '../perform.ts'

export function registerDiff(program: Command, io: Io): void {
  const command = program
    .command('diff')
    .summary('print how manifests differ from what holds')
    .description(
      'Prints how manifests differ from what holds now, and changes nothing. Exits with 0 when nothing differs, ' +
        '1 when something does, 2 when a manifest is not valid.',
    )
  addFileOptions(command).action((options: FileOptions, command: Command) =>
    perform(io, command, async (context) => (await import('./diff.ts')).diff(context, options)),
  )
  withExamples(command, [
    { run: 'holdfast diff -f shop.yaml', does: 'See what applying the file would change' },
    { run: 'holdfast diff -f manifests/ || echo "not as stated"', does: 'Check in a script' },
  ])
}
