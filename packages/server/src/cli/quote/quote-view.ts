/** A quote as `--json` prints it: amounts of money as text with their currency, all else as core has it. */
import type { Quote } from '@holdfast/core/quote'
import { formatMoney, type Money } from '@holdfast/core/units'
import type { DeclaredService } from '../../declared/index.ts'

/** As core has it, with every amount of money as text. */
type Written<T> = T extends Money
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Written<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Written<T[Key]> }
      : T

export type QuoteView = Written<Quote> & {
  /** Where the service was read from. */
  readonly serviceFile: string
  readonly serviceFoundBeside: boolean
}

export const quoteView = (quote: Quote, { file, foundBeside }: DeclaredService): QuoteView => ({
  ...written(quote),
  serviceFile: file,
  serviceFoundBeside: foundBeside,
})

export function written<T>(value: T): Written<T> {
  return writtenValue(value) as Written<T>
}

function writtenValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(writtenValue)
  if (typeof value !== 'object' || value === null) return value
  if (isMoney(value)) return formatMoney(value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, writtenValue(inner)]))
}

const isMoney = (value: object): value is Money => 'micros' in value && 'currency' in value
