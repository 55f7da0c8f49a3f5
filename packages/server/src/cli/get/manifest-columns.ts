/** The columns of what was applied. */
import type { ManifestView, StandingVersion } from '../../http/api.ts'
import type { CommandContext } from '../perform.ts'
import { NOTHING, type Column } from '../table.ts'
import { ago, localTime } from '../times.ts'

export const manifestColumns = (context: CommandContext): readonly Column<ManifestView>[] => [
  { heading: 'NAME', cell: ({ name }) => name },
  ...applied(context),
]

export const agreementColumns = (context: CommandContext): readonly Column<ManifestView>[] => [
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'SERVICE', cell: ({ document }) => serviceOf(document) },
  { heading: 'FROM', cell: ({ standing }) => beginning(standing?.at(-1), context) },
  { heading: 'STATE', cell: ({ standing = [] }) => standingWords(standing) },
  ...applied(context),
]

/** From when on a version counts, in the reader's time zone. */
export function beginning(version: StandingVersion | undefined, { io }: Pick<CommandContext, 'io'>): string {
  if (version === undefined) return NOTHING
  return version.from === null ? 'always' : localTime(version.from, io)
}

/** Of the newest version, and which one counts until it begins. */
function standingWords(standing: readonly StandingVersion[]): string {
  const newest = standing.at(-1)
  if (newest === undefined) return NOTHING
  if (newest.state === 'in-force') return 'in force'
  const present = standing.find(({ state }) => state === 'in-force')
  return present === undefined ? 'upcoming' : `upcoming; version ${present.version} in force`
}

const applied = ({ io }: CommandContext): readonly Column<ManifestView>[] => [
  { heading: 'OWNER', cell: ({ owner }) => owner ?? NOTHING },
  { heading: 'VERSION', align: 'right', cell: ({ version }) => String(version) },
  { heading: 'APPLIED', cell: ({ appliedAt }) => ago(appliedAt, io.now()) },
  { heading: 'BY', cell: ({ appliedBy }) => appliedBy },
]

/** The service that an agreement's document names under `spec`. */
export function serviceOf(document: unknown): string {
  const spec = fieldOf(document, 'spec')
  const service = fieldOf(spec, 'service')
  return typeof service === 'string' ? service : NOTHING
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined
}
