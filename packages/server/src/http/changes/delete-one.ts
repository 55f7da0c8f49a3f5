/** Deletes a manifest, with its audit entry, unless something else still refers to it. */
import { fail, ok, type Result } from '@holdfast/core/units'
import type { Holder, Identity } from '../../auth/index.ts'
import { problem, ProblemError, type Fault, type Problem } from '../../errors/index.ts'
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
    const judged = judgeDeletion(identity, known, ref, ifMatch)
    if (!judged.ok) throw new ProblemError(judged.error)
    const target = judged.value
    const at = clock.now()
    await store.deleteManifest(ref, at, [deletionDraft(target.stored, serviceOf(target), identity, at)])
    live.nudge()
  })
}

/** What would be deleted, or why it may not be. Pure, so that a dry run judges in the same way. */
export function judgeDeletion(
  identity: Holder,
  known: readonly KnownManifest[],
  ref: ManifestRef,
  ifMatch?: string,
): Result<KnownManifest, Problem> {
  const target = known.find(({ stored }) => stored.kind === ref.kind && stored.name === ref.name)
  const forbidden = refuseWrite(identity, 'delete', ref, target?.stored.owner ?? null)
  if (forbidden !== null) return fail(forbidden.problem)
  if (target === undefined) return fail(notFound(ref).problem)
  const refused = versionConflict(ifMatch, target.stored) ?? stillInUse(identity, known, target)
  return refused === null ? ok(target) : fail(refused.problem)
}

function stillInUse(
  identity: Holder,
  known: readonly KnownManifest[],
  target: KnownManifest,
): ProblemError | null {
  const rest = known.filter((one) => one !== target)
  const faults = newFaults(parsedFrom(known), parsedFrom(rest))
  if (faults.length === 0) return null
  const sources = new Set(visibleTo(identity, rest).map(({ stored }) => `${stored.kind}/${stored.name}`))
  // What would be missing is still there; the fault is that something refers to it.
  const message = `It refers to the ${inWords(target.stored)}.`
  const shown = faults
    .filter(({ place }: Fault) => sources.has(place.source ?? ''))
    .map(({ place }) => ({ message, hint: '', place }))
  const users = [...new Set(shown.map(({ place }) => place.source))].join(', ')
  const detail = `The ${inWords(target.stored)} is still in use${users === '' ? '' : ` by ${users}`}.`
  return new ProblemError(problem('still-in-use', detail, shown))
}

function serviceOf({ stored, parsed }: KnownManifest): string | null {
  if (stored.kind === 'Service') return stored.name
  const manifest = parsed?.manifest
  switch (manifest?.kind) {
    case 'Agreement':
    case 'Source':
    case 'Rule':
    case 'Watch':
      return manifest.spec.service
    case 'Service':
    case 'Offer':
    case 'InstanceType':
    case 'Owner':
    case undefined:
      return null
  }
}
