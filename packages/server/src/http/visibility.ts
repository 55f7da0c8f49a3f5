/**
 * Which stored things an identity may see or change. Reads of another owner's things answer like reads of
 * what does not exist; writes answer 403 whether it exists or not, so that neither says more.
 */
import { holds, type Holder, type Identity } from '../auth/index.ts'
import { problem, ProblemError } from '../errors/index.ts'
import type { ManifestKind, ManifestRef, Store, StoredManifest } from '../store/store.ts'

const kindWords: Readonly<Record<ManifestKind, string>> = {
  Service: 'service',
  Agreement: 'agreement',
  Offer: 'offer',
  InstanceType: 'instance type',
  Owner: 'owner',
  Source: 'source',
  Rule: 'rule',
  Watch: 'watch',
}

export const inWords = ({ kind, name }: ManifestRef): string => `${kindWords[kind]} "${name}"`

/** Instance types and offers are the catalogue that every owner chooses from. */
export function maySee(
  identity: Holder,
  { kind, name, owner }: Pick<StoredManifest, 'kind' | 'name' | 'owner'>,
): boolean {
  if (kind === 'InstanceType' || kind === 'Offer') return true
  return holds(identity, kind === 'Owner' ? name : owner)
}

export async function readableManifest(
  store: Store,
  identity: Identity,
  ref: ManifestRef,
): Promise<StoredManifest> {
  const manifest = await store.manifest(ref)
  if (manifest === null || !maySee(identity, manifest)) throw notFound(ref)
  return manifest
}

/** For what outlives a service: its journal and its history may be read after it was deleted. */
export async function readablePast(store: Store, identity: Identity, name: string): Promise<StoredManifest> {
  const ref = { kind: 'Service', name } as const
  const manifest = (await store.manifestVersions(ref)).at(-1)
  if (manifest === undefined || !maySee(identity, manifest)) throw notFound(ref)
  return manifest
}

/**
 * An owner writes own agreements and rules and may end an own service, but does not apply services or sources: these
 * name programs and addresses that are run and called from the operator's machines with the operator's rights.
 */
export function refuseWrite(
  identity: Holder,
  action: 'apply' | 'delete',
  ref: ManifestRef,
  owner: string | null,
): ProblemError | null {
  const ownerMay =
    ref.kind === 'Agreement' || ref.kind === 'Rule' || (ref.kind === 'Service' && action === 'delete')
  if (identity.scope === 'operator' || (ownerMay && holds(identity, owner))) return null
  const detail = ownerMay
    ? `The ${inWords(ref)} is not of the owner "${identity.owner ?? ''}".`
    : `Only an operator may ${action} the ${inWords(ref)}.`
  return new ProblemError(problem('not-allowed', detail))
}

export const notFound = (ref: ManifestRef): ProblemError =>
  new ProblemError(problem('not-found', `There is no ${inWords(ref)}.`))
