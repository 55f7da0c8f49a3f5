/** Prints what rules would have given lately, beside what holds now. */
import type { MetricView, TriedFigureView, TriedRulesView, TriedRuleView } from '../../http/api.ts'
import type { FileOptions } from '../file-options.ts'
import { figure } from '../figures.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { section, tableLines } from '../sections.ts'
import { NOTHING, type Column } from '../table.ts'
import { localClock } from '../times.ts'

export interface RulesTestOptions extends FileOptions {
  readonly for?: string
  readonly interval?: string
}

export async function rulesTest(
  context: CommandContext,
  service: string,
  options: RulesTestOptions,
): Promise<Outcome> {
  const files = await readManifestFiles(context.io, options)
  if (!files.ok) return files
  const { for: long, interval } = options
  const answer = await context.api.tryRules(service, {
    files: files.value,
    ...(long === undefined ? {} : { for: long }),
    ...(interval === undefined ? {} : { interval }),
  })
  if (!answer.ok) return answer
  if (context.json) context.printJson(answer.value)
  else context.print(...triedLines(context, answer.value))
  return done
}

function triedLines(context: CommandContext, { rules, since }: TriedRulesView): readonly string[] {
  if (since === null) return ['No source told anything in the last hour; there is nothing to try a rule on.']
  const [, ...lines] = rules.flatMap((rule) => ruleLines(context, rule))
  return lines
}

function ruleLines({ io, paint }: CommandContext, tried: TriedRuleView): readonly string[] {
  const { rule, part, metric, figures, selectsNothing } = tried
  // Before anything was told there is nothing to compare.
  const told = figures.slice(
    Math.max(
      0,
      figures.findIndex((one) => one.tried.value !== null),
    ),
  )
  const known = told.filter((one) => one.tried.value !== null)
  if (known.length === 0) {
    const [last] = figures.slice(-1)
    const reasons = selectsNothing.length > 0 ? selectsNothing : [last?.tried.reason ?? 'Nothing was told.']
    return section(titleOf(rule, metric, part), reasons, paint)
  }
  const columns: readonly Column<TriedFigureView>[] = [
    { heading: 'FROM', cell: ({ from }) => localClock(from, io) },
    { heading: 'NOW', align: 'right', cell: ({ now }) => text(now) },
    { heading: 'TRIED', align: 'right', cell: (one) => text(one.tried) },
    { heading: 'READINGS', align: 'right', cell: (one) => String(one.tried.observations) },
    { heading: 'FROM SOURCES', cell: (one) => one.tried.sources.join(', ') || (one.tried.reason ?? NOTHING) },
  ]
  return section(titleOf(rule, metric, part), tableLines(columns, told, paint), paint)
}

const titleOf = (rule: string, metric: string, part: string | null): string =>
  `Rule ${rule}: ${metric}${part === null ? '' : ` of part ${part}`}`

function text(view: MetricView | null): string {
  if (view === null || view.value === null) return NOTHING
  return view.unit === '1' || view.unit === 'ratio'
    ? figure(view.value)
    : `${figure(view.value)} ${view.unit}`
}
