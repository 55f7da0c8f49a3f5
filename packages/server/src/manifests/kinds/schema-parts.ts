/**
 * What the schemas of all kinds are made of: strict mappings, and values that people write as text with a
 * unit. Each such value is read by its parser in core, so that a message says what is wrong and how to write it.
 */
import { isTimeZone } from '@holdfast/core/agreement'
import {
  fail,
  ok,
  parseBytes,
  parseDuration,
  parseHourlyPrice,
  parseMoney,
  parseName,
  parseRate,
  parseRatio,
  type Bytes,
  type DurationMs,
  type HourlyPrice,
  type Money,
  type Name,
  type Parsed,
  type PerSecond,
  type Ratio,
} from '@holdfast/core/units'
import { z } from 'zod'

/** A mapping with these keys and no others. The message about an unknown key lists those that there are. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(KEY_SEPARATOR)
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined),
  })
}

export const KEY_SEPARATOR = ', '

export interface Form<T> {
  /** Its name among the definitions of the JSON Schema. */
  readonly id: string
  readonly description: string
  readonly examples: readonly (string | number)[]
  readonly pattern: string
  /** Also written as a bare number. */
  readonly orNumber?: true
  readonly parse: (text: string) => Parsed<T>
}

/** A value written as text. A bare number is read as that text, so that the parser can say what it lacks. */
export function written<T>({ parse, orNumber, examples, ...meta }: Form<T>): z.ZodType<T> {
  const type = orNumber === true ? ['string', 'number'] : 'string'
  return z
    .unknown()
    .meta({ ...meta, type, examples: [...examples] })
    .transform((input, context): T => {
      const parsed = typeof input === 'string' || typeof input === 'number' ? parse(String(input)) : undefined
      if (parsed?.ok === true) return parsed.value
      const { message, hint } = parsed?.error ?? {
        message: '',
        hint: `Write it as text, such as ${examples[0]}.`,
      }
      context.addIssue({ code: 'custom', message, params: { hint }, input })
      return z.NEVER
    })
}

/** Refuses what a parser takes but does not make sense here. */
export const refused = (code: string, message: string, hint: string): Parsed<never> =>
  fail({ code, message, hint })

const DURATION_PATTERN = String.raw`^\s*(\d+(\.\d+)?\s*(ms|sec|s|min|m|h|d|w)\s*)+$`

export const duration: z.ZodType<DurationMs> = written({
  id: 'Duration',
  description: 'A length of time: a number and ms, s, min, h, d or w.',
  examples: ['100ms', '10s', '1h30m'],
  pattern: DURATION_PATTERN,
  parse: parseDuration,
})

/** A time that must pass: zero would make no sense. */
export const positiveDuration: z.ZodType<DurationMs> = written({
  id: 'PositiveDuration',
  description: 'A length of time above zero: a number and ms, s, min, h, d or w.',
  examples: ['100ms', '10s', '1h30m'],
  pattern: DURATION_PATTERN,
  parse: (text) => {
    const parsed = parseDuration(text)
    return parsed.ok && parsed.value === 0
      ? refused('duration-zero', 'The duration is zero.', 'Write one above zero, such as 100ms.')
      : parsed
  },
})

export const rate: z.ZodType<PerSecond> = written({
  id: 'Rate',
  description: 'How often something happens: a number and /s, /min, /h or /d.',
  examples: ['10/s', '600/min'],
  pattern: String.raw`^\s*\d+(\.\d+)?\s*/\s*(sec|s|min|m|h|d)$`,
  parse: (text) => {
    const parsed = parseRate(text)
    return parsed.ok && parsed.value === 0
      ? refused('rate-zero', 'The rate is zero.', 'Write one above zero, such as 10/s.')
      : parsed
  },
})

export const ratio: z.ZodType<Ratio> = written({
  id: 'Ratio',
  description: 'A share of a whole: per cent, or a number from 0 to 1.',
  examples: ['90 %', '99.9 %', 0.9],
  pattern: String.raw`^\s*\d+(\.\d+)?\s*%?$`,
  orNumber: true,
  parse: parseRatio,
})

