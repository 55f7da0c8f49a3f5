import { Option, type Command } from 'commander'
import { withExamples } from '../examples.ts'
import { addFileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { SimulateOptions } from './simulate.ts'

export function registerSimulate(program: Command, io: Io): void {
  const command = program
    .command('simulate')
    .summary('say what a load would make of a service and its agreement')
    .description(
      'Runs a service under its agreement in a simulated world, with the same decisions as in operation, and says ' +
        'which levels would be kept, how many instances it would take and what that costs. The load is a recorded ' +
        'one (--trace) or a made one (--load). No server is asked. A service that no file states is looked for in ' +
        'the folder of its agreement.',
    )
  addFileOptions(command)
    .addOption(new Option('--trace <file>', 'a CSV file: a header, then operations a second row by row'))
    .option('--column <name>', 'the column of the trace to take, where it has several')
    .option('--step <time>', 'the time from row to row, in place of the column of times')
    .addOption(
      new Option(
        '--load <load>',
        'in place of a trace: 5, sine:1,9,24h, steps:0=2,3600=9 or points:0=2,3600=9',
      ).conflicts(['trace', 'column', 'step', 'scaleToMean', 'scaleToPeak']),
    )
    .option('--scale-to-mean <rate>', 'the trace with another mean, such as 10/s')
    .addOption(
      new Option('--scale-to-peak <rate>', 'the trace with another highest row').conflicts('scaleToMean'),
    )
    .addOption(new Option('--days <number>', 'how many days; else the whole trace, or one day'))
    .addOption(new Option('--for <time>', 'how long, such as 2h').conflicts('days'))
    .option('--seed <number>', 'the same number gives the same run', '1')
    .option(
      '--against <rules>',
      'beside others: hpa, hpa-behavior, kpa, request-rate, captain, static-peak; with commas; a target as in hpa:60%',
    )
    .option('--picture <file>', 'draw it into an SVG file')
    .action((options: SimulateOptions, command: Command) =>
      perform(io, command, async (context) => (await import('./simulate.ts')).simulate(context, options)),
    )
  withExamples(command, [
    {
      run: 'holdfast simulate -f examples/three-part/agreement.yaml --load sine:1,9,24h',
      does: 'Run a day of the example shop',
    },
    {
      run: 'holdfast simulate -f shop.yaml -f agreement.yaml --trace load.csv --scale-to-mean 10/s --against hpa,kpa',
      does: 'Compare with other autoscalers on a recorded load',
    },
    {
      run: 'holdfast simulate -f agreement.yaml --trace load.csv --for 2h --picture two-hours.svg',
      does: 'Draw the first two hours',
    },
  ])
}
