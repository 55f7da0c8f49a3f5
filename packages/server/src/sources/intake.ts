/** The port through which what is pushed comes in: OTLP, remote write, and the wrapper of packages/client. */
import type { SeriesSink } from '@holdfast/core/health'
import type { SourceMemory } from './source-memory.ts'
import type { EpochMs, PartName, ServiceName, SourceName } from '@holdfast/core/units'

export interface Intakes {
  /**
   * Where one source of a service writes to; opened when it is asked for first. Null where there is no such service, or
   * where it has too many sources.
   */
  of(service: string, source: SourceName): Intake | null
}

export interface Intake {
  readonly service: ServiceName
  readonly sink: SeriesSink
  /** The part of that name; null where the service has none. */
  part(name: string): PartName | null
  readonly memory: SourceMemory
  /** Something came through. */
  arrived(at: EpochMs): void
  /** Resolves once what was told so far is stored; to false where that fails. Only then it may be acknowledged. */
  stored(): Promise<boolean>
}
