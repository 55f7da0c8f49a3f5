import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { addFileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { manifestKinds } from '../kinds.ts'
import { perform } from '../perform.ts'
import type { DeleteOptions } from './delete.ts'

export function registerDelete(program: Command, io: Io): void {
  const command = program
    .command('delete')
    .summary('delete what was applied')
    .description('Deletes what was applied. The instances of a deleted service are stopped.')
    .argument('[kind]', `one of ${manifestKinds.join(', ')}`)
    .argument('[name...]', 'the names of those to delete')
  addFileOptions(command)
    .option('--dry-run', 'print what would be deleted, but delete nothing')
    .action((kind: string | undefined, names: readonly string[], options: DeleteOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./delete.ts')).remove(context, { kind, names }, options),
      ),
    )
  withExamples(command, [
    { run: 'holdfast delete service shop', does: 'Stop the instances of a service and forget it' },
    { run: 'holdfast delete -f shop.yaml --dry-run', does: 'See what would go' },
  ])
}
