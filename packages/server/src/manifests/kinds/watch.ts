/** Watch: what clients report, which change matters, and how certain the server's copy should be (P5.1). */
import type { EarlyRule, Wanted, Watch } from '@holdfast/core/pacing'
import {
  days,
  hours,
  minutes,
  ratio as ratioOf,
  seconds,
  type ServiceName,
  type WatchName,
} from '@holdfast/core/units'
import { z } from 'zod'
import {
  OF_PARAMETER,
  parameterName,
  significanceOf,
  significanceRule,
  type WrittenRule,
} from './significance-rule.ts'
import { exactlyOne, mapping, name, positiveDuration, rate, ratio } from './schema-parts.ts'

/** As many as what is kept of a client has bits for. */
const MOST_PARAMETERS = 16
const MOST_CLASSES = 16
const MOST_FEATURES = 8
/** A mistyped weight must not starve all others. */
const MOST_WEIGHT = 10_000
/** Three gigabytes of memory, and as many as can be told apart in 26 bits. */
const MOST_CLIENTS = 50_000_000
/** Nobody is asked to come later than in a day: the ledger of due times ends there. */
const LONGEST = hours(24)

const DEFAULTS = {
  stale: ratioOf(0.1),
  least: seconds(1),
  most: hours(1),
  first: minutes(5),
  jitter: ratioOf(0.1),
  clients: 1_000_000,
  forgotten: days(7),
}

const list = z
  .union([significanceRule, z.array(significanceRule).min(1)])
  .transform((given): readonly WrittenRule[] => (isList(given) ? given : [given]))
  .describe('One rule, or a list of which any holds.')

const isList = (given: WrittenRule | readonly WrittenRule[]): given is readonly WrittenRule[] =>
  Array.isArray(given)

const className = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)

const wanted = mapping({
  stale: ratio.exactOptional().describe('The copy of each client is wrong for at most this share of time.'),
  chance: ratio.exactOptional().describe('When an update is due the copy is wrong with at most this chance.'),
  price: positiveDuration
    .exactOptional()
    .describe('An update should save so much wrongness, of all clients together.'),
})
  .superRefine(exactlyOne(['stale', 'chance', 'price']))
  .transform(({ stale, chance, price }): Wanted => {
    if (stale !== undefined) return { kind: 'stale', share: stale }
    return chance === undefined ? { kind: 'price', costMs: price ?? 0 } : { kind: 'chance', chance }
  })

const interval = mapping({
  least: positiveDuration.exactOptional().describe('1s if left out.'),
  most: positiveDuration.exactOptional().describe('1h if left out, 24h at most.'),
  first: positiveDuration
    .exactOptional()
    .describe('About how often a client is thought to change of which nothing is known; 5min if left out.'),
}).superRefine(({ least = DEFAULTS.least, most = DEFAULTS.most }, context) => {
  if (most > LONGEST)
    refuse(context, ['most'], 'Nobody is asked to come later than in a day.', 'Write 24h or less.')
  if (least > most)
    refuse(
      context,
      ['least'],
      'The least interval is longer than the longest.',
      'Write a shorter one, or a longer most.',
    )
})

const clients = mapping({
  most: z.int().min(1).max(MOST_CLIENTS).exactOptional().describe('How many are kept; 1000000 if left out.'),
  forgotten: positiveDuration.exactOptional().describe('Who has not come for so long; 7d if left out.'),
  kept: z
    .enum(['server', 'client'])
    .exactOptional()
    .describe(
      'By whom what is known of a client is kept: server if left out; client: in a signed token in each answer.',
    ),
})

const early = z.union([z.literal('significant'), z.array(significanceRule).min(1)])

