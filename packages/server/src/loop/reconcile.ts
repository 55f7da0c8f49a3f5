/**
 * Compares what should be with what is and says which starts and stops make them equal. It is asked after
 * every tick and after every crash; when both agree it asks for nothing.
 */
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstanceId } from '@holdfast/core/units'
import type { PlatformInstance } from '../platforms/platform.ts'

export interface Reconciliation {
  readonly starts: readonly DesiredInstance[]
  readonly stops: readonly InstanceId[]
}

export function reconcile(
  desired: readonly DesiredInstance[],
  present: readonly PlatformInstance[],
): Reconciliation {
  const wanted = new Set(desired.map(({ id }) => id))
  const running = new Set(present.map(({ id }) => id))
  return {
    starts: desired.filter(({ id }) => !running.has(id)),
    stops: present.filter(({ id, phase }) => !wanted.has(id) && phase !== 'draining').map(({ id }) => id),
  }
}
