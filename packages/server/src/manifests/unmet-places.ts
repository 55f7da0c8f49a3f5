/**
 * What a stored agreement says of places and this platform does not follow: the server may have been started
 * elsewhere since it was applied. Its service is kept as it is, so this is only said.
 */
import { checkRegions, otherOwners, wantsHostAlone, type Region } from './check-places.ts'
import type { ParsedManifest } from './manifest.ts'

export interface Host {
  readonly region: Region
  /** Whose services run on it. */
  readonly owners: readonly (string | null)[]
}

/** In words that name no other owner. */
export function unmetPlaces(
  agreement: ParsedManifest,
  owner: string | null,
  { region, owners }: Host,
): readonly string[] {
  const isShared = wantsHostAlone(agreement) && owners.some((one) => one !== owner)
  const faults = [...checkRegions(agreement, region), ...(isShared ? [otherOwners(agreement, null)] : [])]
  return faults.map(({ message }) => message)
}