export const amountOfData: z.ZodType<Bytes> = written({
  id: 'Bytes',
  description: 'An amount of data: a number and B, kB, MB, GB, TB (by 1000) or KiB, MiB, GiB, TiB (by 1024).',
  examples: ['256 MiB', '1 GB'],
  pattern: String.raw`^\s*\d+(\.\d+)?\s*(B|[kKMGT]B|[KMGT]iB)$`,
  parse: parseBytes,
})

export const hourlyPrice: z.ZodType<HourlyPrice> = written({
  id: 'HourlyPrice',
  description: 'What one instance costs for an hour.',
  examples: ['0.02 EUR/h'],
  pattern: String.raw`^\s*\d+(\.\d+)?\s*[A-Z]{3}\s*/\s*h$`,
  parse: parseHourlyPrice,
})

export const money: z.ZodType<Money> = written({
  id: 'Money',
  description: 'An amount of money: a number and the three letters of the currency.',
  examples: ['500 EUR'],
  pattern: String.raw`^\s*\d+(\.\d+)?\s*[A-Z]{3}$`,
  parse: (text) => {
    const parsed = parseMoney(text)
    return parsed.ok && parsed.value.micros < 0n
      ? refused('money-negative', `The amount "${text}" is negative.`, 'Write zero or more, such as 500 EUR.')
      : parsed
  },
})

export const timeZone: z.ZodType<string> = written({
  id: 'TimeZone',
  description: 'A time zone by its name in the IANA data.',
  examples: ['Europe/Berlin', 'UTC'],
  pattern: '^[A-Za-z0-9_+/-]+$',
  parse: (zone) =>
    isTimeZone(zone)
      ? ok(zone)
      : refused(
          'time-zone-unknown',
          `There is no time zone "${zone}".`,
          'Write its name in the IANA data, such as Europe/Berlin.',
        ),
})

/** A name of one kind of thing: `name<PartName>()`. */
export function name<Kind extends Name>(): z.ZodType<Kind> {
  return anyName as unknown as z.ZodType<Kind>
}

const anyName: z.ZodType<Name> = written({
  id: 'Name',
  description: 'A name of lower-case letters, digits and inner hyphens, of at most 63 characters.',
  examples: ['shop'],
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  parse: (text) => parseName(text),
})

/** Names for people are shown in tables and lines; a longer one would break them. */
const MAX_TEXT_LENGTH = 200

/** Text that stands for itself. */
export const text = (description: string): z.ZodString =>
  z.string().min(1).max(MAX_TEXT_LENGTH).describe(description)

/** Says that one value of a list repeats the name of an earlier one; runs even where other values are wrong. */
export function namedOnce<Item extends z.ZodType>(item: Item, what: string): z.ZodArray<Item> {
  return z.array(item).superRefine(
    (items, context) => {
      const seen = new Set<unknown>()
      for (const [index, entry] of items.entries()) {
        const called: unknown =
          typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined
        if (typeof called === 'string' && seen.has(called)) {
          const hint = 'Give each a name of its own.'
          const message = `Another ${what} here is called "${called}" too.`
          context.addIssue({ code: 'custom', message, params: { hint }, path: [index, 'name'] })
        }
        seen.add(called)
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  )
}

/** For a mapping in which exactly one of some keys says which kind of thing it is. */
export function exactlyOne(keys: readonly string[]): (value: object, context: z.core.$RefinementCtx) => void {
  return (value, context) => {
    const given = keys.filter((key) => key in value)
    if (given.length === 1) return
    const says = given.length === 0 ? 'Nothing is said here' : `${given.join(' and ')} are said at once`
    const hint = `Write exactly one of ${keys.join(', ')}.`
    context.addIssue({ code: 'custom', message: `${says}.`, params: { hint } })
  }
}
