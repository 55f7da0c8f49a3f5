import { Option, type Command } from 'commander'
import { withExamples } from '../examples.ts'
import { addFileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { ImportOpenSloOptions } from './import-openslo.ts'

export function registerImport(program: Command, io: Io): void {
  const group = program
    .command('import')
    .summary('read agreements from other formats')
    .description('Reads other formats and prints manifests of agreements. Nothing is applied.')
    .helpCommand(false)
  withExamples(group, [
    { run: 'holdfast import openslo -f slo.yaml', does: 'See what SLOs are as an agreement' },
  ])
  registerOpenSlo(group, io)
}

function registerOpenSlo(group: Command, io: Io): void {
  const command = group
    .command('openslo')
    .summary('read SLOs of OpenSLO v1')
    .description(
      'Prints the SLOs as manifests of agreements, ready for `holdfast apply -f -`. No server is asked. An SLO that ' +
        'no level can express is refused with its place and the reason; what an agreement has no use for is told ' +
        'on stderr.',
    )
  addFileOptions(command)
    .option('--service <name>', 'the service that all of them are about, if it is called otherwise here')
    .addOption(
      new Option(
        '--response-times-in <unit>',
        'says that thresholds of other tools are response times, in this unit',
      ).choices(['ms', 's']),
    )
    .option('--partial', 'leave out SLOs that cannot be expressed, instead of refusing all')
    .action((options: ImportOpenSloOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./import-openslo.ts')).importOpenSloFiles(context, options),
      ),
    )
  withExamples(command, [
    {
      run: 'holdfast import openslo -f slo.yaml > agreement.yaml',
      does: 'Write the agreement down, to read and complete it',
    },
    {
      run: 'holdfast import openslo -f slos/ --service shop --response-times-in s | holdfast apply -f -',
      does: 'Apply SLOs whose thresholds are response times in seconds',
    },
  ])
}
