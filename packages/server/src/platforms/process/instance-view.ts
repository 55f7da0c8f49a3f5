/** What the outside sees of an instance, and which changes of it are told to those who watch. */
import type { InstanceSpec, PlatformInstance } from '../platform.ts'
import { phaseOf, portOf, type InstanceState } from './instance-state.ts'

export function viewOf(spec: InstanceSpec, state: InstanceState, pid: number | null): PlatformInstance {
  const { id, service, part, revision, run } = spec
  const { phaseSince, restarts, says } = state
  const port = run.readiness.kind === 'running' ? null : portOf(state)
  const address = port === null ? null : { host: '127.0.0.1', port }
  return { id, service, part, revision, phase: phaseOf(state), phaseSince, restarts, address, pid, says }
}

/** Changes of phase or address, and the last one: that it is gone. */
export function isTold(before: InstanceState, after: InstanceState): boolean {
  return phaseOf(before) !== phaseOf(after) || portOf(before) !== portOf(after) || after.stage === 'gone'
}
