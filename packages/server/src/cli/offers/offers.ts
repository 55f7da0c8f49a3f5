/** Lists what offers come to for one service, cheapest price first, and those that cannot be kept last. */
import type { TermsQuote } from '@holdfast/core/quote'
import { formatMoney, type Money } from '@holdfast/core/units'
import { count } from '../figures.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { readQuote, type QuoteOptions } from '../quote/quote.ts'
import { written } from '../quote/quote-view.ts'
import { tableLines } from '../sections.ts'
import { NOTHING, type Column } from '../table.ts'

export type OffersOptions = QuoteOptions

export async function offers(context: CommandContext, options: OffersOptions): Promise<Outcome> {
  const answer = await readQuote(context, options)
  if (!answer.ok) return answer
  const { quote, found } = answer.value
  const listed = quote.terms.toSorted(byFitness)
  if (context.json) {
    context.printJson({ service: quote.service, serviceFile: found.file, offers: listed.map(written) })
    return done
  }
  context.print(...tableLines(columns, listed, context.paint))
  const kept = listed.filter(({ canBeMet }) => canBeMet).length
  context.note(`${count(kept, 'offer')} of ${listed.length} can be kept for ${quote.service}.`)
  return done
}

function byFitness(left: TermsQuote, right: TermsQuote): number {
  if (left.canBeMet !== right.canBeMet) return left.canBeMet ? -1 : 1
  return Number(priceMicros(left) - priceMicros(right))
}

const priceMicros = ({ money }: TermsQuote): bigint => money.price?.perMonth.micros ?? 0n

const columns: readonly Column<TermsQuote>[] = [
  {
    heading: 'OFFER',
    cell: ({ agreement, entry }) => (entry === null ? agreement : `${agreement}, ${entry}`),
  },
  {
    heading: 'CAN BE KEPT',
    cell: ({ canBeMet }) => (canBeMet ? 'yes' : 'no'),
    style: ({ canBeMet }) => (canBeMet ? 'good' : 'bad'),
  },
  { heading: 'LOAD (/s)', align: 'right', cell: ({ load }) => String(Number(load.perSecond.toPrecision(3))) },
  { heading: 'INSTANCES', align: 'right', cell: ({ withWaiting }) => String(withWaiting.total) },
  { heading: 'COST A MONTH', align: 'right', cell: ({ money }) => formatMoney(money.cost.perMonth) },
  { heading: 'PRICE A MONTH', align: 'right', cell: ({ money }) => sum(money.price?.perMonth) },
  { heading: 'MARGIN', align: 'right', cell: ({ money }) => sum(money.margin?.perMonth) },
  { heading: 'ELSE', cell: ({ relax }) => relax[0]?.says.replace(/:.*$/, '') ?? NOTHING },
]

const sum = (amount: Money | undefined): string => (amount === undefined ? NOTHING : formatMoney(amount))
