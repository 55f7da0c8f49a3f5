import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { addFileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { UpOptions } from './up.ts'

const DEFAULT_PORT = 7070
const DEFAULT_GATEWAY_PORT = 7071

export function registerUp(program: Command, io: Io): void {
  const command = program
    .command('up')
    .summary('run the server')
    .description(
      'Runs the server: API and dashboard, the control loop, the gateway, and the instances as processes of ' +
        'this machine. Ctrl-C drains and stops all of it; what it was at is kept in the data directory, and the ' +
        'next `holdfast up` goes on from there.',
    )
  addFileOptions(command)
    .option('--data <directory>', 'where the store, keys and logs are; else HOLDFAST_DATA, else .holdfast')
    .option(
      '--store <url>',
      'sqlite:PATH or postgres://…; else HOLDFAST_STORE, else a file in the data directory',
    )
    .option('--port <number>', 'of the API and the dashboard', String(DEFAULT_PORT))
    .option('--gateway-port <number>', 'where instances find each other', String(DEFAULT_GATEWAY_PORT))
    .option(
      '--max-instances <number>',
      'of all services together, for what this machine has room for; 500 if left out',
    )
    .option(
      '--region <name>',
      'where this machine is, for agreements that say where instances run; else HOLDFAST_REGION',
    )
    .option(
      '--mmv <directory>',
      'also write health to shared memory, a file for each service in the MMV format of Performance Co-Pilot, ' +
        'which reads $PCP_TMP_DIR/mmv; /dev/shm/NAME does for readers of your own',
    )
    .option(
      '--token-keys <file>',
      'the keys that clients’ tokens are signed with, for several servers that take over each other’s clients; token.keys in the data directory if left out',
    )
    .option(
      '--otlp-http-port <number>',
      'where OpenTelemetry comes in over HTTP; 4318 where that is free, if left out; 0 for any that is free, which is shown; off for nowhere',
    )
    .option('--otlp-grpc-port <number>', 'the same over gRPC; 4317 where that is free, if left out')
    .option(
      '--otlp-out <url>',
      'send health to this endpoint of OpenTelemetry every 10 s, with the headers in HOLDFAST_OTLP_HEADERS',
    )
    .action((options: UpOptions, command: Command) =>
      perform(io, command, async (context) => (await import('./up.ts')).up(context, options)),
    )
  withExamples(command, [
    { run: 'holdfast up -f examples/three-part', does: 'Run the example shop under its agreement' },
    {
      run: 'holdfast up --mmv /var/lib/pcp/tmp/mmv',
      does: 'Show health to pminfo, pmval and all other tools of Performance Co-Pilot',
    },
    { run: 'holdfast up --store postgres://localhost/holdfast', does: 'Keep everything in PostgreSQL' },
  ])
}
