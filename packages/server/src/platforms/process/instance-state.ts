/** The words of an instance's life: the stages that it can be in, what can happen, and what is to be done. */
import type { InstancePhase } from '@holdfast/core/health'
import type { DurationMs, EpochMs } from '@holdfast/core/units'
import type { Readiness } from '../platform.ts'
import type { Ending } from './instance-words.ts'

/** What of an instance's specification its life depends on. */
export interface LifePolicy {
  readonly readiness: Readiness
  readonly drain: DurationMs
}

/** What lasts through all stages. */
export interface Lasting {
  readonly phaseSince: EpochMs
  readonly restarts: number
  /** Failures since it last ran long enough to be taken as sound. */
  readonly failures: number
  readonly says: string
}

export type InstanceState = Lasting &
  (
    | { readonly stage: 'spawning'; readonly portRetries: number }
    | {
        readonly stage: 'probing'
        readonly port: number
        readonly portRetries: number
        readonly startedAt: EpochMs
        readonly readyBy: EpochMs
      }
    | { readonly stage: 'ready'; readonly port: number; readonly startedAt: EpochMs }
    /** It did not get ready in time and is being ended, to be started again. */
    | { readonly stage: 'ending'; readonly killAt: EpochMs | null; readonly startedAt: EpochMs }
    | { readonly stage: 'backing-off'; readonly until: EpochMs }
    | { readonly stage: 'failed' }
    | { readonly stage: 'draining'; readonly port: number | null; readonly killAt: EpochMs | null }
    | { readonly stage: 'gone' }
  )

export type Stage = InstanceState['stage']

export type InstanceEvent =
  | { readonly kind: 'spawned'; readonly port: number }
  | { readonly kind: 'spawn-failed'; readonly says: string }
  | { readonly kind: 'answered' }
  /** All that it started has ended too. The port is taken when another program holds it. */
  | (Ending & { readonly kind: 'exited'; readonly portTaken: boolean })
  | { readonly kind: 'deadline' }
  | { readonly kind: 'stop' }

export type EventKind = InstanceEvent['kind']

/**
 * spawn: find a port, record the intent, start the process. probe: ask until it is ready.
 * record: write down what is known. terminate, kill: signal the whole group. forget: drop the record.
 */
export type Effect = 'spawn' | 'probe' | 'record' | 'terminate' | 'kill' | 'forget'

export interface Step {
  readonly state: InstanceState
  readonly effects: readonly Effect[]
}

export type StateAt<S extends Stage> = Extract<InstanceState, { readonly stage: S }>
export type EventOf<E extends EventKind> = Extract<InstanceEvent, { readonly kind: E }>

/** When the state is to be given the event "deadline"; null when it waits for nothing. */
export function deadlineOf(state: InstanceState): EpochMs | null {
  switch (state.stage) {
    case 'probing':
      return state.readyBy
    case 'backing-off':
      return state.until
    case 'ending':
    case 'draining':
      return state.killAt
    case 'spawning':
    case 'ready':
    case 'failed':
    case 'gone':
      return null
  }
}

const phases: Record<Stage, InstancePhase> = {
  spawning: 'starting',
  probing: 'starting',
  ready: 'ready',
  ending: 'backing-off',
  'backing-off': 'backing-off',
  failed: 'failed',
  draining: 'draining',
  gone: 'draining',
}

export const phaseOf = (state: InstanceState): InstancePhase => phases[state.stage]

/** Where a live process of the instance may be reached. */
export function portOf(state: InstanceState): number | null {
  return 'port' in state ? state.port : null
}
