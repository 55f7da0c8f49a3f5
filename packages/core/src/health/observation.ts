/**
 * What was sensed of one service over one span: the only thing a decision may look at.
 * Everything here is a summary, so that the journal can keep exactly what the decision saw
 * and the decision can be made again from it to the byte.
 */
import type { EpochMs, InstanceId, LevelName, PartName, ServiceName } from '../units/index.ts'

/** Half-open: `from` belongs to the span, `to` to the next one. */
export interface Span {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** A distribution of times in milliseconds, as far as decisions need it. */
export interface TimeSummary {
  readonly count: number
  readonly meanMs: number
  /** Variance divided by the squared mean: 0 for constant times, 1 for exponential ones. */
  readonly squaredVariation: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/**
 * Operations (or samples) that met a level's limit and those that did not: exact, never estimated. The name says
 * which level it is: no two agreements on one service have levels of one name.
 */
export interface LevelCount {
  readonly level: LevelName
  readonly met: number
  readonly missed: number
}

/** starting → ready → draining → gone; backing-off: it ended unasked and waits for its restart; failed: given up. */
export type InstancePhase = 'starting' | 'ready' | 'draining' | 'backing-off' | 'failed'

export interface InstanceObservation {
  readonly id: InstanceId
  readonly part: PartName
  /** Names what the instance was started from; differs from the part's when the manifest has changed since. */
  readonly revision: string
  readonly phase: InstancePhase
  readonly phaseSince: EpochMs
  readonly restarts: number
  readonly completed: number
  readonly failed: number
  readonly inFlight: number
  /** Mean own service time in the span; null when nothing was completed. */
  readonly serviceMeanMs: number | null
  /** Null where the platform does not say what it runs on. */
  readonly host: HostFigures | null
}

/** What an instance got of its host in the span; null where nothing measures it. */
export interface HostFigures {
  readonly host: string
  /** Share of the span in which the instance was ready to run and its quota kept it from it. */
  readonly throttledShare: number | null
  /** Share of the span for which it would have run and its host was kept from running, by what runs beside that. */
  readonly stealShare: number | null
}

export interface PartObservation {
  readonly part: PartName
  readonly arrivals: number
  readonly completed: number
  /** By what an instance did. */
  readonly failed: number
  /** As no instance had room; the part's program is not to blame. */
  readonly refused: number
  /** Operations waiting for an instance at the end of the span. */
  readonly queued: number
  /** Mean number of operations inside the part over the span, waiting or in service. */
  readonly inPartMean: number
  /** The part's own service time: without waiting and without calls to other parts. */
  readonly service: TimeSummary
  readonly waiting: TimeSummary
  readonly instances: readonly InstanceObservation[]
}

export interface ServiceObservation {
  readonly service: ServiceName
  readonly span: Span
  /** False when a source did not answer for all of the span; then nothing may be taken away. */
  readonly complete: boolean
  readonly arrivals: number
  readonly completed: number
  /** As clients see it: by an instance, or refused as none had room. */
  readonly failed: number
  readonly response: TimeSummary
  readonly levels: readonly LevelCount[]
  readonly parts: readonly PartObservation[]
  /**
   * What nobody tells of, now or lately, so that zero says nothing: how operations fare, or who waits for an instance.
   * Absent where all is told.
   */
  readonly untold?: readonly Untold[]
}

export type Untold = 'operations' | 'waiting'
