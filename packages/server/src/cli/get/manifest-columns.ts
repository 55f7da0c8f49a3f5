/** The columns of what was applied. */
import type { ManifestView } from '../../http/api.ts'
import type { CommandContext } from '../perform.ts'
import { NOTHING, type Column } from '../table.ts'
import { ago } from '../times.ts'

export const manifestColumns = (context: CommandContext): readonly Column<ManifestView>[] => [
  { heading: 'NAME', cell: ({ name }) => name },
  ...applied(context),
]

export const agreementColumns = (context: CommandContext): readonly Column<ManifestView>[] => [
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'SERVICE', cell: ({ document }) => serviceOf(document) },
  ...applied(context),
]

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
