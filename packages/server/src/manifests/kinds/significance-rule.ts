/** Which change of a client's parameters is significant (P5.1), as it is written; what it means is core's. */
import { parseExpression, type Expression, type Significance, type WeightedPart } from '@holdfast/core/pacing'
import { fail, type Ratio } from '@holdfast/core/units'
import { z } from 'zod'
import { exactlyOne, mapping, ratio, written } from './schema-parts.ts'

/** One rule; exactly one of the keys besides `parameter` says which kind. */
export interface WrittenRule {
  readonly parameter?: string
  readonly by?: number
  readonly share?: Ratio
  readonly ratio?: number
  readonly edges?: readonly number[]
  readonly changes?: true
  readonly expression?: Expression
  readonly composite?: WrittenComposite
  readonly all?: readonly WrittenRule[]
  readonly any?: readonly WrittenRule[]
  readonly rules?: readonly WrittenOrdered[]
}

interface WrittenComposite {
  readonly least: number
  readonly parts: readonly (Omit<WeightedPart, 'unit'> & { readonly unit?: number })[]
}

interface WrittenOrdered {
  readonly when?: Expression
  readonly decides: WrittenRule | 'always' | 'never'
}

/** Of one parameter; the first of these that a rule has says how it is compared. */
export const OF_PARAMETER = ['by', 'share', 'ratio', 'edges', 'changes'] as const
const KINDS = [...OF_PARAMETER, 'expression', 'composite', 'all', 'any', 'rules'] as const

/** Rules beyond this are a program, and belong where the value is made. */
const MOST_OF = 32
const MOST_EDGES = 64

export const parameterName: z.ZodType<string> = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.]{0,63}$/)
  .refine((text) => !/^(old|new)(\.|$)/.test(text), 'begins with a word that expressions need')
  .describe('Letters, digits, underscores and dots, such as rtt or battery.level.')

const expression: z.ZodType<Expression> = written({
  id: 'Expression',
  description:
    'Over what was reported: numbers, texts in quotes, parameters (new, or old. and new.), + - * /, comparisons, and, or, not, min, max, abs.',
  examples: ["abs(new.rtt - old.rtt) > 20 and connection == 'wifi'"],
  pattern: '^[^\\n]{1,1000}$',
  parse: (text) => {
    const parsed = parseExpression(text)
    return parsed.ok ? parsed : fail(parsed.error)
  },
})

const part = mapping({
  parameter: parameterName,
  weight: z.number().positive(),
  unit: z
    .number()
    .positive()
    .exactOptional()
    .describe('So much is a deviation of 1; 1 if left out. A text or flag that changed deviates by 1.'),
})

const ordered = mapping({
  when: expression.exactOptional().describe('Left out: it always holds.'),
  decides: z.lazy(() => z.union([z.enum(['always', 'never']), significanceRule])),
})

export const significanceRule: z.ZodType<WrittenRule> = mapping({
  parameter: parameterName
    .exactOptional()
    .describe('Which one is compared; with by, share, ratio, edges or changes.'),
  by: z.number().positive().exactOptional().describe('It differs by at least so much.'),
  share: ratio.exactOptional().describe('It differs by at least this share of the old value.'),
  ratio: z.number().gt(1).exactOptional().describe('It is at least so many times as great or as small.'),
  edges: z
    .array(z.number())
    .min(1)
    .max(MOST_EDGES)
    .exactOptional()
    .describe('It lies in another band between these, in ascending order.'),
  changes: z.literal(true).exactOptional().describe('It is another text, flag or set.'),
  expression: expression
    .exactOptional()
    .describe('It holds of what was reported last and what is reported now.'),
  composite: mapping({
    least: z.number().positive().describe('The weighted mean of deviations from which on it is significant.'),
    parts: z.array(part).min(1).max(MOST_OF),
  })
    .exactOptional()
    .describe(
      'The mean of deviations by weight: a small change in a heavy parameter outweighs a large one in a light one.',
    ),
  all: z
    .array(z.lazy(() => significanceRule))
    .min(1)
    .max(MOST_OF)
    .exactOptional(),
  any: z
    .array(z.lazy(() => significanceRule))
    .min(1)
    .max(MOST_OF)
    .exactOptional(),
  rules: z
    .array(ordered)
    .min(1)
    .max(MOST_OF)
    .exactOptional()
    .describe('The first whose condition holds decides.'),
})
  .superRefine(exactlyOne(KINDS))
  .superRefine((rule, context) => {
    const isOfParameter = OF_PARAMETER.some((key) => key in rule)
    if (isOfParameter === 'parameter' in rule) return
    const message = isOfParameter ? 'No parameter is named.' : 'A parameter is named, and nothing said of it.'
    const hint = `Write parameter together with one of ${OF_PARAMETER.join(', ')}.`
    context.addIssue({ code: 'custom', message, params: { hint } })
  })
  .meta({ id: 'SignificanceRule', description: 'Which change is significant.' })

/** One of them that holds is enough. */
export function significanceOf(rules: readonly WrittenRule[]): Significance {
  const [first] = rules
  return first !== undefined && rules.length === 1 ? ruleOf(first) : { kind: 'any', of: rules.map(ruleOf) }
}

function ruleOf(rule: WrittenRule): Significance {
  const {
    parameter = '',
    by,
    share,
    ratio: times,
    edges,
    expression: says,
    composite,
    all,
    any,
    rules,
  } = rule
  if (by !== undefined) return { kind: 'absolute', parameter, least: by }
  if (share !== undefined) return { kind: 'relative', parameter, least: share }
  if (times !== undefined) return { kind: 'ratio', parameter, least: times }
  if (edges !== undefined) return { kind: 'bands', parameter, edges }
  if (says !== undefined) return { kind: 'expression', expression: says }
  if (composite !== undefined) return compositeOf(composite)
  if (all !== undefined) return { kind: 'all', of: all.map(ruleOf) }
  if (any !== undefined) return { kind: 'any', of: any.map(ruleOf) }
  if (rules !== undefined) return { kind: 'ordered', rules: rules.map(orderedOf) }
  return { kind: 'changed', parameter }
}

const compositeOf = ({ least, parts }: WrittenComposite): Significance => ({
  kind: 'composite',
  least,
  parts: parts.map(({ unit = 1, ...rest }) => ({ ...rest, unit })),
})

const orderedOf = ({ when, decides }: WrittenOrdered) => ({
  ...(when === undefined ? {} : { when }),
  decides: typeof decides === 'string' ? decides === 'always' : ruleOf(decides),
})
