/** Lists the things of a kind: once, or with --watch again whenever something has changed. */
import { failure } from '../failure.ts'
import { listedKinds } from '../kinds.ts'
import { parseKind } from '../parse-kind.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { listings, type Wanted } from './listings.ts'
import { watch } from './watch.ts'

export interface GetOptions {
  readonly service?: string
  readonly watch?: boolean
}

export interface GetArguments {
  readonly kind: string
  readonly name: string | undefined
}

export async function get(
  context: CommandContext,
  { kind: word, name }: GetArguments,
  options: GetOptions,
): Promise<Outcome> {
  const kind = parseKind(word, listedKinds)
  if (!kind.ok) return kind
  if (options.service !== undefined && kind.value !== 'instances' && kind.value !== 'verdicts') {
    const hint = 'It is for `get instances` and `get verdicts`.'
    return { ok: false, error: failure('usage', `--service does not go with ${kind.value}.`, { hint }) }
  }
  const wanted: Wanted = { name, service: options.service }
  const list = listings[kind.value]
  if (options.watch === true) return watch(context, () => list(context, wanted))

  const listing = await list(context, wanted)
  if (!listing.ok) return listing
  const { json, table, empty } = listing.value
  if (context.json) context.printJson(json)
  else if (table.lines.length === 0) context.note(empty)
  else context.print(table.heading, ...table.lines)
  return done
}
