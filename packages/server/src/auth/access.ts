/**
 * Who may do what, as pure functions: which scopes a route admits, and which things an identity may see or
 * change. An owner sees own things only; for reads another's thing looks like one that does not exist.
 */
import type { Scope } from '../store/store.ts'
import type { Identity } from './keys.ts'

/** What a route says of itself; a route that says nothing is a programming error and stops the start. */
export type Access = { readonly kind: 'public' } | { readonly kind: 'key'; readonly scopes: readonly Scope[] }

/** Only for health checks, sign-in, and files that are the same in every installation and hold no data. */
export const everyone: Access = { kind: 'public' }
export const operatorOnly: Access = { kind: 'key', scopes: ['operator'] }
export const operatorAndOwner: Access = { kind: 'key', scopes: ['operator', 'owner'] }
export const operatorAndIngest: Access = { kind: 'key', scopes: ['operator', 'ingest'] }
/** What browsers send as well, whose keys anybody may read. */
export const operatorIngestAndClient: Access = { kind: 'key', scopes: ['operator', 'ingest', 'client'] }
export const anyKey: Access = { kind: 'key', scopes: ['operator', 'owner', 'ingest', 'client'] }

export const admits = (access: Access, scope: Scope): boolean =>
  access.kind === 'public' || access.scopes.includes(scope)

/** As much of an identity as says what is its own. */
export type Holder = Pick<Identity, 'scope' | 'owner'>

/** For reads and writes alike: an operator has a say in everything, an owner in what is theirs. */
export function holds(identity: Holder, owner: string | null): boolean {
  if (identity.scope === 'operator') return true
  return identity.scope === 'owner' && identity.owner !== null && identity.owner === owner
}
