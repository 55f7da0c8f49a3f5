/** Deletes a manifest, with its audit entry, unless something else still refers to it. */
import type { Identity } from '../../auth/index.ts'
import { problem, ProblemError, type Fault } from '../../errors/index.ts'
import type { ManifestRef } from '../../store/store.ts'
import type { HttpContext } from '../context.ts'
import { versionConflict } from '../entity-tag.ts'
import { inWords, notFound, refuseWrite } from '../visibility.ts'
import { deletionDraft } from './apply-files.ts'
import { knownManifests, parsedFrom, visibleTo, type KnownManifest } from './known-manifests.ts'
import { newFaults } from './plan-changes.ts'

type Changing = Pick<HttpContext, 'store' | 'clock' | 'live' | 'oneChangeAtATime'>

export async function deleteOne(
  { store, clock, live, oneChangeAtATime }: Changing,
  identity: Identity,
  ref: ManifestRef,
  ifMatch: string | undefined,
): Promise<void> {
  await oneChangeAtATime(async () => {
    const known = knownManifests(await store.manifests())
    const target = known.find(({ stored }) => stored.kind === ref.kind && stored.name === ref.name)
    const refused = refuseWrite(identity, 'delete', ref, target?.stored.owner ?? null)
    if (refused !== null) throw refused
    if (target === undefined) throw notFound(ref)
    const problems = versionConflict(ifMatch, target.stored) ?? stillInUse(identity, known, target)
    if (problems !== null) throw problems
    const at = clock.now()
    await store.deleteManifest(ref, at, [deletionDraft(target.stored, serviceOf(target), identity, at)])
    live.nudge()
  })
}

function stillInUse(
  identity: Identity,
  known: readonly KnownManifest[],
  target: KnownManifest,
): ProblemError | null {
  const rest = known.filter((one) => one !== target)
  const faults = newFaults(parsedFrom(known), parsedFrom(rest))
  if (faults.length === 0) return null
  const sources = new Set(visibleTo(identity, rest).map(({ stored }) => `${stored.kind}/${stored.name}`))
  const shown = faults.filter(({ place }: Fault) => sources.has(place.source ?? ''))
  const users = [...new Set(shown.map(({ place }) => place.source))].join(', ')
  const detail = `The ${inWords(target.stored)} is still in use${users === '' ? '' : ` by ${users}`}.`
  return new ProblemError(problem('still-in-use', detail, shown))
}

function serviceOf({ stored, parsed }: KnownManifest): string | null {
  if (stored.kind === 'Service') return stored.name
  return parsed?.manifest.kind === 'Agreement' ? parsed.manifest.spec.service : null
}
