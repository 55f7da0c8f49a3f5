/**
 * Goal: each stage answers each event as it should, and no sequence of events breaks what must always hold.
 * Method: one expectation for every cell of the table, then random sequences.
 */
import { addDuration, durationMs, epochMs, seconds, type EpochMs } from '@holdfast/core/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FAILURES_IN_A_ROW, SOUND_AFTER } from './back-off.ts'
import { born, PORT_RETRIES, resumed, transition } from './instance-process.ts'
import {
  deadlineOf,
  phaseOf,
  portOf,
  type Effect,
  type EventKind,
  type InstanceEvent,
  type InstanceState,
  type LifePolicy,
  type Stage,
} from './instance-state.ts'

const policy: LifePolicy = {
  readiness: { kind: 'http', path: '/readyz', within: seconds(10) },
  drain: seconds(20),
}
const running: LifePolicy = { ...policy, readiness: { kind: 'running' } }

const t0 = epochMs(1_000_000)
const now = epochMs(1_005_000)
const lasting = { phaseSince: t0, restarts: 2, failures: 3, says: 'before' }

const states: { readonly [S in Stage]: Extract<InstanceState, { readonly stage: S }> } = {
  spawning: { ...lasting, stage: 'spawning', portRetries: 0 },
  probing: {
    ...lasting,
    stage: 'probing',
    port: 4_000,
    portRetries: 0,
    startedAt: t0,
    readyBy: epochMs(1_010_000),
  },
  ready: { ...lasting, stage: 'ready', port: 4_000, startedAt: t0 },
  ending: { ...lasting, stage: 'ending', startedAt: t0, killAt: epochMs(1_020_000) },
  'backing-off': { ...lasting, stage: 'backing-off', until: now },
  failed: { ...lasting, stage: 'failed' },
  draining: { ...lasting, stage: 'draining', port: 4_000, killAt: epochMs(1_020_000) },
  gone: { ...lasting, stage: 'gone' },
}

const events: { readonly [E in EventKind]: Extract<InstanceEvent, { readonly kind: E }> } = {
  spawned: { kind: 'spawned', port: 4_001 },
  'spawn-failed': { kind: 'spawn-failed', says: 'could not be started: ENOENT' },
  answered: { kind: 'answered' },
  exited: { kind: 'exited', how: 'exited with code 1', lastLine: 'boom', portTaken: false },
  deadline: { kind: 'deadline' },
  stop: { kind: 'stop' },
}

/** Where an event leads and what is to be done; null where the state must stay the very same. */
type Expected = readonly [Stage, ...Effect[]] | null

