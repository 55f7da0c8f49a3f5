import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { addFileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { ProfileOptions } from './profile.ts'

export function registerProfile(program: Command, io: Io): void {
  const command = program
    .command('profile')
    .summary('find the characteristics of a service’s parts')
    .description(
      'Finds what one instance of each part can do: starts the parts as processes of this machine, on ports of ' +
        'their own beside a service that runs, drives each at rising rates, and prints service time, capacity, start ' +
        'time and calls with 95 % intervals, beside what the manifest expects. Needs no server where -f names the ' +
        'manifest. Ctrl-C ends it and all that it started.',
    )
    .argument('<service>', 'its name')
  addFileOptions(command)
    .option('--part <name>', 'only this part; and those behind it of which nothing is expected')
    .setOptionValue('request', [])
    .option(
      '--request <request>',
      "what to send: 'GET /path', 'POST /path BODY', or 'PART: GET /path' for one part; may be repeated",
      (text: string, before: readonly string[]) => [...before, text],
    )
    .option('--time <duration>', 'for each part; longer makes the intervals narrower', '2min')
    .option('--write <file>', 'write what was found into this manifest, which keeps its comments and layout')
    .action((service: string, options: ProfileOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./profile.ts')).profile(context, service, options),
      ),
    )
  withExamples(command, [
    {
      run: 'holdfast profile shop -f examples/three-part',
      does: 'Profile all parts as the manifest runs them',
    },
    {
      run: "holdfast profile shop -f shop.yaml --part data --request 'data: GET /items/7'",
      does: 'Profile one part with a request of its own',
    },
    { run: 'holdfast profile shop -f shop.yaml --write shop.yaml', does: 'Keep what was found' },
  ])
}
