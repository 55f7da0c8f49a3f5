import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { HealthOptions } from './health.ts'

export function registerHealth(program: Command, io: Io): void {
  const command = program
    .command('health')
    .summary('print the eight metrics of a service')
    .description(
      'Prints availability, capacity, throughput, service time, queue length, utilisation, violations and satisfaction of a service and its parts: over the last minute, the last whole interval of the clock, all since an instant, or all since a named consumer read last.',
    )
    .argument('<service>', 'its name')
    .option('--interval <duration>', 'the last whole one that is over, aligned to the clock: 7s, 5m, 1h')
    .option('--since <time>', 'all since then: an instant, or how long ago, such as 30m')
    .option(
      '--consumer <name>',
      'all since this consumer read last: nothing is missed and nothing told twice',
    )
    .option('--instances', 'also those of each instance')
    .option('-w, --watch', 'go on and show each new interval, until Ctrl-C')
    .action((service: string, options: HealthOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./health.ts')).health(context, service, options),
      ),
    )
  withExamples(command, [
    { run: 'holdfast health shop', does: 'See the last minute' },
    { run: 'holdfast health shop --interval 5m --watch', does: 'See every five minutes, as they end' },
    { run: 'holdfast health shop --consumer billing --json', does: 'Read what is new, once' },
    {
      run: 'holdfast health shop --json | jq .metrics.serviceTime.value.p90Ms',
      does: 'Take one figure for a script',
    },
  ])
}
