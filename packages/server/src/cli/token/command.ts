import { Option, type Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { CreateTokenOptions } from './token.ts'

const SCOPES = ['operator', 'owner', 'ingest', 'client']

export function registerToken(program: Command, io: Io): void {
  const token = program
    .command('token')
    .summary('create, list and revoke keys')
    .description('Creates, lists and revokes keys for the API.')
    .helpCommand(false)
  withExamples(token, [{ run: 'holdfast token list', does: 'See which keys there are' }])
  registerCreate(token, io)
  registerList(token, io)
  registerRevoke(token, io)
}

function registerCreate(token: Command, io: Io): void {
  const command = token
    .command('create')
    .summary('create a key')
    .description(
      'Creates a key and prints it on stdout. It is shown this once; the server keeps only its hash.',
    )
    .argument('<name>', 'what it is for, such as "deploy"')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(SCOPES).makeOptionMandatory())
    .option('--owner <name>', 'whose things it may see and change; with --scope owner')
    .option('--expires-in <duration>', 'how long it is valid, such as 90d; else until it is revoked')
    .action((name: string, options: CreateTokenOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./token.ts')).createToken(context, name, options),
      ),
    )
  withExamples(command, [
    {
      run: 'holdfast token create deploy --scope operator --expires-in 90d',
      does: 'A key for a deployment job',
    },
    {
      run: 'export HOLDFAST_KEY=$(holdfast token create me --scope owner --owner team-a)',
      does: 'Use it at once',
    },
  ])
}

function registerList(token: Command, io: Io): void {
  const command = token
    .command('list')
    .summary('list the keys')
    .description('Lists the keys, without their secrets.')
    .action((_options: unknown, command: Command) =>
      perform(io, command, async (context) =>
        (await import('../get/get.ts')).get(context, { kind: 'keys', name: undefined }, {}),
      ),
    )
  withExamples(command, [{ run: 'holdfast token list --json', does: 'List them for a program' }])
}

function registerRevoke(token: Command, io: Io): void {
  const command = token
    .command('revoke')
    .summary('revoke keys')
    .description('Revokes keys: from then on they are refused. That cannot be undone.')
    .argument('<id...>', 'as `holdfast token list` shows them')
    .action((ids: readonly string[], _options: unknown, command: Command) =>
      perform(io, command, async (context) => (await import('./token.ts')).revokeTokens(context, ids)),
    )
  withExamples(command, [{ run: 'holdfast token revoke k-7f3a', does: 'Revoke one by its id' }])
}
