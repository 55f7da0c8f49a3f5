/** Explains one decision in sentences. */
import type { WhyView } from '../../http/api.ts'
import { changeLine, reasonLine } from '../change-words.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { section } from '../sections.ts'
import { ago, localTime, parseTime } from '../times.ts'
import { verdictLines } from '../verdict-words.ts'

export interface WhyOptions {
  readonly at?: string
}

export async function why(context: CommandContext, service: string, { at }: WhyOptions): Promise<Outcome> {
  const instant = at === undefined ? null : parseTime(at, '--at', context.io)
  if (instant !== null && !instant.ok) return instant
  const answer = await context.api.why(service, instant?.value)
  if (!answer.ok) return answer
  if (context.json) context.printJson(answer.value)
  else context.print(...whyLines(context, answer.value))
  return done
}

function whyLines({ io, paint }: CommandContext, view: WhyView): readonly string[] {
  const { decidedAt, sequence, verdicts, changes, advice, reasons } = view
  // A reason that stands beside its change already is not said twice.
  const said = new Set([...changes, ...advice].map(({ reason }) => reason.says))
  const further = reasons.filter(({ says }) => !said.has(says))
  return [
    paint('bold', view.says),
    ...(decidedAt === null
      ? []
      : [
          paint(
            'muted',
            `Decided ${localTime(decidedAt, io)} (${ago(decidedAt, io.now())}), journal entry ${sequence}.`,
          ),
        ]),
    ...section('What was seen', view.observed.map(bullet), paint),
    ...section(
      'What it meant',
      verdicts.flatMap((verdict) => verdictLines(verdict, paint)),
      paint,
    ),
    ...section('What was changed', changes.map(changeLine).map(bullet), paint),
    ...section('What was advised', advice.map(changeLine).map(bullet), paint),
    ...section(
      changes.length + advice.length === 0 ? 'Why' : 'Also',
      further.map(reasonLine).map(bullet),
      paint,
    ),
    ...section('What came of it', view.outcome.map(bullet), paint),
  ]
}

function bullet(line: string): string {
  return `- ${line}`
}