const expected: { readonly [S in Stage]: { readonly [E in EventKind]: Expected } } = {
  spawning: {
    spawned: ['probing', 'probe'],
    'spawn-failed': ['backing-off', 'record'],
    answered: null,
    exited: null,
    deadline: null,
    stop: ['draining', 'record'],
  },
  probing: {
    spawned: null,
    'spawn-failed': null,
    answered: ['ready'],
    exited: ['backing-off', 'record'],
    deadline: ['ending', 'terminate'],
    stop: ['draining', 'record', 'terminate'],
  },
  ready: {
    spawned: null,
    'spawn-failed': null,
    answered: null,
    exited: ['backing-off', 'record'],
    deadline: null,
    stop: ['draining', 'record', 'terminate'],
  },
  ending: {
    spawned: null,
    'spawn-failed': null,
    answered: null,
    exited: ['backing-off', 'record'],
    deadline: ['ending', 'kill'],
    stop: ['draining', 'record'],
  },
  'backing-off': {
    spawned: null,
    'spawn-failed': null,
    answered: null,
    exited: null,
    deadline: ['spawning', 'spawn'],
    stop: ['gone', 'forget'],
  },
  failed: {
    spawned: null,
    'spawn-failed': null,
    answered: null,
    exited: null,
    deadline: null,
    stop: ['gone', 'forget'],
  },
  draining: {
    spawned: ['draining', 'terminate'],
    'spawn-failed': ['gone', 'forget'],
    answered: null,
    exited: ['gone', 'forget'],
    deadline: ['draining', 'kill'],
    stop: null,
  },
  gone: {
    spawned: null,
    'spawn-failed': null,
    answered: null,
    exited: null,
    deadline: null,
    stop: null,
  },
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a total record are its stages
const stages = Object.keys(states) as Stage[]
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise its kinds of event
const kinds = Object.keys(events) as EventKind[]

describe.each(stages)('An instance that is %s', (stage) => {
  it.each(kinds)('answers the event "%s" as the table says', (kind) => {
    const step = transition(states[stage], events[kind], now, policy)
    const cell = expected[stage][kind]
    if (cell === null) {
      expect(step).toEqual({ state: states[stage], effects: [] })
      expect(step.state).toBe(states[stage])
      return
    }
    const [next, ...effects] = cell
    expect([step.state.stage, ...step.effects]).toEqual([next, ...effects])
  })
})

describe('The life of an instance', () => {
  it('is ready as soon as it runs when nothing is asked of it', () => {
    const { state, effects } = transition(states.spawning, events.spawned, now, running)
    expect([state.stage, portOf(state), effects]).toEqual(['ready', 4_001, []])
  })

  it('waits for the first answer no longer than agreed', () => {
    const { state } = transition(states.spawning, events.spawned, now, policy)
    expect(deadlineOf(state)).toBe(addDuration(now, seconds(10)))
  })

  it('keeps the age of its phase while only the stage changes', () => {
    expect(transition(states.spawning, events.spawned, now, policy).state.phaseSince).toBe(t0)
    expect(transition(states.probing, events.answered, now, policy).state.phaseSince).toBe(now)
  })

  it('tells how it ended, how long it had run and when it starts again', () => {
    const { state } = transition(states.ready, events.exited, now, policy)
    expect(state.says).toBe('exited with code 1 after 5s (last line: boom); starts again in 4s')
    expect(deadlineOf(state)).toBe(addDuration(now, seconds(4)))
    expect([state.failures, state.restarts]).toEqual([4, 2])
  })

  it('counts the restart when it starts again', () => {
    expect(transition(states['backing-off'], events.deadline, now, policy).state.restarts).toBe(3)
  })

  it('forgets former failures once it has run long enough to be sound', () => {
    const later = addDuration(t0, SOUND_AFTER)
    expect(transition(states.ready, events.exited, later, policy).state.failures).toBe(1)
    expect(transition(states.ready, events.exited, epochMs(later - 1), policy).state.failures).toBe(4)
  })

  it('is given up after so many failures in a row', () => {
    const tired = { ...states.ready, failures: FAILURES_IN_A_ROW - 1 }
    const { state, effects } = transition(tired, events.exited, now, policy)
    expect([state.stage, effects, deadlineOf(state)]).toEqual(['failed', ['record'], null])
    expect(state.says).toBe(
      'exited with code 1 after 5s (last line: boom); given up after 8 failures in a row',
    )
  })

  it('says that it was too late rather than how it was then ended', () => {
    const late = transition(states.probing, events.deadline, now, policy).state
    const { state } = transition(late, { ...events.exited, lastLine: '' }, now, policy)
    expect(state.says).toBe('did not answer GET /readyz with 2xx within 10s; starts again in 4s')
  })

  it('tries another port at once, without counting a failure, when its own was taken', () => {
    const taken = { ...events.exited, portTaken: true }
    const { state, effects } = transition(states.probing, taken, now, policy)
    expect([state.stage, effects, state.failures, state.restarts]).toEqual(['spawning', ['spawn'], 3, 2])
    const last = transition({ ...states.probing, portRetries: PORT_RETRIES }, taken, now, policy)
    expect([last.state.stage, last.state.failures]).toEqual(['backing-off', 4])
  })

  it('is killed once when its drain is over, and then only waited for', () => {
    const { state } = transition(states.draining, events.deadline, now, policy)
    expect(deadlineOf(state)).toBeNull()
  })

  it('drains from when its process is there, if it was stopped before', () => {
    const early = transition(states.spawning, events.stop, t0, policy).state
    expect(deadlineOf(early)).toBeNull()
    expect(deadlineOf(transition(early, events.spawned, now, policy).state)).toBe(
      addDuration(now, policy.drain),
    )
  })
})

describe('An instance that a predecessor left', () => {
  const former = { restarts: 2, failures: 3, stopping: false, process: { port: 4_000, startedAt: t0 } }

  it('is asked anew whether it serves, and remembers since when it runs', () => {
    const { state, effects } = resumed(former, now, policy)
    expect(state).toMatchObject({ stage: 'probing', port: 4_000, startedAt: t0, restarts: 2, failures: 3 })
    expect(effects).toEqual(['record', 'probe'])
  })

  it('is ready where nothing is asked of it', () => {
    expect(resumed(former, now, running)).toMatchObject({ state: { stage: 'ready' }, effects: ['record'] })
  })

  it('goes on being stopped', () => {
    const { state, effects } = resumed({ ...former, stopping: true }, now, policy)
    expect([state.stage, effects]).toEqual(['draining', ['record', 'terminate']])
  })

  it('is started again when its process is no more', () => {
    const { state, effects } = resumed({ ...former, process: null }, now, policy)
    expect([state.stage, state.restarts, effects]).toEqual(['spawning', 3, ['spawn']])
  })

  it('is forgotten when it was being stopped and its process is no more', () => {
    const { state, effects } = resumed({ ...former, stopping: true, process: null }, now, policy)
    expect([state.stage, effects]).toEqual(['gone', ['forget']])
  })

  it('stays given up', () => {
    const { state, effects } = resumed({ ...former, failures: FAILURES_IN_A_ROW, process: null }, now, policy)
    expect([state.stage, effects]).toEqual(['failed', []])
  })
})

describe('Whatever happens to an instance', () => {
  const event = fc.oneof(
    fc.constantFrom(...kinds.map((kind) => events[kind])),
    fc.constant<InstanceEvent>({ ...events.exited, portTaken: true }),
  )
  const happening = fc.record({ event, after: fc.nat(120_000) })
  interface Lived {
    readonly state: InstanceState
    readonly at: EpochMs
  }
  const live = (happenings: readonly { event: InstanceEvent; after: number }[]): readonly Lived[] => {
    let at: EpochMs = t0
    let { state } = born(at)
    return happenings.map(({ event, after }) => {
      at = addDuration(at, durationMs(after))
      state = transition(state, event, at, policy).state
      return { state, at }
    })
  }

  it('never comes back once it leaves', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const lived = live(happenings).map(({ state }) => phaseOf(state))
        const left = lived.indexOf('draining')
        expect(lived.slice(left === -1 ? lived.length : left).every((phase) => phase === 'draining')).toBe(
          true,
        )
      }),
    )
  })

  it('is gone after it was stopped and its process has ended', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const end = [events.stop, events.spawned, events.exited].map((event) => ({ event, after: 0 }))
        expect(live([...happenings, ...end]).at(-1)?.state.stage).toBe('gone')
      }),
    )
  })

  it('waits at most half a minute for a restart, and fails at most so often in a row', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        for (const { state, at } of live(happenings)) {
          expect(state.failures).toBeLessThanOrEqual(FAILURES_IN_A_ROW)
          if (state.stage === 'backing-off') expect(state.until - at).toBeLessThanOrEqual(30_000)
        }
      }),
    )
  })
})
