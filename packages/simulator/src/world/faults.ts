/** What goes wrong in a run, as data; times are since the run began, `to` is when it is over. */
import type { DurationMs, PartName, ServiceName } from '@holdfast/core/units'

export type Fault = InstanceFault | LastingFault | BadDeploy

/** Happens to instances once, or all the time. */
export type InstanceFault =
  /** One ready instance of the part fails for good. */
  | { readonly kind: 'lost-instance'; readonly part: PartName; readonly at: DurationMs }
  /** Each ready instance fails for good at this mean rate. */
  | { readonly kind: 'failures'; readonly perInstanceHour: number }
  /** One ready instance of the part takes `factor` times as long for as long as it lives, on a host that is well. */
  | {
      readonly kind: 'slow-instance'
      readonly part: PartName
      readonly factor: number
      readonly at: DurationMs
    }

/** Holds from then until then. */
export type LastingFault = { readonly from: DurationMs; readonly to: DurationMs } & (
  | OfPart
  | OfHost
  /** Clients send `factor` times the load. */
  | { readonly kind: 'surge'; readonly factor: number }
)

/** Something is wrong with the program of a part, or with what it works with. */
export type OfPart = { readonly part: PartName } & (
  | { readonly kind: 'slow-code'; readonly factor: number }
  /** Calls to an outside service, which are part of the own service time, take that much longer; it is not kept itself. */
  | { readonly kind: 'slow-dependency'; readonly service: ServiceName; readonly addedMs: number }
  /**
   * Operations that are served at once wait for each other: of n of them each takes 1 + contention·(n − 1) times as
   * long (Gunther's law of scalability), so that more instances make it worse.
   */
  | { readonly kind: 'lock'; readonly contention: number }
  /**
   * Each operation that an instance serves, and each hour that it runs, makes the next ones take longer by these
   * shares, until it restarts; it crashes by itself once operations take `crashesAt` times as long.
   */
  | {
      readonly kind: 'leak'
      readonly perOperation: number
      readonly perHour: number
      readonly crashesAt: number | null
    }
  /** Instances that get ready begin `factor` times as slow, and reach their speed along a straight line. */
  | { readonly kind: 'cold-start'; readonly factor: number; readonly warmUp: DurationMs }
  /** Each ready instance crashes at this mean rate, and is started again by the platform. */
  | { readonly kind: 'crashes'; readonly perInstanceHour: number }
)

/** Something takes this share of its time from the host of the part's first ready instance. */
export type OfHost = { readonly part: PartName; readonly share: number } & (
  | { readonly kind: 'noisy-neighbour' }
  | { readonly kind: 'throttled-host' }
)

/** From then on the part has another revision, whose instances are slower or fail a share of operations. */
export interface BadDeploy {
  readonly kind: 'bad-deploy'
  readonly part: PartName
  readonly revision: string
  readonly factor: number
  readonly failedShare: number
  readonly at: DurationMs
}

export const failuresPerHour = (faults: readonly Fault[]): number =>
  faults.reduce((sum, fault) => sum + (fault.kind === 'failures' ? fault.perInstanceHour : 0), 0)
