/**
 * What applying manifests would change, as data: each with its owner, whether it is new, and in what it
 * differs from what is stored. Pure; the same plan is shown by a dry run and carried out by an apply.
 */
import { canonicalJson } from '@holdfast/core/control'
import { fail, formatInstant, ok, type Result } from '@holdfast/core/units'
import { problem, type Fault, type Problem } from '../../errors/index.ts'
import {
  checkHosts,
  checkManifests,
  checkRegions,
  differences,
  otherOwners,
  ownerOf,
  wantsHostAlone,
  type Difference,
  type ParsedManifest,
  type Region,
} from '../../manifests/index.ts'
import type { ManifestRef, StoredManifest } from '../../store/store.ts'
import { earlierVersions, earlierVersionsAfter, type Past } from './earlier-versions.ts'
import { parsedFrom, type KnownManifest } from './known-manifests.ts'

export interface PlannedChange extends ManifestRef {
  readonly owner: string | null
  /** Canonical JSON text. */
  readonly document: string
  readonly action: 'created' | 'changed' | 'unchanged'
  readonly before: StoredManifest | null
  readonly differences: readonly Difference[]
  /** What a person should find in the journal besides: of an agreement since when it counts and who signed it. */
  readonly agreed: { readonly from?: string; readonly signedBy?: object }
  /** The service that it is about, in whose journal the change belongs; null for what concerns none. */
  readonly service: string | null
}

export const refOf = ({ manifest }: ParsedManifest): ManifestRef => ({
  kind: manifest.kind,
  name: manifest.metadata.name,
})

/** Where it would all run. */
export interface Platform {
  readonly region: Region
  /** Whether services are there that whoever applies may not know of. */
  readonly hasHiddenServices: boolean
}

/** The wanted ones first, in their order; then those that change with them because their owner does. */
export function planChanges(
  known: readonly KnownManifest[],
  wanted: readonly ParsedManifest[],
  past: Past,
  platform: Platform,
): Result<readonly PlannedChange[], Problem> {
  const replaced = new Set(wanted.map((one) => keyOf(refOf(one))))
  const kept = known.filter(({ stored }) => !replaced.has(keyOf(stored)))
  const all = [...parsedFrom(kept), ...wanted]
  const before = [...earlierVersions(past), ...parsedFrom(known)]
  const after = [...earlierVersionsAfter(past, agreementsIn(wanted)), ...all]
  const faults = [
    ...newFaults(before, after),
    ...movedAgreements(known, wanted),
    ...wanted.flatMap((one) => checkRegions(one, platform.region)),
    ...checkHosts({ before, after, wanted }),
    ...(platform.hasHiddenServices ? wanted.filter(wantsHostAlone) : []).map((one) => otherOwners(one, null)),
  ]
  if (faults.length > 0) {
    const places = faults.length === 1 ? 'One thing does' : `${faults.length} things do`
    return fail(problem('manifest-invalid', `${places} not fit together with the other manifests.`, faults))
  }
  const storedBy = new Map(known.map(({ stored }) => [keyOf(stored), stored]))
  const changes = wanted.map((one) => plannedChange(one, all, storedBy.get(keyOf(refOf(one))) ?? null))
  const followers = kept.flatMap(({ stored, parsed }) =>
    parsed === null || ownerOf(parsed, all) === stored.owner ? [] : [plannedChange(parsed, all, stored)],
  )
  return ok([...changes, ...followers])
}

const agreementsIn = (
  wanted: readonly ParsedManifest[],
): readonly { readonly name: string; readonly document: string }[] =>
  wanted.flatMap(({ manifest, document }) =>
    manifest.kind === 'Agreement'
      ? [{ name: manifest.metadata.name, document: canonicalJson(document) }]
      : [],
  )

/** A version of an agreement on another service would leave the one before it in force for ever. */
function movedAgreements(
  known: readonly KnownManifest[],
  wanted: readonly ParsedManifest[],
): readonly Fault[] {
  const before = new Map(known.map((one) => [keyOf(one.stored), one.parsed]))
  return wanted.flatMap((one) => {
    const was = before.get(keyOf(refOf(one)))?.manifest
    if (one.manifest.kind !== 'Agreement' || was?.kind !== 'Agreement') return []
    const { service } = was.spec
    if (one.manifest.spec.service === service) return []
    const message = `Agreement "${one.manifest.metadata.name}" is about service "${service}".`
    const hint = 'Give the one on another service another name, or delete the present one first.'
    return [{ message, hint, place: one.locate(['spec', 'service']) }]
  })
}

/** Faults that were there before are not the fault of this change. */
export function newFaults(
  before: readonly ParsedManifest[],
  after: readonly ParsedManifest[],
): readonly Fault[] {
  const known = new Set(checkManifests(before).map((fault) => canonicalJson(fault)))
  return checkManifests(after).filter((fault) => !known.has(canonicalJson(fault)))
}

function plannedChange(
  parsed: ParsedManifest,
  all: readonly ParsedManifest[],
  before: StoredManifest | null,
): PlannedChange {
  const owner = ownerOf(parsed, all)
  const document = canonicalJson(parsed.document)
  const found = before === null ? [] : differencesFrom(before, parsed, owner)
  const action = before === null ? 'created' : found.length > 0 ? 'changed' : 'unchanged'
  const agreed = agreedIn(parsed)
  const service = serviceOf(parsed)
  return { ...refOf(parsed), owner, document, action, before, differences: found, agreed, service }
}

function agreedIn({ manifest }: ParsedManifest): PlannedChange['agreed'] {
  if (manifest.kind !== 'Agreement') return {}
  const { from, signedBy } = manifest.spec
  return {
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    ...(signedBy === undefined ? {} : { signedBy }),
  }
}

/** The owner of an agreement is not written in it, but it does change with that of its service. */
function differencesFrom(
  before: StoredManifest,
  parsed: ParsedManifest,
  owner: string | null,
): readonly Difference[] {
  const written = differences(JSON.parse(before.document), parsed.document)
  const handedOver = before.owner !== owner && written.length === 0
  return handedOver ? [{ path: '/owner', before: before.owner, after: owner }] : written
}

function serviceOf({ manifest }: ParsedManifest): string | null {
  switch (manifest.kind) {
    case 'Service':
      return manifest.metadata.name
    case 'Agreement':
    case 'Source':
    case 'Rule':
    case 'Watch':
      return manifest.spec.service
    case 'Offer':
    case 'InstanceType':
    case 'Owner':
      return null
  }
}

const keyOf = ({ kind, name }: ManifestRef): string => `${kind} ${name}`
