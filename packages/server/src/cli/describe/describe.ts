/** One page about one thing. */
import type { Result } from '@holdfast/core/units'
import type { ProblemDocument } from '../failure.ts'
import { manifestKinds, type ManifestKind } from '../kinds.ts'
import { parseKind } from '../parse-kind.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { agreementPage, manifestPage } from './manifest-page.ts'
import { servicePage } from './service-page.ts'

/** What is printed: the lines for people, the value for programs. */
export interface Described {
  readonly json: unknown
  readonly lines: readonly string[]
}

export async function describe(context: CommandContext, word: string, name: string): Promise<Outcome> {
  const kind = parseKind(word, manifestKinds)
  if (!kind.ok) return kind
  const page = await pages[kind.value](context, name)
  if (!page.ok) return page
  if (context.json) context.printJson(page.value.json)
  else context.print(...page.value.lines)
  return done
}

type Page = (context: CommandContext, name: string) => Promise<Result<Described, ProblemDocument>>

const pages: Readonly<Record<ManifestKind, Page>> = {
  services: servicePage,
  agreements: agreementPage,
  offers: (context, name) => manifestPage(context, 'offers', name),
  'instance-types': (context, name) => manifestPage(context, 'instance-types', name),
  owners: (context, name) => manifestPage(context, 'owners', name),
  sources: (context, name) => manifestPage(context, 'sources', name),
  rules: (context, name) => manifestPage(context, 'rules', name),
  watches: (context, name) => manifestPage(context, 'watches', name),
}
