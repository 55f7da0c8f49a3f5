/**
 * One instance's life as a pure table: (state, event, now) → state' and the effects that the shell is to
 * carry out, in order. Every stage has an answer to every event, so that nothing that happens late or
 * twice can surprise it: what has no meaning in a stage leaves the very same state.
 *
 *   spawning → probing → ready ──stop──► draining → gone
 *      ▲          │ late   │ exit
 *      │          ▼        ▼
 *      └─────── ending → backing-off → … → failed
 */
import type { InstancePhase } from '@holdfast/core/health'
import { addDuration, elapsed, formatDuration, type EpochMs } from '@holdfast/core/units'
import { backOff, FAILURES_IN_A_ROW, SOUND_AFTER } from './back-off.ts'
import {
  phaseOf,
  type Effect,
  type EventKind,
  type EventOf,
  type InstanceEvent,
  type InstanceState,
  type Lasting,
  type LifePolicy,
  type Stage,
  type StateAt,
  type Step,
} from './instance-state.ts'
import { endedAfter, missedReadiness, waitsFor, withLastLine } from './instance-words.ts'

type Handler<S extends Stage, E extends EventKind> = (
  state: StateAt<S>,
  event: EventOf<E>,
  now: EpochMs,
  policy: LifePolicy,
) => Step
type Table = { readonly [S in Stage]: { readonly [E in EventKind]: Handler<S, E> } }

/** A port that another program took between its choice and its use is no fault of the instance: these tries are free. */
export const PORT_RETRIES = 5

const ignore = (state: InstanceState): Step => ({ state, effects: [] })

const table: Table = {
  spawning: {
    spawned: (state, { port }, now, policy) =>
      running(state, { port, portRetries: state.portRetries, startedAt: now }, now, policy),
    'spawn-failed': (state, { says }, now) => failure(state, now, null, says),
    answered: ignore,
    exited: ignore,
    deadline: ignore,
    stop: (state, _event, now) => draining(state, { port: null, killAt: null }, now, ['record']),
  },
  probing: {
    spawned: ignore,
    'spawn-failed': ignore,
    answered: (state, _event, now) => ({
      state: {
        ...lasting(state, now, 'ready', 'ready'),
        stage: 'ready',
        port: state.port,
        startedAt: state.startedAt,
      },
      effects: [],
    }),
    exited: (state, event, now) =>
      event.portTaken && state.portRetries < PORT_RETRIES
        ? {
            state: {
              ...lasting(state, now, 'starting', `port ${state.port} was taken meanwhile; tries another`),
              stage: 'spawning',
              portRetries: state.portRetries + 1,
            },
            effects: ['spawn'],
          }
        : failure(state, now, state.startedAt, endedAfter(event, state.startedAt, now)),
    deadline: (state, _event, now, policy) => ({
      state: {
        ...lasting(state, now, 'backing-off', `${missedReadiness(policy.readiness)}; it is being ended`),
        stage: 'ending',
        startedAt: state.startedAt,
        killAt: addDuration(now, policy.drain),
      },
      effects: ['terminate'],
    }),
    stop: (state, _event, now, policy) => drainingFrom(state, now, policy),
  },
  ready: {
    spawned: ignore,
    'spawn-failed': ignore,
    answered: ignore,
    exited: (state, event, now) =>
      failure(state, now, state.startedAt, endedAfter(event, state.startedAt, now)),
    deadline: ignore,
    stop: (state, _event, now, policy) => drainingFrom(state, now, policy),
  },
  ending: {
    spawned: ignore,
    'spawn-failed': ignore,
    answered: ignore,
    exited: (state, event, now, policy) =>
      failure(state, now, state.startedAt, withLastLine(missedReadiness(policy.readiness), event.lastLine)),
    deadline: (state) => ({ state: { ...state, killAt: null }, effects: ['kill'] }),
    stop: (state, _event, now) => draining(state, { port: null, killAt: state.killAt }, now, ['record']),
  },
  'backing-off': {
    spawned: ignore,
    'spawn-failed': ignore,
    answered: ignore,
    exited: ignore,
    deadline: (state, _event, now) => ({
      state: {
        ...lasting(state, now, 'starting', 'starts again'),
        stage: 'spawning',
        restarts: state.restarts + 1,
        portRetries: 0,
      },
      effects: ['spawn'],
    }),
    stop: gone,
  },
  failed: {
    spawned: ignore,
    'spawn-failed': ignore,
    answered: ignore,
    exited: ignore,
    deadline: ignore,
    stop: gone,
  },
  draining: {
    spawned: (state, { port }, now, policy) =>
      draining(state, { port, killAt: addDuration(now, policy.drain) }, now, ['terminate']),
    'spawn-failed': gone,
    answered: ignore,
    exited: gone,
    deadline: (state) => ({ state: { ...state, killAt: null }, effects: ['kill'] }),
    stop: ignore,
  },
  gone: {
    spawned: ignore,
    'spawn-failed': ignore,
    answered: ignore,
    exited: ignore,
    deadline: ignore,
    stop: ignore,
  },
}

