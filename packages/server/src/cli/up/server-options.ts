/** What `holdfast up` was told, and how much a machine runs where nobody said it. */
import type { Region } from '../../manifests/index.ts'
import type { OtlpOptions } from './otlp-options.ts'

/** More processes than this one machine does not run well. */
export const MAX_INSTANCES = 500

export interface ServerOptions {
  readonly directory: string
  /** Null keeps everything in the data directory. */
  readonly store: string | null
  readonly port: number
  readonly gatewayPort: number
  /** All that run at once; null for as many as one machine runs well. */
  readonly maxInstances: number | null
  /** Where this machine is; null where nobody said it. */
  readonly region: Region
  /** Where health goes to shared memory; null for nowhere. */
  readonly mmv: string | null
  readonly otlp: OtlpOptions
  /** The file of keys that tokens are signed with; null for one in the data directory. */
  readonly tokenKeys: string | null
  readonly version: string
  /** Keeps the log off the terminal: it goes to a file in the data directory. */
  readonly quiet: boolean
}
