/**
 * Judges deletions by the server's own rules, over what the key may see, each as if those before it had been
 * carried out; nothing is changed. The server has the last word when it is asked to delete.
 */
import type { Result } from '@holdfast/core/units'
import { problemDocument } from '../../errors/index.ts'
import type { ManifestView } from '../../http/api.ts'
import { judgeDeletion } from '../../http/changes/delete-one.ts'
import { knownFromViews } from '../../http/changes/known-manifests.ts'
import type { ApiClient } from '../client.ts'
import type { ProblemDocument } from '../failure.ts'
import type { Answer } from '../http.ts'

export type DryDeletion = (ref: Pick<ManifestView, 'kind' | 'name'>) => Result<void, ProblemDocument>

export async function dryDeletion(api: Pick<ApiClient, 'whoami' | 'allManifests'>): Answer<DryDeletion> {
  const identity = await api.whoami()
  if (!identity.ok) return identity
  const manifests = await api.allManifests()
  if (!manifests.ok) return manifests
  let known = knownFromViews(manifests.value)
  return {
    ok: true,
    value: (ref) => {
      const judged = judgeDeletion(identity.value, known, ref)
      if (!judged.ok) return { ok: false, error: problemDocument(judged.error) }
      known = known.filter((one) => one !== judged.value)
      return { ok: true, value: undefined }
    },
  }
}
