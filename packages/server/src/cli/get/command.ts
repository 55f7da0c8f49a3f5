import { Option, type Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { listedKinds } from '../kinds.ts'
import { perform } from '../perform.ts'
import type { GetOptions } from './get.ts'

export function registerGet(program: Command, io: Io): void {
  const command = program
    .command('get')
    .summary('list things, or one of them')
    .description('Lists things of a kind, or one of them, in a table or with --json.')
    .argument('<kind>', `one of ${listedKinds.join(', ')}`)
    .argument('[name]', 'only the one of this name')
    .addOption(new Option('--service <name>', 'only the instances or verdicts of this service'))
    .option('-w, --watch', 'go on and show what changes, until Ctrl-C')
    .action((kind: string, name: string | undefined, options: GetOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./get.ts')).get(context, { kind, name }, options),
      ),
    )
  withExamples(command, [
    { run: 'holdfast get services', does: 'See every service with its verdict, load and response time' },
    { run: 'holdfast get instances --service shop --watch', does: 'Watch instances come and go' },
    {
      run: `holdfast get services --json | jq -r '.[] | select(.state != "kept") | .name'`,
      does: 'Name what is not kept',
    },
  ])
}
