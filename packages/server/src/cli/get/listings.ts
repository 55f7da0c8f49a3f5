/** How each kind is read from the server and laid out. */
import type { ManifestView } from '../../http/api.ts'
import type { ApiClient } from '../client.ts'
import { failure } from '../failure.ts'
import type { Answer } from '../http.ts'
import { manifestKinds, singular, type ListedKind, type ManifestKind } from '../kinds.ts'
import type { CommandContext } from '../perform.ts'
import { table, type Column, type Table } from '../table.ts'
import { agreementColumns, manifestColumns } from './manifest-columns.ts'
import { instanceColumns, keyColumns, serviceColumns, verdictColumns } from './live-columns.ts'

export interface Wanted {
  readonly name: string | undefined
  readonly service: string | undefined
}

export interface Listing {
  /** An array, or one object where a name was given. */
  readonly json: unknown
  readonly table: Table
  /** What tells the rows apart over time, in their order. */
  readonly keys: readonly string[]
  /** Said instead of a table without rows. */
  readonly empty: string
}

type List = (context: CommandContext, wanted: Wanted) => Answer<Listing>

interface Layout<Row> {
  readonly kind: ListedKind
  readonly columns: (context: CommandContext) => readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly all: (context: CommandContext, wanted: Wanted) => Answer<readonly Row[]>
  /** Where the server can be asked for one; else it is looked for among all. */
  readonly one?: (context: CommandContext, name: string) => Answer<Row>
}

export const listings: Readonly<Record<ListedKind, List>> = {
  services: listing({
    kind: 'services',
    columns: () => serviceColumns,
    keyOf: ({ name }) => name,
    all: ({ api }) => api.services(),
    one: ({ api }, name) => api.service(name),
  }),
  agreements: manifestListing('agreements', agreementColumns),
  offers: manifestListing('offers', manifestColumns),
  'instance-types': manifestListing('instance-types', manifestColumns),
  owners: manifestListing('owners', manifestColumns),
  sources: manifestListing('sources', manifestColumns),
  rules: manifestListing('rules', manifestColumns),
  watches: manifestListing('watches', manifestColumns),
  instances: listing({
    kind: 'instances',
    columns: ({ io }) => instanceColumns(io),
    keyOf: ({ id }) => id,
    all: ({ api }, { service }) => ofServices(api, service, (name) => api.instances(name)),
  }),
  verdicts: listing({
    kind: 'verdicts',
    columns: () => verdictColumns,
    keyOf: ({ agreement, level }) => `${agreement}/${level}`,
    all: ({ api }, { service }) => ofServices(api, service, (name) => api.verdicts(name)),
  }),
  keys: listing({
    kind: 'keys',
    columns: ({ io }) => keyColumns(io),
    keyOf: ({ name }) => name,
    all: ({ api }) => api.keys(),
  }),
}

function manifestListing(
  kind: ManifestKind,
  columns: (context: CommandContext) => readonly Column<ManifestView>[],
): List {
  return listing({
    kind,
    columns,
    keyOf: ({ name }) => name,
    all: ({ api }) => api.manifests(kind),
    one: ({ api }, name) => api.manifest(kind, name),
  })
}

function listing<Row>({ kind, columns, keyOf, all, one }: Layout<Row>): List {
  const find = async (context: CommandContext, wanted: Wanted): Answer<readonly Row[]> => {
    if (wanted.name === undefined) return all(context, wanted)
    if (one !== undefined) {
      const answer = await one(context, wanted.name)
      return answer.ok ? { ok: true, value: [answer.value] } : answer
    }
    const answer = await all(context, wanted)
    if (!answer.ok) return answer
    const found = answer.value.filter((row) => keyOf(row) === wanted.name)
    if (found.length > 0) return { ok: true, value: found }
    const hint = `List what there is with \`holdfast get ${kind}\`.`
    return {
      ok: false,
      error: failure('not-found', `There is no ${singular(kind)} "${wanted.name}".`, { hint }),
    }
  }
  return async (context, wanted) => {
    const rows = await find(context, wanted)
    if (!rows.ok) return rows
    const view: Listing = {
      json: wanted.name === undefined ? rows.value : rows.value[0],
      table: table(columns(context), rows.value, context.paint),
      keys: rows.value.map(keyOf),
      empty: emptyWords(kind),
    }
    return { ok: true, value: view }
  }
}

function emptyWords(kind: ListedKind): string {
  const none = `There are no ${kind.replace('-', ' ')}`
  const isApplied = manifestKinds.some((applied) => applied === kind)
  return isApplied ? `${none}; apply one with \`holdfast apply -f FILE\`.` : `${none}.`
}

/** What services have: of the one named, or of all. */
async function ofServices<Row>(
  api: Pick<ApiClient, 'services'>,
  service: string | undefined,
  read: (service: string) => Answer<readonly Row[]>,
): Answer<readonly Row[]> {
  if (service !== undefined) return read(service)
  const names = await api.services()
  if (!names.ok) return names
  const rows: Row[] = []
  for (const { name } of names.value) {
    const answer = await read(name)
    // A service may have been deleted since the listing.
    if (!answer.ok && answer.error.code !== 'not-found') return answer
    if (answer.ok) rows.push(...answer.value)
  }
  return { ok: true, value: rows }
}
