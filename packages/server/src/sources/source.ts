/**
 * The port to whatever tells of a service: a source. It is opened as its manifest says and asked for one round after
 * the other; what it learns goes to its sink. What is pushed comes without being asked and needs no round.
 */
import type { SeriesSink, SourceFault } from '@holdfast/core/health'
import type { DurationMs, EpochMs, InstanceId, PartName, ServiceName, SourceName } from '@holdfast/core/units'

import type { SourceMemory } from './source-memory.ts'

/** A source as it is declared, with every default filled in. */
export interface DeclaredSource {
  readonly name: SourceName
  readonly service: ServiceName
  /** What it tells of; null for the whole service. */
  readonly part: PartName | null
  readonly every: DurationMs
  /** A round takes no longer. */
  readonly timeout: DurationMs
  readonly reads: SourceReads
}

export type SourceReads =
  | { readonly kind: 'prometheus'; readonly scrape: PrometheusReads }
  | { readonly kind: 'probe'; readonly probe: ProbeReads }
  | { readonly kind: 'plugin'; readonly plugin: PluginReads }
  | { readonly kind: 'log'; readonly log: LogReads }
  | { readonly kind: 'host'; readonly host: HostReads }
  | { readonly kind: 'benchmark'; readonly benchmark: BenchmarkReads }

/** An address that is written, or a path of every instance of the source's part. */
export type Target =
  | { readonly at: 'url'; readonly url: string }
  | { readonly at: 'instances'; readonly path: string }

export interface PrometheusReads {
  readonly target: Target
  /** A file with the bearer token, read with every round; null for none. */
  readonly tokenFile: string | null
}

export type ProbeReads =
  | {
      readonly kind: 'http'
      readonly target: Target
      readonly method: 'GET' | 'HEAD' | 'POST'
      readonly headers: Readonly<Record<string, string>>
      readonly body: string | null
      readonly expect: HttpExpectation
    }
  /** `expect`: what its first bytes must contain; null where it is enough that it answers. */
  | {
      readonly kind: 'tcp'
      readonly host: string
      readonly port: number
      readonly send: string | null
      readonly expect: string | null
    }
  | {
      readonly kind: 'dns'
      readonly name: string
      readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'SRV'
      /** host or host:port; null for the machine's own. */
      readonly server: string | null
      /** One answer must be so; null where any will do. */
      readonly expect: string | null
    }
  /** Up where it ends with 0. */
  | { readonly kind: 'command'; readonly run: CommandReads }

export interface HttpExpectation {
  /** Codes as 200, or classes as 2xx. */
  readonly status: readonly string[]
  /** A regular expression that the first 64 kB of the body must match; null where any will do. */
  readonly body: string | null
}

export interface CommandReads {
  readonly command: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
}

export interface PluginReads {
  readonly run: CommandReads
  /** nagios: exit code and performance data; prometheus: text; json: an object of numbers. */
  readonly output: 'nagios' | 'prometheus' | 'json'
}

export interface LogReads {
  readonly file: string
  readonly format: LogFormat
}

export type LogFormat =
  /** As nginx and Apache write it; `$request_time` in seconds may follow at the end. */
  | { readonly kind: 'combined' }
  | { readonly kind: 'json'; readonly fields: LogFields }
  | { readonly kind: 'logfmt'; readonly fields: LogFields }
  /** A regular expression with a named group for each field. */
  | { readonly kind: 'pattern'; readonly pattern: string; readonly durationUnit: DurationUnit }

export type DurationUnit = 's' | 'ms' | 'us' | 'ns'

/** Which key of a line holds what; null for none. */
export interface LogFields {
  readonly time: string | null
  readonly method: string | null
  readonly path: string | null
  readonly status: string | null
  readonly duration: string | null
  readonly durationUnit: DurationUnit
  readonly class: string | null
  readonly client: string | null
}

export interface HostReads {
  /** A directory below /sys/fs/cgroup whose processes are meant; null for the whole host. */
  readonly cgroup: string | null
  /** Whether each instance of the part is told of as well, by its process. */
  readonly instances: boolean
}

/** An experiment on instances that serve nobody else, to learn what one of them can do. */
export interface BenchmarkReads {
  /** Sent in turn to the part; never more of them than the experiment needs. */
  readonly requests: readonly BenchmarkRequest[]
  /** How long the experiment may take. */
  readonly length: DurationMs
  /** How long after one the next one begins. */
  readonly again: DurationMs
}

export interface BenchmarkRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly body: string | null
}

/** An instance as sources see it. */
export interface SourceInstance {
  readonly id: InstanceId
  readonly part: PartName
  /** Null while it has no address. */
  readonly address: { readonly host: string; readonly port: number } | null
  /** The process that the platform started; null where there is none or it is not known. */
  readonly pid: number | null
}

export interface SourceGiven {
  readonly declared: DeclaredSource
  readonly sink: SeriesSink
  readonly memory: SourceMemory
  /** The instances that there are of the source's service, those that drain included. */
  readonly instances: () => Promise<readonly SourceInstance[]>
}

export interface OpenedSource extends AsyncDisposable {
  /**
   * One round, at an instant; ends soon after the signal is aborted. Rejects with a SourceError where it has learned
   * nothing; what is wrong with some of it alone is a fault of the sink.
   */
  round(at: EpochMs, signal: AbortSignal): Promise<void>
}

/** Why a round failed, in one sentence that says what to look at. */
export class SourceError extends Error {
  readonly kind: SourceFault

  constructor(kind: SourceFault, says: string) {
    super(says)
    this.name = 'SourceError'
    this.kind = kind
  }
}

export const asSourceError = (error: unknown): SourceError =>
  error instanceof SourceError
    ? error
    : new SourceError('failed', error instanceof Error ? error.message : String(error))
