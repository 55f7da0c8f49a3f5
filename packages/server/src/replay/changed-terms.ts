/**
 * Reads what would have been in force: manifests that a person changed, in the place of those on record. What
 * the changed ones refer to and do not state is taken from the server as it is now.
 */
import type { Agreement, Service } from '@holdfast/core/agreement'
import { ok, type Result } from '@holdfast/core/units'
import { problem, type Problem } from '../errors/index.ts'
import { checkManifests, readManifests, resolveServices, type ParsedManifest } from '../manifests/index.ts'
import type { Terms } from './what-if.ts'

type SourceFile = Parameters<typeof readManifests>[0][number]

interface StatedManifest {
  readonly kind: string
  readonly name: string
  readonly document: unknown
}

interface ChangedTerms extends Terms {
  /** What was put in the place of what was in force, such as `Agreement "standard"`. */
  readonly changed: readonly string[]
}

export function changedTerms(
  recorded: Terms,
  files: readonly SourceFile[],
  stored: readonly StatedManifest[],
): Result<ChangedTerms, Problem> {
  const read = readManifests(files)
  if (!read.ok) return read
  const changed = read.value
  const given = new Set(changed.map(keyOf))
  const others = stored.flatMap((one) => {
    if (given.has(`${one.kind} "${one.name}"`)) return []
    const kept = readManifests([
      { name: `${one.kind}/${one.name}`, directory: '/', text: JSON.stringify(one.document) },
    ])
    return kept.ok ? kept.value : []
  })
  const sources = new Set(files.map(({ name }) => name))
  const faults = checkManifests([...changed, ...others]).filter(({ place }) =>
    sources.has(place.source ?? ''),
  )
  if (faults.length > 0)
    return {
      ok: false,
      error: problem('manifest-invalid', 'The changed manifests do not fit the service.', faults),
    }
  const name = recorded.service.name
  const resolved = resolveServices([...changed, ...others]).find(({ service }) => service.name === name)
  const relevant = changed.filter((one) => concerns(one, name))
  if (resolved === undefined || relevant.length === 0) {
    const detail = `The files change nothing of service "${name}": they have no agreement on it, not itself, and no instance type.`
    return { ok: false, error: problem('usage', detail) }
  }
  return ok({
    service: servicePut(recorded.service, resolved.service, relevant),
    agreements: agreementsPut(recorded.agreements, resolved.agreements, relevant),
    changed: relevant.map(keyOf),
  })
}

const keyOf = ({ manifest: { kind, metadata } }: ParsedManifest): string => `${kind} "${metadata.name}"`

function concerns({ manifest }: ParsedManifest, service: Service['name']): boolean {
  switch (manifest.kind) {
    case 'Agreement':
      return manifest.spec.service === service
    case 'Service':
      return manifest.metadata.name === service
    case 'InstanceType':
      return true
    case 'Offer':
    case 'Owner':
    case 'Source':
    case 'Rule':
    case 'Watch':
      return false
  }
}

/** A service that was not changed stays as it is on record, whatever it is now. */
function servicePut(recorded: Service, resolved: Service, changed: readonly ParsedManifest[]): Service {
  return changed.some(({ manifest: { kind } }) => kind === 'Service' || kind === 'InstanceType')
    ? resolved
    : recorded
}

/** The changed ones count all the time: the question is what would have been, had they been in force. */
function agreementsPut(
  recorded: readonly Agreement[],
  resolved: readonly Agreement[],
  changed: readonly ParsedManifest[],
): readonly Agreement[] {
  const names = new Set(
    changed.flatMap(({ manifest: { kind, metadata } }) =>
      kind === 'Agreement' ? [String(metadata.name)] : [],
    ),
  )
  return [
    ...recorded.filter(({ name }) => !names.has(name)),
    ...resolved.filter(({ name }) => names.has(name)).map((agreement) => ({ ...agreement, from: null })),
  ]
}
