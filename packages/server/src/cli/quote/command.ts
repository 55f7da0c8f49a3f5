import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { addFileOptions } from '../file-options.ts'
import { perform } from '../perform.ts'
import type { QuoteOptions } from './quote.ts'

export function registerQuote(program: Command, io: Io): void {
  const command = program
    .command('quote')
    .summary('say what an agreement takes and costs before it is applied')
    .description(
      'Says how many instances of each part an agreement takes at the load it is promised for, the response time ' +
        'to expect, what that costs and earns, what breaks first, and what to relax where it cannot be met. No ' +
        'server is asked. A service that no file states is looked for in the folder of its agreement. Exits with 0 ' +
        'also where the agreement cannot be met: `--json` has that as canBeMet.',
    )
  addFileOptions(command)
    .option('--load <rate>', 'the load to quote for, such as 10/s, in place of what was agreed')
    .option(
      '--overhead <time>',
      'what each operation spends outside of the parts, such as 2ms; none if left out',
    )
    .action((options: QuoteOptions, command: Command) =>
      perform(io, command, async (context) => (await import('./quote.ts')).quote(context, options)),
    )
  withExamples(command, [
    { run: 'holdfast quote -f agreement.yaml', does: 'Ask what an agreement takes' },
    {
      run: 'holdfast quote -f agreement.yaml -f shop.yaml --load 25/s',
      does: 'Ask for another load than was agreed',
    },
    {
      run: 'holdfast quote -f agreement.yaml --json | jq .withWaiting.total',
      does: 'Take the number of instances in a script',
    },
  ])
}
