/** What was applied, as it can be applied again; of an agreement also how its levels are kept now. */
import type { Result } from '@holdfast/core/units'
import { stringify } from 'yaml'
import type { ManifestView, StandingVersion, VerdictView } from '../../http/api.ts'
import type { ProblemDocument } from '../failure.ts'
import { beginning, serviceOf } from '../get/manifest-columns.ts'
import type { Answer } from '../http.ts'
import { singular, type ManifestKind } from '../kinds.ts'
import type { CommandContext } from '../perform.ts'
import { factLines, section, tableLines } from '../sections.ts'
import { NOTHING, type Column } from '../table.ts'
import { ago, localTime } from '../times.ts'
import { verdictLines } from '../verdict-words.ts'
import type { Described } from './describe.ts'

export async function manifestPage(
  context: CommandContext,
  kind: ManifestKind,
  name: string,
): Promise<Result<Described, ProblemDocument>> {
  const answer = await context.api.manifest(kind, name)
  if (!answer.ok) return answer
  const lines = [...factsOf(context, kind, answer.value), ...documentLines(context, answer.value)]
  return { ok: true, value: { json: answer.value, lines } }
}

export async function agreementPage(
  context: CommandContext,
  name: string,
): Promise<Result<Described, ProblemDocument>> {
  const answer = await context.api.manifest('agreements', name)
  if (!answer.ok) return answer
  const verdicts = await verdictsOf(context, answer.value)
  if (!verdicts.ok) return verdicts
  const { paint } = context
  const lines = [
    ...factsOf(context, 'agreements', answer.value),
    ...section(
      'Places that are not kept',
      (answer.value.unmetPlaces ?? []).map((says) => paint('warning', says)),
      paint,
    ),
    ...section('Versions', versionLines(context, answer.value), paint),
    ...section(
      'Levels now',
      verdicts.value.flatMap((verdict) => verdictLines(verdict, paint)),
      paint,
    ),
    ...documentLines(context, answer.value),
    ...earlierLines(context, answer.value),
  ]
  return { ok: true, value: { json: { ...answer.value, verdicts: verdicts.value }, lines } }
}

/** Which versions count now or will, and who agreed to each. */
function versionLines(context: CommandContext, { standing = [] }: ManifestView): readonly string[] {
  const columns: readonly Column<StandingVersion>[] = [
    { heading: 'VERSION', align: 'right', cell: ({ version }) => String(version) },
    { heading: 'FROM', cell: (version) => beginning(version, context) },
    { heading: 'STATE', cell: ({ state }) => state.replace('-', ' ') },
    { heading: 'SIGNED BY OWNER', cell: ({ signedBy }) => signedBy.owner ?? NOTHING },
    { heading: 'SIGNED BY PLATFORM', cell: ({ signedBy }) => signedBy.platform ?? NOTHING },
  ]
  return tableLines(columns, standing, context.paint)
}

/** What is in force until the newest version begins. */
function earlierLines({ paint }: CommandContext, { standing = [] }: ManifestView): readonly string[] {
  return standing.flatMap(({ version, document }) =>
    document === undefined
      ? []
      : section(`Version ${version}`, stringify(document).trimEnd().split('\n'), paint),
  )
}

/** None while the service does not run yet. */
async function verdictsOf(
  { api }: CommandContext,
  { name, document }: ManifestView,
): Answer<readonly VerdictView[]> {
  const verdicts = await api.verdicts(serviceOf(document))
  if (verdicts.ok) return { ok: true, value: verdicts.value.filter(({ agreement }) => agreement === name) }
  return verdicts.error.code === 'not-found' ? { ok: true, value: [] } : verdicts
}

function factsOf({ io, paint }: CommandContext, kind: ManifestKind, view: ManifestView): readonly string[] {
  const heading = singular(kind).replace('-', ' ')
  return factLines(
    [
      [heading.charAt(0).toUpperCase() + heading.slice(1), view.name],
      ['Owner', view.owner ?? ''],
      ['Version', String(view.version)],
      ['Applied', `${localTime(view.appliedAt, io)} (${ago(view.appliedAt, io.now())}) by ${view.appliedBy}`],
    ],
    paint,
  )
}

function documentLines({ paint }: CommandContext, { document }: ManifestView): readonly string[] {
  return section('As applied', stringify(document).trimEnd().split('\n'), paint)
}
