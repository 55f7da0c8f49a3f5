import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { addFileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { FileOptions } from '../file-options.ts'

export function registerExport(program: Command, io: Io): void {
  const group = program
    .command('export')
    .summary('write agreements in other formats')
    .description('Writes agreements in other formats, for other tools.')
    .helpCommand(false)
  withExamples(group, [{ run: 'holdfast export openslo shop-standard', does: 'Write an agreement as SLOs' }])
  registerOpenSlo(group, io)
}

function registerOpenSlo(group: Command, io: Io): void {
  const command = group
    .command('openslo')
    .summary('write SLOs of OpenSLO v1')
    .description(
      'Prints agreements as documents of OpenSLO v1: of a file, without asking a server, or one that was applied. ' +
        'What OpenSLO has no field for stands in annotations, so that `holdfast import openslo` gives the same ' +
        'agreement again.',
    )
    .argument('[agreement]', 'the name of an agreement that was applied')
  addFileOptions(command).action((name: string | undefined, options: FileOptions, command: Command) =>
    perform(io, command, async (context) =>
      (await import('./export-openslo.ts')).exportOpenSloOf(context, name, options),
    ),
  )
  withExamples(command, [
    { run: 'holdfast export openslo -f agreement.yaml > slo.yaml', does: 'Write the agreements of a file' },
    { run: 'holdfast export openslo shop-standard', does: 'Write one that was applied' },
  ])
}
