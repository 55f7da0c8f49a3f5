/**
 * A plan is immutable data that leaves no choice to whoever carries it out: the whole set of instances
 * that should be, and each change with its reason. It is based on one generation of that set; by the
 * time another plan was committed it is stale, and the store refuses it.
 */
import type { EpochMs, InstanceId, InstanceTypeName, PartName, ServiceName } from '../units/index.ts'

/** Counts up by one with each committed plan of a service. */
export type Generation = number

export interface DesiredInstance {
  readonly id: InstanceId
  readonly part: PartName
  readonly instanceType: InstanceTypeName
  readonly revision: string
}

export type ReasonCode =
  | 'first-instances'
  | 'load-rises'
  | 'load-falls'
  | 'level-at-risk'
  | 'lost-instance'
  | 'slow-instance'
  | 'new-revision'
  | 'limits-changed'
  | 'part-removed'
  | 'steady'
  | 'held-by-cap'
  | 'held-at-agreed-load'
  | 'held-to-settle'
  | 'held-for-missing-data'
  | 'more-would-not-help'
  | 'idle'
  | 'woken'
  | 'warm-spare'
  /** Instances are short, and others lose more without them; or others yield theirs. */
  | 'yielded'
  | 'given-way'
  | 'batch-pace'
  | 'batch-waits'
  | 'batch-late'
  | 'batch-done'

/** Why something was done or left undone, with the figures it rests on, in words for people. */
export interface Reason {
  readonly code: ReasonCode
  readonly part: PartName | null
  readonly says: string
}

export type Change =
  | { readonly kind: 'start'; readonly instance: DesiredInstance; readonly reason: Reason }
  | { readonly kind: 'stop'; readonly instance: DesiredInstance; readonly reason: Reason }

export interface Plan {
  readonly service: ServiceName
  readonly at: EpochMs
  readonly basedOn: Generation
  readonly generation: Generation
  readonly desired: readonly DesiredInstance[]
  readonly changes: readonly Change[]
}
