/**
 * Which versions of an agreement count now or will (A3.7). From its beginning on a version stands in the place of
 * all that were applied before it, also of one that would have begun later still: what was applied last is meant.
 * So the beginnings of those that are left rise with their versions.
 */
import type { EpochMs } from '@holdfast/core/units'
import type { Problem } from '../errors/index.ts'
import { manifestsOf, type ParsedManifest } from './manifest.ts'
import { readStored } from './read-manifests.ts'
import type { JsonValue } from './text/json-value.ts'

/** A version as a store keeps it. */
export interface StoredVersion {
  readonly name: string
  readonly version: number
  readonly document: string
  readonly appliedAt: EpochMs
}

/** Of the versions of any agreements, oldest first; what cannot be read is reported and left out. */
export function standingAgreements<Version extends StoredVersion>(
  versions: readonly Version[],
  now: EpochMs,
  unreadable: (version: Version, fault: Problem) => void = () => {},
): readonly ParsedManifest[] {
  const byName = Map.groupBy(versions, ({ name }) => name)
  return [...byName.values()].flatMap((ofOne) => standingOf(ofOne, now, unreadable))
}

/** Read from the newest back to the one in force, so that nothing older needs to be readable. */
function standingOf<Version extends StoredVersion>(
  versions: readonly Version[],
  now: EpochMs,
  unreadable: (version: Version, fault: Problem) => void,
): readonly ParsedManifest[] {
  const standing: ParsedManifest[] = []
  let earliest = Infinity
  for (const [index, one] of [...versions.entries()].toReversed()) {
    // The first one holds for all of the time before; a later one for what came after it was applied.
    const read = readStored(
      JSON.parse(one.document) as JsonValue,
      one.version,
      index === 0 ? null : one.appliedAt,
    )
    if (!read.ok) {
      unreadable(one, read.error)
      continue
    }
    const begins = beginningOf(read.value) ?? -Infinity
    if (begins >= earliest) continue
    standing.unshift(read.value)
    earliest = begins
    if (begins <= now) break
  }
  return standing
}

/** From when on an agreement's version counts; null for always. */
export function beginningOf(parsed: ParsedManifest): EpochMs | null {
  const [agreement] = manifestsOf([parsed], 'Agreement')
  return agreement?.manifest.spec.from ?? parsed.since
}
