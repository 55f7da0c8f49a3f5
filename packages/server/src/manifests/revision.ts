/** Names what an instance of a part is started from; equal texts in other words have the same name. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@holdfast/core/control'
import type { PartCall } from '@holdfast/core/agreement'
import type { RunSpec } from '../platforms/platform.ts'
import type { ManifestOf } from './manifest.ts'

/** 48 bits: two revisions of one part that meet are one in 10^14. */
const REVISION_DIGITS = 12

/** The price is left out, because a cheaper instance is the same instance; so is how often a part is called. */
export function revisionOf(
  run: RunSpec,
  type: ManifestOf<'InstanceType'>,
  calls: readonly PartCall[],
): string {
  const { cpu, memory } = type.spec
  const peers = calls.map(({ part }) => part).toSorted()
  const startedFrom = canonicalJson({ run, instanceType: type.metadata.name, cpu, memory, peers })
  return createHash('sha256').update(startedFrom).digest('hex').slice(0, REVISION_DIGITS)
}
