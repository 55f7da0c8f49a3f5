/**
 * Turns counts into the very instances that should be, the way a Deployment does: what has failed is replaced,
 * what goes first is what is not ready yet and then the youngest, and a new revision comes in one by one,
 * each old instance going once a new one is ready.
 */
import type { Part, Service } from '@holdfast/core/agreement'
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstancePhase } from '@holdfast/core/health'
import { instanceIdOf, type InstanceId } from '@holdfast/core/units'

export interface ReplicaInput {
  readonly service: Service
  readonly counts: InstanceCounts
  readonly desired: readonly DesiredInstance[]
  /** Of the instances that are there. */
  readonly phases: ReadonlyMap<InstanceId, InstancePhase>
  /** Larger with each call that starts instances, so that their names are new. */
  readonly generation: number
}

export const desiredFor = (input: ReplicaInput): readonly DesiredInstance[] =>
  input.service.parts.flatMap((part) => desiredOf(part, input))

function desiredOf(part: Part, input: ReplicaInput): readonly DesiredInstance[] {
  const { service, counts, desired, phases, generation } = input
  const isOld = ({ revision }: DesiredInstance): boolean => revision !== part.revision
  const isReady = ({ id }: DesiredInstance): boolean => phases.get(id) === 'ready'
  const rank = (instance: DesiredInstance): number => (isReady(instance) ? 0 : 2) + (isOld(instance) ? 1 : 0)

  const wanted = Math.max(0, Math.round(counts[part.name] ?? 0))
  // While the revision changes one more is there, until it is ready.
  const target = (all: readonly DesiredInstance[]): number => (all.some(isOld) ? wanted + 1 : wanted)
  const kept = desired.filter(({ id, part: of }) => of === part.name && phases.get(id) !== 'failed')
  const room = kept.every(isReady) ? wanted : target(kept)
  const staying = kept.toSorted((a, b) => rank(a) - rank(b)).slice(0, room)
  const started = Array.from({ length: Math.max(0, target(staying) - staying.length) }, (_, i) => ({
    id: instanceIdOf(service.name, part.name, generation, i + 1),
    part: part.name,
    instanceType: part.instanceType,
    revision: part.revision,
  }))
  return [...kept.filter((instance) => staying.includes(instance)), ...started]
}
