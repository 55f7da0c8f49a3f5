/**
 * The port to whatever runs instances. Everything is idempotent: starting an instance that runs and
 * stopping one that is gone both succeed, so that the loop can reconcile again after any crash.
 */
import type { HostFigures, InstancePhase } from '@holdfast/core/health'
import type { DurationMs, EpochMs, InstanceId, PartName, ServiceName } from '@holdfast/core/units'

/** All that is needed to start an instance; nothing is left to be chosen by the platform but the address. */
export interface InstanceSpec {
  readonly id: InstanceId
  readonly service: ServiceName
  readonly part: PartName
  readonly revision: string
  readonly run: RunSpec
  /** Base URL of each part that this one may call, through the gateway. */
  readonly peers: Readonly<Record<string, string>>
}

export interface RunSpec {
  readonly command: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  /** How the platform learns that the instance serves; without a path it is ready once it listens. */
  readonly readiness: Readiness
  readonly drain: DurationMs
}

export type Readiness =
  | { readonly kind: 'http'; readonly path: string; readonly within: DurationMs }
  | { readonly kind: 'listening'; readonly within: DurationMs }
  /** For programs that serve nothing, such as a load generator or a batch job. */
  | { readonly kind: 'running' }

export interface PlatformInstance {
  readonly id: InstanceId
  readonly service: ServiceName
  readonly part: PartName
  readonly revision: string
  readonly phase: InstancePhase
  readonly phaseSince: EpochMs
  readonly restarts: number
  /** Where it answers; null while it has no address. */
  readonly address: { readonly host: string; readonly port: number } | null
  /** Its process on this machine, which leads all that it started; null while it has none, or none that is known here. */
  readonly pid: number | null
  /** Why it is where it is, in words: "exited with code 1 after 230 ms; starts again in 4 s". */
  readonly says: string
}

export interface PlatformLimits {
  /** Instances that this platform will run at most; further ones are refused. */
  readonly instances: number
}

export interface Platform extends AsyncDisposable {
  readonly name: string
  readonly limits: PlatformLimits
  list(): Promise<readonly PlatformInstance[]>
  /** What instances got of their hosts since it was last asked; those of which nothing is known are left out. */
  hostFigures(): Promise<ReadonlyMap<InstanceId, HostFigures>>
  start(spec: InstanceSpec): Promise<Outcome>
  /** Drains for at most the spec's time, then ends the instance and all that it started. */
  stop(id: InstanceId): Promise<Outcome>
  /** Calls the listener whenever an instance changes its phase or address; returns how to stop watching. */
  watch(listener: (instance: PlatformInstance) => void): () => void
}

export type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly says: string }
