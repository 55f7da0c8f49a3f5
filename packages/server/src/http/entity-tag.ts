/** Versions of manifests as entity tags, and the guard that If-Match asks for. */
import { problem, ProblemError } from '../errors/index.ts'
import type { StoredManifest } from '../store/store.ts'
import { inWords } from './visibility.ts'

export const entityTag = (version: number): string => `"${version}"`

/** Null when there is no condition, or it holds. */
export function versionConflict(ifMatch: string | undefined, manifest: StoredManifest): ProblemError | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  if (tags.includes(entityTag(manifest.version))) return null
  const detail = `The ${inWords(manifest)} is at version ${manifest.version}, not at ${ifMatch}.`
  return new ProblemError(problem('version-conflict', detail))
}
