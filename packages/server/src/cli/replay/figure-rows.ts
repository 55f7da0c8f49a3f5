/** Figures of one or several runs as the rows of one table; with two simulations also what the change makes. */
import { formatMoney, type Money } from '@holdfast/core/units'
import type { Figures } from '../../replay/index.ts'
import { figure, percent } from '../figures.ts'
import type { RunRow } from '../run-table.ts'
import { NOTHING } from '../table.ts'

export interface NamedFigures {
  readonly name: string
  readonly figures: Figures
}

/** The last column is the difference between two simulations. */
export const figureNames = (runs: readonly NamedFigures[]): readonly string[] => [
  ...runs.map(({ name }) => name),
  ...(runs.length === 3 ? ['THE CHANGE'] : []),
]

export function figureRows(runs: readonly NamedFigures[]): readonly RunRow[] {
  const all = runs.map(({ figures }) => figures)
  const numbers = (
    what: string,
    of: (figures: Figures) => number | null,
    write: (value: number | null) => string = figure,
  ): RunRow => ({ what, cells: [...all.map((one) => write(of(one))), ...change(all.map(of), write)] })
  const levels = [...new Set(all.flatMap((one) => one.levels.map(({ level }) => level)))]
  const parts = [...new Set(all.flatMap((one) => one.parts.map(({ part }) => part)))]
  return [
    numbers('operations', ({ operations }) => operations),
    numbers('of which failed', ({ failed }) => failed),
    ...levels.flatMap((name) => {
      const of = (one: Figures) => one.levels.find(({ level }) => level === name)
      return [
        numbers(`${name}: within the limit (%)`, (one) => shareOf(of(one)), percent),
        numbers(`${name}: windows kept`, (one) => of(one)?.windowsKept ?? null),
        numbers(`${name}: windows broken`, (one) => of(one)?.windowsBroken ?? null),
      ]
    }),
    ...parts.flatMap((name) => {
      const of = (one: Figures) => one.parts.find(({ part }) => part === name)
      return [
        numbers(`${name}: instances, mean`, (one) => of(one)?.mean ?? null),
        {
          what: `${name}: least to most`,
          cells: all.map((one) => {
            const part = of(one)
            return part === undefined ? NOTHING : `${part.least}–${part.most}`
          }),
        },
      ]
    }),
    numbers('instance-hours', ({ instanceHours }) => instanceHours),
    money('cost of instances', all, ({ cost }) => cost),
    money('remedies owed', all, ({ remedies }) => remedies),
    ...(all.some(({ price }) => price.length > 0) ? [money('price paid', all, ({ price }) => price)] : []),
    numbers('changes of instances', ({ changes }) => changes),
  ]
}

function shareOf(level: Figures['levels'][number] | undefined): number | null {
  return level === undefined ? null : level.met / Math.max(1, level.met + level.missed)
}

/** The second simulation against the first; like is compared with like. */
function change(
  values: readonly (number | null)[],
  write: (value: number | null) => string,
): readonly string[] {
  const [, was, changed] = values
  if (values.length !== 3) return []
  if (was === null || was === undefined || changed === null || changed === undefined) return [NOTHING]
  const difference = changed - was
  if (difference === 0) return ['0']
  return [`${difference < 0 ? '−' : '+'}${write(Math.abs(difference))}`]
}

function money(what: string, all: readonly Figures[], of: (figures: Figures) => readonly Money[]): RunRow {
  const sums = all.map(of)
  return { what, cells: [...sums.map(moneyText), ...changeOfMoney(sums)] }
}

const moneyText = (sums: readonly Money[]): string =>
  sums.length === 0 ? '0' : sums.map(formatMoney).join(' + ')

function changeOfMoney(sums: readonly (readonly Money[])[]): readonly string[] {
  const [, was = [], changed = []] = sums
  if (sums.length !== 3) return []
  const currencies = [...new Set([...was, ...changed].map(({ currency }) => currency))]
  const differences = currencies.map((currency) => {
    const amount = microsOf(changed, currency) - microsOf(was, currency)
    if (amount === 0n) return '0'
    const size = { currency, micros: amount < 0n ? -amount : amount } as Money
    return `${amount < 0n ? '−' : '+'}${formatMoney(size)}`
  })
  const differing = differences.filter((text) => text !== '0')
  return [differing.length === 0 ? '0' : differing.join(' ')]
}

const microsOf = (sums: readonly Money[], currency: string): bigint =>
  sums.find((sum) => sum.currency === currency)?.micros ?? 0n