export const watchSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Watch'),
  metadata: mapping({ name: name<WatchName>() }),
  spec: mapping({
    service: name<ServiceName>().describe('Whose clients they are.'),
    parameters: z
      .record(parameterName, z.enum(['number', 'text', 'flag', 'set']))
      .describe('What clients report, 1 to 16 parameters.'),
    significant: list,
    wanted: wanted
      .exactOptional()
      .describe('If left out: the least wrongness that the budget buys, or stale 10 % where there is none.'),
    budget: rate
      .exactOptional()
      .describe('Updates that all clients together may send; no limit if left out.'),
    interval: interval.exactOptional(),
    jitter: ratio
      .exactOptional()
      .describe('By this share updates come sooner or later; 10 % if left out, 50 % at most.'),
    classes: z
      .record(className, z.number().positive().max(MOST_WEIGHT))
      .exactOptional()
      .describe('How many times wrongness of a class counts; others count once.'),
    features: z
      .array(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/))
      .max(MOST_FEATURES)
      .exactOptional()
      .describe('What clients tell of themselves from which their behaviour is guessed, such as device.'),
    early: early
      .exactOptional()
      .describe(
        'Changes for which a client does not wait: rules of one parameter, or significant for all that is.',
      ),
    clients: clients.exactOptional(),
  })
    .superRefine(checkSizes)
    .superRefine(checkEarly)
    .transform(({ service, significant, early: given, ...rest }) => {
      const rules = { significant, early: given === 'significant' ? significant : (given ?? []) }
      return {
        service,
        rules,
        watch: {
          parameters: Object.entries(rest.parameters).map(([called, type]) => ({ name: called, type })),
          significant: significanceOf(significant),
          wanted: wantedOf(rest.wanted, rest.budget !== undefined),
          budgetPerSecond: rest.budget ?? null,
          ...intervalOf(rest.interval),
          jitter: rest.jitter ?? DEFAULTS.jitter,
          classes: Object.entries(rest.classes ?? {}).map(([called, weight]) => ({ name: called, weight })),
          features: rest.features ?? [],
          early: earlyOf(rules.early),
          earlyIsAll: given === 'significant',
          ...clientsOf(rest.clients),
        },
      }
    }),
}).meta({ id: 'Watch', description: 'What clients report, which change matters, and when they report next.' })

function intervalOf({
  least = DEFAULTS.least,
  most = DEFAULTS.most,
  first = DEFAULTS.first,
}: z.output<typeof interval> = {}): Pick<Watch, 'limits' | 'firstGuessMs'> {
  return { limits: { leastMs: least, mostMs: most }, firstGuessMs: first }
}

function clientsOf({
  most = DEFAULTS.clients,
  forgotten = DEFAULTS.forgotten,
  kept = 'server',
}: z.output<typeof clients> = {}): Pick<Watch, 'mostClients' | 'forgetAfterMs' | 'keptBy'> {
  return { mostClients: most, forgetAfterMs: forgotten, keptBy: kept }
}

const wantedOf = (given: Wanted | undefined, hasBudget: boolean): Wanted | null =>
  given ?? (hasBudget ? null : { kind: 'stale', share: DEFAULTS.stale })

interface Sizes {
  readonly parameters: Readonly<Record<string, unknown>>
  readonly classes?: Readonly<Record<string, unknown>> | undefined
  readonly features?: readonly string[] | undefined
  readonly jitter?: number | undefined
}

function checkSizes({ parameters, classes = {}, features = [], jitter = 0 }: Sizes, context: Context): void {
  const count = Object.keys(parameters).length
  if (count === 0 || count > MOST_PARAMETERS)
    refuse(context, ['parameters'], `These are ${count} parameters.`, `Write 1 to ${MOST_PARAMETERS}.`)
  if (Object.keys(classes).length > MOST_CLASSES)
    refuse(context, ['classes'], 'These are too many classes.', `Write at most ${MOST_CLASSES}.`)
  for (const [index, feature] of features.entries())
    if (features.indexOf(feature) < index)
      refuse(context, ['features', index], `The feature "${feature}" is there twice.`, 'Write it once.')
  if (jitter > 0.5)
    refuse(
      context,
      ['jitter'],
      'So much jitter costs freshness and spreads no better.',
      'Write 50 % or less.',
    )
}

interface Early {
  readonly significant: readonly WrittenRule[]
  readonly early?: 'significant' | readonly WrittenRule[] | undefined
}

/** A client judges early rules by itself, so they are of the simplest. */
function checkEarly({ significant, early: given }: Early, context: Context): void {
  if (given === undefined) return
  const rules = given === 'significant' ? significant : given
  for (const [index, rule] of rules.entries()) {
    if (isSimple(rule)) continue
    const path = given === 'significant' ? ['early'] : ['early', index]
    const which = given === 'significant' ? `Rule ${index + 1} of significant` : 'This rule'
    const hint = `Write rules of one parameter with ${OF_PARAMETER.join(', ')}.`
    refuse(context, path, `${which} is none that a client can judge by itself.`, hint)
  }
}

const isSimple = (rule: WrittenRule): boolean => OF_PARAMETER.some((key) => key in rule)

function earlyOf(rules: readonly WrittenRule[]): readonly EarlyRule[] {
  return rules.flatMap((rule): readonly EarlyRule[] => {
    const says = significanceOf([rule])
    switch (says.kind) {
      case 'absolute':
      case 'relative':
      case 'ratio':
      case 'bands':
      case 'changed':
        return [says]
      case 'composite':
      case 'expression':
      case 'any':
      case 'all':
      case 'ordered':
        return []
    }
  })
}

type Context = z.core.$RefinementCtx

function refuse(context: Context, path: readonly (string | number)[], message: string, hint: string): void {
  context.addIssue({ code: 'custom', message, params: { hint }, path: [...path] })
}
