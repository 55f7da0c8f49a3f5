/** A quote for people: the instances of each part, then one section for each question that it answers. */
import type { LevelQuote, Quote, TermsQuote } from '@holdfast/core/quote'
import { formatMoney, formatRatio, type Money } from '@holdfast/core/units'
import type { Paint } from '../paint.ts'
import { factLines, section, tableLines, type Facts } from '../sections.ts'
import type { Column } from '../table.ts'
import type { DeclaredService } from '../../declared/index.ts'

export function quotePage(quote: Quote, found: DeclaredService, paint: Paint): readonly string[] {
  const several = quote.terms.length > 1
  const where = found.foundBeside ? `${found.file}, found beside the agreement` : found.file
  const whole: Facts = several
    ? [
        ['At most', `${quote.withWaiting.total} instances, the most of all terms below`],
        ['By capacity', `${quote.byCapacityAlone.total} instances`],
      ]
    : []
  const first: Facts = [['Service', `${quote.service} (${where})`], ...whole]
  return quote.terms.flatMap((terms, index) =>
    index === 0 ? termsLines(terms, first, paint) : ['', ...termsLines(terms, [], paint)],
  )
}

function termsLines(terms: TermsQuote, first: Facts, paint: Paint): readonly string[] {
  const { agreement, entry, load, canBeMet, because, givenUp, breaksFirst, relax } = terms
  const name = entry === null ? agreement : `${agreement}, ${entry}`
  const verdict = canBeMet ? paint('good', 'can be met') : paint('bad', 'cannot be met')
  return [
    ...factLines([...first, ['Agreement', name], ['Load', load.says], ['Verdict', verdict]], paint),
    ...section('Instances', instanceLines(terms, paint), paint),
    ...section(
      canBeMet ? 'Predicted with waiting' : 'Predicted with the most that is allowed',
      terms.withWaiting.levels.map((level) => `${level.level}: ${levelText(level, paint)}`),
      paint,
    ),
    ...section('Why waiting counts', [because], paint),
    ...section('Money', moneyLines(terms, paint), paint),
    ...section('Warning', givenUp === null ? [] : [paint('warning', givenUp.says)], paint),
    ...section('What breaks first', [breaksFirst.says], paint),
    ...section(
      'What to relax, any one of',
      relax.map(({ says, cost }) => `- ${says} ${formatMoney(cost.perMonth)} a month.`),
      paint,
    ),
    ...(canBeMet || relax.length > 0
      ? []
      : section('What to relax', ['No single change of ratio, limit, load or caps is enough.'], paint)),
  ]
}

const levelText = ({ says, kept }: LevelQuote, paint: Paint): string =>
  paint(kept === null ? 'muted' : kept ? 'plain' : 'bad', says)

interface PartRow {
  readonly part: string
  readonly alone: number
  readonly waiting: number
}

const partColumns: readonly Column<PartRow>[] = [
  { heading: 'PART', cell: ({ part }) => part },
  { heading: 'BY CAPACITY ALONE', align: 'right', cell: ({ alone }) => String(alone) },
  { heading: 'WITH WAITING', align: 'right', cell: ({ waiting }) => String(waiting) },
]

function instanceLines({ byCapacityAlone, withWaiting }: TermsQuote, paint: Paint): readonly string[] {
  const alone = new Map(Object.entries(byCapacityAlone.counts))
  const rows = Object.entries(withWaiting.counts).map(([part, waiting]): PartRow => ({
    part,
    alone: alone.get(part) ?? 0,
    waiting,
  }))
  const total = { part: 'all', alone: byCapacityAlone.total, waiting: withWaiting.total }
  return [
    ...tableLines(partColumns, [...rows, total], paint),
    `An operation that never waits takes ${Number(byCapacityAlone.responseMs.toPrecision(4))} ms.`,
  ]
}

interface MoneyRow {
  readonly what: string
  readonly perHour: Money
  readonly perMonth: Money
}

const moneyColumns: readonly Column<MoneyRow>[] = [
  { heading: '', cell: ({ what }) => what },
  { heading: 'AN HOUR', align: 'right', cell: ({ perHour }) => formatMoney(perHour) },
  { heading: 'A MONTH', align: 'right', cell: ({ perMonth }) => formatMoney(perMonth) },
]

function moneyLines({ money }: TermsQuote, paint: Paint): readonly string[] {
  const { cost, price, margin, priceSays, remedies } = money
  const rows: MoneyRow[] = [
    { what: 'cost', ...cost },
    ...(price === null ? [] : [{ what: 'price', ...price }]),
    ...(margin === null ? [] : [{ what: 'margin', ...margin }]),
  ]
  return [
    ...tableLines(moneyColumns, rows, paint),
    price === null ? priceSays : `Price: ${priceSays}`,
    ...remedies.map(({ level, below, discount, perWindow, predicted }) => {
      const worth = perWindow === null ? '' : `, ${formatMoney(perWindow)} a window`
      const due = predicted ? paint('bad', ' To be expected in each window.') : ''
      return `At stake: ${formatRatio(discount)} back where ${level} falls below ${formatRatio(below)}${worth}.${due}`
    }),
  ]
}
