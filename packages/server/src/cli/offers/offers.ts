/**
 * Lists what offers come to for one service, cheapest price first, and those that cannot be kept last: those
 * that the server knows, for a service that it runs, or those in files.
 */
import { byFitness, fitnessOf } from '@holdfast/core/quote'
import type { ServiceOffersView } from '../../http/api.ts'
import { failure } from '../failure.ts'
import { count, figure } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { readLoad, readQuote, type QuoteOptions } from '../quote/quote.ts'
import { written } from '../quote/quote-view.ts'
import { tableOfQuotes, tableOfViews } from './offer-table.ts'

export type OffersOptions = QuoteOptions

export async function offers(
  context: CommandContext,
  service: string | undefined,
  options: OffersOptions,
): Promise<Outcome> {
  const isFromFiles = options.filename.length > 0
  if (isFromFiles === (service !== undefined)) {
    const detail = isFromFiles
      ? `The files say which service the offers are for, and "${service}" is named too.`
      : 'Nothing is named that the offers are for.'
    const hint =
      'Name a service that the server runs, such as `holdfast offers shop`, or files with -f, and not both.'
    return { ok: false, error: failure('usage', detail, { hint }) }
  }
  return service === undefined ? fromFiles(context, options) : fromServer(context, service, options)
}

async function fromFiles(context: CommandContext, options: OffersOptions): Promise<Outcome> {
  const answer = await readQuote(context, options)
  if (!answer.ok) return answer
  const { quote, found } = answer.value
  const listed = quote.terms.toSorted((left, right) => byFitness(fitnessOf(left), fitnessOf(right)))
  if (context.json) {
    context.printJson({ service: quote.service, serviceFile: found.file, offers: listed.map(written) })
    return done
  }
  context.print(...tableOfQuotes(listed, context.paint))
  const kept = listed.filter(({ canBeMet }) => canBeMet).length
  context.note(`${count(kept, 'offer')} of ${listed.length} can be kept for ${quote.service}.`)
  return done
}

async function fromServer(
  context: CommandContext,
  service: string,
  options: OffersOptions,
): Promise<Outcome> {
  const load = readLoad(options)
  if (!load.ok) return load
  const answer = await context.api.offers(service, options.load)
  if (!answer.ok) return answer
  if (context.json) {
    context.printJson(answer.value)
    return done
  }
  const { offers: listed } = answer.value
  if (listed.length === 0) {
    context.note(
      'The server knows no offers; apply some with `holdfast apply -f FILE`, or name files with -f.',
    )
    return done
  }
  context.print(...tableOfViews(listed, context.paint))
  const kept = listed.filter(({ canBeKept }) => canBeKept).length
  context.note(
    `${count(kept, 'offer')} of ${listed.length} can be kept for ${service}. ${basis(answer.value)}`,
  )
  return done
}

/** What the answer rests on. */
function basis({ profile }: ServiceOffersView): string {
  const measured = profile.flatMap(({ part, measuredServiceMs }) =>
    measuredServiceMs === null ? [] : [`${part} ${figure(measuredServiceMs)} ms`],
  )
  if (measured.length === 0) return 'All parts are taken to be as expected.'
  const others = measured.length < profile.length ? ', the others as expected' : ''
  return `Measured: ${measured.join(', ')}${others}.`
}
