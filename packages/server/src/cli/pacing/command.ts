import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { perform } from '../perform.ts'
import type { ForecastOptions } from './forecast.ts'
import type { StatsOptions } from './stats.ts'
import type { WhyOptions } from './why.ts'

export function registerPacing(program: Command, io: Io): void {
  const pacing = program
    .command('pacing')
    .summary('see how clients are told when to report next')
    .description(
      'A watch says what clients report and which change matters; the server tells each of them when to report next. ' +
        'Here is what came of it, what was learned, and why a client was told what it was.',
    )
  withExamples(pacing, [
    { run: 'holdfast pacing stats players', does: 'See how many updates came, and what they were worth' },
    { run: 'holdfast pacing why players p-17', does: 'See why a client is to report when it is' },
    { run: 'holdfast get watches', does: 'See which watches there are' },
  ])
  registerStats(pacing, io)
  registerModel(pacing, io)
  registerWhy(pacing, io)
  registerForecast(pacing, io)
  registerRotateKey(pacing, io)
}

function registerStats(pacing: Command, io: Io): void {
  const command = pacing
    .command('stats')
    .summary('show what the updates of a watch came to')
    .description(
      'Shows how many updates came and how many said something significant, for how long copies were wrong, as was ' +
        'promised and as updates showed, and what one interval for all would have taken to be as good.',
    )
    .argument('<watch>', 'the name of the watch')
    .option('--for <duration>', 'how far back, such as 6h; 1h if left out, a day at most')
    .option('--minutes', 'list the minutes as well')
    .action((watch: string, options: StatsOptions, command: Command) =>
      perform(io, command, async (context) => (await import('./stats.ts')).stats(context, watch, options)),
    )
  withExamples(command, [
    { run: 'holdfast pacing stats players', does: 'Of the last hour' },
    { run: 'holdfast pacing stats players --for 6h --minutes', does: 'Of six hours, minute by minute' },
    { run: 'holdfast pacing stats players --json | jq .fixed.ratio', does: 'What is left of the updates' },
  ])
}

function registerModel(pacing: Command, io: Io): void {
  const command = pacing
    .command('model')
    .summary('show what was learned of the clients of a watch')
    .description(
      'Shows how likely clients change, by the time since they last did, for each kind and rate of clients that was ' +
        'seen enough; the hours of the day; and what is known by features.',
    )
    .argument('<watch>', 'the name of the watch')
    .action((watch: string, _options: unknown, command: Command) =>
      perform(io, command, async (context) => (await import('./model.ts')).model(context, watch)),
    )
  withExamples(command, [{ run: 'holdfast pacing model players', does: 'See what was learned' }])
}

function registerWhy(pacing: Command, io: Io): void {
  const command = pacing
    .command('why')
    .summary('say why a client is to report when it is')
    .description(
      'Shows all that the interval of a client follows from: how often it changes, of which kind it is, how long ago it ' +
        'changed, and what bounds the interval; and how suspicious it is that it has not come.',
    )
    .argument('<watch>', 'the name of the watch')
    .argument('<client>', 'the name under which the client reports')
    .option('--token <token>', 'of a client that carries what is known of it: what its last answer gave')
    .action((watch: string, client: string, options: WhyOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./why.ts')).whyClient(context, { watch, client, ...options }),
      ),
    )
  withExamples(command, [{ run: 'holdfast pacing why players p-17', does: 'See why p-17 was told its time' }])
}

function registerForecast(pacing: Command, io: Io): void {
  const command = pacing
    .command('forecast')
    .summary('show which updates are expected')
    .description(
      'Shows the updates of the next minute, which are known from what clients were told, and of later times from what ' +
        'came before; with --per-server how many servers they take.',
    )
    .argument('<watch>', 'the name of the watch')
    .option('--per-server <updates>', 'how many updates a second one server takes')
    .action((watch: string, options: ForecastOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./forecast.ts')).forecast(context, watch, options),
      ),
    )
  withExamples(command, [
    { run: 'holdfast pacing forecast players', does: 'See what is expected' },
    { run: 'holdfast pacing forecast players --per-server 40000', does: 'And how many servers that takes' },
  ])
}

function registerRotateKey(pacing: Command, io: Io): void {
  const command = pacing
    .command('rotate-key')
    .summary('put a new key in front of those that sign tokens')
    .description(
      'Adds a key to the file of keys that tokens are signed with. The server signs with it from its next start on, and ' +
        'takes tokens of the old ones as long as these stand in the file. Works on the file, without a server.',
    )
    .argument('<file>', 'such as .holdfast/token.keys')
    .action((file: string, _options: unknown, command: Command) =>
      perform(io, command, async (context) => (await import('./rotate-key.ts')).rotateKey(context, file)),
    )
  withExamples(command, [
    { run: 'holdfast pacing rotate-key .holdfast/token.keys', does: 'Sign tokens with a new key' },
  ])
}
