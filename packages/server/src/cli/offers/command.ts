import type { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { addFileOptions } from '../file-options.ts'
import { perform } from '../perform.ts'
import type { OffersOptions } from './offers.ts'

export function registerOffers(program: Command, io: Io): void {
  const command = program
    .command('offers')
    .summary('say which offers can be kept for a service, and at what price')
    .description(
      'Quotes each offer for one service: whether it can be kept, the instances that it takes, what they cost and ' +
        'what the owner pays. An offer is an agreement with a price that names no service (kind Offer). For a ' +
        'SERVICE the server is asked: it quotes the offers that were applied, by what it has measured. With -f the ' +
        'files say all and no server is asked; `holdfast quote` with the same files says more of each.',
    )
    .argument('[service]', 'one that the server runs')
  addFileOptions(command)
    .option('--load <rate>', 'the load to quote for, such as 10/s, in place of what is offered')
    .action((service: string | undefined, options: OffersOptions, command: Command) =>
      perform(io, command, async (context) =>
        (await import('./offers.ts')).offers(context, service, options),
      ),
    )
  withExamples(command, [
    { run: 'holdfast offers shop', does: 'See which offers can be kept for a service that runs' },
    { run: 'holdfast offers -f shop.yaml -f offers.yaml', does: 'See which offers there are for a service' },
  ])
}
