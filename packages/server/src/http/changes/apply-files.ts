/**
 * Applies files of manifests: read, checked together with what is stored, allowed, and then written with an
 * audit entry for each change in one transaction. Anything that is wrong leaves everything as it was.
 */
import { canonicalJson } from '@holdfast/core/control'
import { parseName, type EpochMs, type ServiceName } from '@holdfast/core/units'
import type { Identity } from '../../auth/index.ts'
import { problem, ProblemError, type Problem } from '../../errors/index.ts'
import { readManifests, type ParsedManifest } from '../../manifests/index.ts'
import type { JournalDraft, ManifestRef, Store, StoredManifest } from '../../store/store.ts'
import type { AppliedView, ApplyRequest, ApplyResponse } from '../api.ts'
import type { HttpContext } from '../context.ts'
import { maySee, refuseWrite } from '../visibility.ts'
import { knownManifests, parsedFrom, visibleTo, type KnownManifest } from './known-manifests.ts'
import { planChanges, refOf, type PlannedChange } from './plan-changes.ts'
import { promiseWarnings } from './promise-warnings.ts'

type Changing = Pick<HttpContext, 'store' | 'clock' | 'live' | 'region' | 'oneChangeAtATime'>

export async function applyFiles(
  { store, clock, live, region, oneChangeAtATime }: Changing,
  identity: Identity,
  { files, dryRun = false }: ApplyRequest,
): Promise<ApplyResponse> {
  const wanted = valueOr(readManifests(files))
  return oneChangeAtATime(async () => {
    const known = knownManifests(await store.manifests())
    refuseForeign(identity, known, wanted)
    const versions = (await store.standingVersions('Agreement')).filter((one) => maySee(identity, one))
    const now = clock.now()
    const visible = visibleTo(identity, known)
    const hasHiddenServices = known.some((one) => one.stored.kind === 'Service' && !visible.includes(one))
    const changes = valueOr(planChanges(visible, wanted, { versions, now }, { region, hasHiddenServices }))
    const numbers = await Promise.all(changes.map((change) => nextVersion(store, change)))
    const warnings = promiseWarnings(changes, [...parsedFrom(visible), ...wanted], now)
    if (dryRun)
      return {
        dryRun,
        applied: changes.map((change, index) => appliedView(change, numbers[index])),
        warnings,
      }

    const drafts = changes.flatMap((change, index) =>
      change.action === 'unchanged' ? [] : [changeDraft(change, numbers[index], identity, now)],
    )
    const stored = await store.applyManifests(changes, identity.name, now, drafts)
    if (drafts.length > 0) live.nudge()
    const applied = changes.map((change, index) => appliedView(change, stored[index]?.version))
    return { dryRun, applied, warnings }
  })
}

/** Before anything is checked, so that no fault tells an owner of what is another's. */
function refuseForeign(
  identity: Identity,
  known: readonly KnownManifest[],
  wanted: readonly ParsedManifest[],
): void {
  const ownerBy = (ref: ManifestRef): string | null | undefined =>
    known.find(({ stored }) => stored.kind === ref.kind && stored.name === ref.name)?.stored.owner
  for (const one of wanted) {
    const ref = refOf(one)
    const { manifest } = one
    const isAbout = manifest.kind === 'Agreement' || manifest.kind === 'Rule'
    const of = isAbout ? ownerBy({ kind: 'Service', name: manifest.spec.service }) : null
    const present = ownerBy(ref)
    const refused =
      refuseWrite(identity, 'apply', ref, of ?? null) ??
      (present === undefined ? null : refuseWrite(identity, 'apply', ref, present))
    if (refused !== null) throw refused
    refuseForeignSignature(identity, known, one)
  }
}

/** An owner may apply again what was signed, but nothing else in the platform's name. */
function refuseForeignSignature(
  identity: Identity,
  known: readonly KnownManifest[],
  { manifest, document }: ParsedManifest,
): void {
  if (identity.scope === 'operator' || manifest.kind !== 'Agreement') return
  const { name } = manifest.metadata
  const present = known.find(({ stored }) => stored.kind === 'Agreement' && stored.name === name)
  if (manifest.spec.signedBy?.platform === undefined) return
  if (present?.stored.document === canonicalJson(document)) return
  const detail = `Only an operator may sign the agreement "${name}" for the platform: leave signedBy.platform out.`
  throw new ProblemError(problem('not-allowed', detail))
}

/** One that was deleted and comes again goes on counting. */
async function nextVersion(store: Store, { kind, name, action, before }: PlannedChange): Promise<number> {
  if (before !== null) return action === 'unchanged' ? before.version : before.version + 1
  return ((await store.manifestVersions({ kind, name })).at(-1)?.version ?? 0) + 1
}

const appliedView = (change: PlannedChange, version: number = 0): AppliedView => ({
  kind: change.kind,
  name: change.name,
  action: change.action,
  version,
  differences: change.differences,
})

function changeDraft(
  { action, kind, name, differences, agreed, service }: PlannedChange,
  version: number | undefined,
  { name: actor }: Identity,
  at: EpochMs,
): JournalDraft {
  const body = canonicalJson({ action, kind, name, version, differences, ...agreed })
  return { service: chainOf(service), at, kind: 'change', actor, body }
}

/** The entry of a deletion; in the same words as one of a change. */
export function deletionDraft(
  { kind, name, version }: StoredManifest,
  service: string | null,
  { name: actor }: Identity,
  at: EpochMs,
): JournalDraft {
  const body = canonicalJson({ action: 'deleted', kind, name, version, differences: [] })
  return { service: chainOf(service), at, kind: 'change', actor, body }
}

function chainOf(service: string | null): ServiceName | null {
  if (service === null) return null
  const name = parseName<ServiceName>(service)
  return name.ok ? name.value : null
}

function valueOr<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Problem },
): T {
  if (result.ok) return result.value
  throw new ProblemError(result.error)
}