export function transition(
  state: InstanceState,
  event: InstanceEvent,
  now: EpochMs,
  policy: LifePolicy,
): Step {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table is total and its keys name these very types
  const handler = table[state.stage][event.kind] as Handler<Stage, EventKind>
  return handler(state, event, now, policy)
}

/** A new instance, before anything was done for it. */
export function born(now: EpochMs): Step {
  return {
    state: {
      stage: 'spawning',
      phaseSince: now,
      restarts: 0,
      failures: 0,
      says: 'is being started',
      portRetries: 0,
    },
    effects: ['spawn'],
  }
}

/** What a record tells of a life that a predecessor watched. */
export interface FormerLife {
  readonly restarts: number
  readonly failures: number
  readonly stopping: boolean
  /** Null when its process is no more. */
  readonly process: { readonly port: number; readonly startedAt: EpochMs } | null
}

/** Takes up the life of an instance where a predecessor left it. */
export function resumed(former: FormerLife, now: EpochMs, policy: LifePolicy): Step {
  const base = { phaseSince: now, restarts: former.restarts, failures: former.failures }
  if (former.process === null) {
    if (former.stopping)
      return gone({ ...base, stage: 'failed', says: 'ended while nobody watched' }, null, now)
    if (former.failures >= FAILURES_IN_A_ROW)
      return ignore({ ...base, stage: 'failed', says: `failed ${former.failures} times in a row` })
    const says = 'ended while nobody watched; starts again'
    return {
      state: { ...base, stage: 'spawning', restarts: former.restarts + 1, says, portRetries: 0 },
      effects: ['spawn'],
    }
  }
  const from: InstanceState = { ...base, stage: 'spawning', says: 'found running', portRetries: 0 }
  const step = running(from, { ...former.process, portRetries: PORT_RETRIES }, now, policy)
  if (former.stopping) return transition(step.state, { kind: 'stop' }, now, policy)
  // The process may have been found without being recorded.
  return { ...step, effects: ['record', ...step.effects] }
}

interface Started {
  readonly port: number
  readonly portRetries: number
  readonly startedAt: EpochMs
}

function running(state: InstanceState, started: Started, now: EpochMs, policy: LifePolicy): Step {
  const { readiness } = policy
  if (readiness.kind === 'running') {
    const { port, startedAt } = started
    return {
      state: { ...lasting(state, now, 'ready', 'running'), stage: 'ready', port, startedAt },
      effects: [],
    }
  }
  return {
    state: {
      ...lasting(state, now, 'starting', waitsFor(readiness, started.port)),
      stage: 'probing',
      ...started,
      readyBy: addDuration(now, readiness.within),
    },
    effects: ['probe'],
  }
}

function failure(state: InstanceState, now: EpochMs, startedAt: EpochMs | null, why: string): Step {
  const sound = startedAt !== null && elapsed(startedAt, now) >= SOUND_AFTER
  const failures = sound ? 1 : state.failures + 1
  if (failures >= FAILURES_IN_A_ROW) {
    const says = `${why}; given up after ${failures} failures in a row`
    return {
      state: { ...lasting(state, now, 'failed', says), failures, stage: 'failed' },
      effects: ['record'],
    }
  }
  const wait = backOff(failures)
  const says = `${why}; starts again in ${formatDuration(wait)}`
  return {
    state: {
      ...lasting(state, now, 'backing-off', says),
      failures,
      stage: 'backing-off',
      until: addDuration(now, wait),
    },
    effects: ['record'],
  }
}

function drainingFrom(state: StateAt<'probing' | 'ready'>, now: EpochMs, policy: LifePolicy): Step {
  const killAt = addDuration(now, policy.drain)
  return draining(state, { port: state.port, killAt }, now, ['record', 'terminate'])
}

function draining(
  state: InstanceState,
  to: { readonly port: number | null; readonly killAt: EpochMs | null },
  now: EpochMs,
  effects: readonly Effect[],
): Step {
  return {
    state: { ...lasting(state, now, 'draining', 'finishes what it has'), stage: 'draining', ...to },
    effects,
  }
}

function gone(state: InstanceState, _event: unknown, now: EpochMs): Step {
  return { state: { ...lasting(state, now, 'draining', 'gone'), stage: 'gone' }, effects: ['forget'] }
}

/** Carries over what lasts; the phase's age starts anew only when the phase is another one. */
function lasting(state: InstanceState, now: EpochMs, phase: InstancePhase, says: string): Lasting {
  return {
    phaseSince: phaseOf(state) === phase ? state.phaseSince : now,
    restarts: state.restarts,
    failures: state.failures,
    says,
  }
}
