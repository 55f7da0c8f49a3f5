import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { addFileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { RulesTestOptions } from './rules-test.ts'

export function registerRules(program: Command, io: Io): void {
  const rules = program
    .command('rules')
    .summary('try rules before they are applied')
    .description(
      'Rules say how what sources tell becomes a metric. They are applied as manifests; here they are tried first.',
    )
  withExamples(rules, [
    { run: 'holdfast rules test shop -f busy.yaml', does: 'See what the rule would have given' },
    { run: 'holdfast get rules', does: 'See which rules hold' },
  ])
  const test = rules
    .command('test')
    .summary('try rules on what sources told lately')
    .description(
      'Shows, interval by interval, what rules would have given beside what holds now, on what sources told in the ' +
        'last hour at most. Changes nothing. Exits with 2 where a rule is not valid.',
    )
    .argument('<service>', 'the name of the service')
  addFileOptions(test)
    .option('--for <duration>', 'how long ago to begin, such as 30m; 30m if left out, an hour at most')
    .option('--interval <duration>', 'over how long each figure is, such as 1m; 1m if left out')
    .action((service: string, options: RulesTestOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./rules-test.ts')).rulesTest(context, service, options),
      ),
    )
  withExamples(test, [
    { run: 'holdfast rules test shop -f busy.yaml', does: 'See what the rule would have given' },
    {
      run: 'holdfast rules test shop -f busy.yaml --for 1h --interval 5m',
      does: 'The same over an hour, in intervals of five minutes',
    },
  ])
}
