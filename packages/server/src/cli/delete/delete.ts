/**
 * Deletes by name, or what manifests name: then in the order in which nothing that is left refers to what
 * is gone. Stops at the first refusal; what was printed as deleted is deleted.
 */
import type { Result } from '@holdfast/core/units'
import type { AppliedView } from '../../http/api.ts'
import { failure, type ProblemDocument } from '../failure.ts'
import type { Answer } from '../http.ts'
import { manifestKinds, singular, type ManifestKind } from '../kinds.ts'
import type { FileOptions } from '../file-options.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { parseKind } from '../parse-kind.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'

export interface DeleteOptions extends FileOptions {
  readonly dryRun?: boolean
}

export interface Named {
  readonly kind: string | undefined
  readonly names: readonly string[]
}

interface Target {
  readonly kind: ManifestKind
  readonly name: string
}

const kindOfManifest: Readonly<Record<AppliedView['kind'], ManifestKind>> = {
  Agreement: 'agreements',
  Service: 'services',
  Offer: 'offers',
  InstanceType: 'instance-types',
  Owner: 'owners',
  Source: 'sources',
  Rule: 'rules',
  Watch: 'watches',
}

const manifestKindOf: Readonly<Record<ManifestKind, AppliedView['kind']>> = {
  agreements: 'Agreement',
  services: 'Service',
  offers: 'Offer',
  sources: 'Source',
  rules: 'Rule',
  watches: 'Watch',
  'instance-types': 'InstanceType',
  owners: 'Owner',
}

/** Who refers to others comes before them. */
const deletionOrder: readonly ManifestKind[] = [
  'watches',
  'rules',
  'sources',
  'agreements',
  'offers',
  'services',
  'instance-types',
  'owners',
]

export async function remove(
  context: CommandContext,
  named: Named,
  options: DeleteOptions,
): Promise<Outcome> {
  const targets = options.filename.length > 0 ? await byManifests(context, named, options) : byName(named)
  if (!targets.ok) return targets
  const isDryRun = options.dryRun === true
  const deletion = await deletionBy(context, isDryRun)
  if (!deletion.ok) return deletion
  for (const { kind, name } of targets.value) {
    const answer = await deletion.value({ kind, name })
    if (!answer.ok) return answer
    const said = `${singular(kind)}/${name} ${isDryRun ? 'would be deleted' : 'deleted'}`
    if (!context.json) context.print(said)
  }
  if (context.json) context.printJson({ dryRun: isDryRun, deleted: targets.value })
  else if (targets.value.length === 0) context.note('None of them exists.')
  return done
}

type Deletion = (target: Target) => Promise<Result<void, ProblemDocument>>

async function deletionBy({ api }: CommandContext, isDryRun: boolean): Answer<Deletion> {
  if (!isDryRun) return { ok: true, value: ({ kind, name }) => api.deleteManifest(kind, name) }
  const { dryDeletion } = await import('./dry-deletion.ts')
  const dry = await dryDeletion(api)
  if (!dry.ok) return dry
  return { ok: true, value: async ({ kind, name }) => dry.value({ kind: manifestKindOf[kind], name }) }
}

function byName({ kind: word, names }: Named): Result<readonly Target[], ProblemDocument> {
  if (word === undefined || names.length === 0) {
    const hint = 'Write `holdfast delete service NAME`, or name manifests with -f.'
    return { ok: false, error: failure('usage', 'What is to be deleted is not named.', { hint }) }
  }
  if (/^(key|token)s?$/.test(word)) {
    const hint = 'Use `holdfast token revoke ID`.'
    return { ok: false, error: failure('usage', 'Keys are revoked, not deleted.', { hint }) }
  }
  const kind = parseKind(word, manifestKinds)
  return kind.ok ? { ok: true, value: names.map((name) => ({ kind: kind.value, name })) } : kind
}

/** The server reads the manifests, so that there is one reader of them. */
async function byManifests(
  context: CommandContext,
  { kind }: Named,
  options: FileOptions,
): Promise<Result<readonly Target[], ProblemDocument>> {
  if (kind !== undefined) {
    const hint = 'Give either a kind and names, or -f.'
    return {
      ok: false,
      error: failure('usage', 'Both names and manifests say what is to be deleted.', { hint }),
    }
  }
  const files = await readManifestFiles(context.io, options)
  if (!files.ok) return files
  const answer = await context.api.apply({ files: files.value, dryRun: true })
  if (!answer.ok) return answer
  const existing = answer.value.applied.filter(({ action }) => action !== 'created')
  const targets = existing.map(({ kind, name }) => ({ kind: kindOfManifest[kind], name }))
  return {
    ok: true,
    value: targets.toSorted((a, b) => deletionOrder.indexOf(a.kind) - deletionOrder.indexOf(b.kind)),
  }
}
