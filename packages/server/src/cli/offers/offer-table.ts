/** Offers as a table, wherever they were quoted. */
import type { TermsQuote } from '@holdfast/core/quote'
import { formatMoney } from '@holdfast/core/units'
import type { OfferView } from '../../http/api.ts'
import type { Paint } from '../paint.ts'
import { tableLines } from '../sections.ts'
import { NOTHING, type Column } from '../table.ts'

interface Row {
  readonly name: string
  readonly canBeKept: boolean
  readonly load: number | null
  readonly instances: number | null
  readonly cost: string | null
  readonly price: string | null
  readonly margin: string | null
  readonly otherwise: string | null
}

export const tableOfQuotes = (terms: readonly TermsQuote[], paint: Paint): readonly string[] =>
  tableLines(columns, terms.map(rowOfQuote), paint)

export const tableOfViews = (offers: readonly OfferView[], paint: Paint): readonly string[] =>
  tableLines(columns, offers.map(rowOfView), paint)

function rowOfQuote({ agreement, entry, canBeMet, load, withWaiting, money, relax }: TermsQuote): Row {
  return {
    name: named(agreement, entry),
    canBeKept: canBeMet,
    load: load.perSecond,
    instances: withWaiting.total,
    cost: formatMoney(money.cost.perMonth),
    price: money.price === null ? null : formatMoney(money.price.perMonth),
    margin: money.margin === null ? null : formatMoney(money.margin.perMonth),
    otherwise: shortened(relax[0]?.says),
  }
}

/** Where nothing would be enough to change, what is in the way is told. */
function rowOfView({ offer, entry, canBeKept, because, relax, quote }: OfferView): Row {
  return {
    name: named(offer, entry),
    canBeKept,
    load: quote?.loadPerSecond ?? null,
    instances: quote?.instances ?? null,
    cost: quote?.costPerMonth ?? null,
    price: quote?.pricePerMonth ?? null,
    margin: quote?.marginPerMonth ?? null,
    otherwise: quote === null ? (because[0] ?? null) : (shortened(relax[0]) ?? because[0] ?? null),
  }
}

const named = (offer: string, entry: string | null): string => (entry === null ? offer : `${offer}, ${entry}`)

/** Without the instances that it would take. */
const shortened = (says: string | undefined): string | null => says?.replace(/:.*$/, '') ?? null

const figureOf = (value: number | null): string =>
  value === null ? NOTHING : String(Number(value.toPrecision(3)))

const columns: readonly Column<Row>[] = [
  { heading: 'OFFER', cell: ({ name }) => name },
  {
    heading: 'CAN BE KEPT',
    cell: ({ canBeKept }) => (canBeKept ? 'yes' : 'no'),
    style: ({ canBeKept }) => (canBeKept ? 'good' : 'bad'),
  },
  { heading: 'LOAD (/s)', align: 'right', cell: ({ load }) => figureOf(load) },
  { heading: 'INSTANCES', align: 'right', cell: ({ instances }) => String(instances ?? NOTHING) },
  { heading: 'COST A MONTH', align: 'right', cell: ({ cost }) => cost ?? NOTHING },
  { heading: 'PRICE A MONTH', align: 'right', cell: ({ price }) => price ?? NOTHING },
  { heading: 'MARGIN', align: 'right', cell: ({ margin }) => margin ?? NOTHING },
  { heading: 'ELSE', cell: ({ otherwise }) => otherwise ?? NOTHING },
]
