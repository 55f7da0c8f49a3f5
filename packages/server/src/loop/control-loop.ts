/**
 * The loop: sense, judge, plan, commit, act, again. It holds what the services are at, and it alone changes
 * that. What it decides is committed before it is carried out, so that after a crash the next tick repairs
 * whatever was left half done.
 */
import {
  newServiceState,
  tick,
  type DecideInput,
  type DesiredInstance,
  type Generation,
  type ServiceState,
  type TickDecision,
} from '@holdfast/core/control'
import type { ServiceObservation, Span } from '@holdfast/core/health'
import {
  epochMs,
  type DurationMs,
  type EpochMs,
  type InstanceId,
  type ServiceName,
} from '@holdfast/core/units'
import type { Clock } from '../clock.ts'
import type { ResolvedService } from '../manifests/index.ts'
import type { Gateway, ServiceMeasurement } from '../platforms/gateway/gateway.ts'
import type { Platform, PlatformInstance } from '../platforms/platform.ts'
import type { ServiceRecord, Store } from '../store/store.ts'
import { createActor, type Actor } from './actor.ts'
import { decisionDraft, isWorthAnEntry, type Remembered } from './decision-entry.ts'
import { createPruner } from './prune.ts'
import { reconcile } from './reconcile.ts'
import { routesOf } from './routes.ts'
import { observe } from './sense.ts'

export interface LoopLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface LoopDependencies {
  readonly store: Store
  readonly platform: Platform
  readonly gateway: Gateway
  readonly clock: Clock
  readonly log: LoopLog
  /** Reads the manifests as they stand and resolves them; called whenever they may have changed. */
  readonly resolve: () => Promise<readonly ResolvedService[]>
  readonly every: DurationMs
  readonly board: TickBoard
}

/** Whoever shows what the loop does. */
export interface TickBoard {
  /** The point for charts, stored with the tick. */
  point(ticked: Omit<Ticked, 'point'>): string
  accept(ticked: Ticked): void
  ticked(services: ReadonlySet<string>): void
}

/** One service after a tick, for whoever shows it. */
export interface Ticked {
  readonly resolved: ResolvedService
  readonly desired: readonly DesiredInstance[]
  readonly previous: readonly DesiredInstance[]
  readonly generation: Generation
  readonly measured: ServiceMeasurement | null
  readonly present: readonly PlatformInstance[]
  readonly observation: ServiceObservation
  readonly decision: TickDecision
  readonly at: EpochMs
  readonly point: string
}

/** What the loop remembers of one service between ticks; all of it is in the store as well. */
interface Held {
  resolved: ResolvedService
  generation: Generation
  desired: readonly DesiredInstance[]
  state: ServiceState
  said: Remembered
}

export interface ControlLoop {
  /** Ticks until stopped; resolves when the last tick and its actions are through. */
  run(signal: AbortSignal): Promise<void>
  /** One tick now; for tests and for the moment after a manifest was applied. */
  tickOnce(): Promise<void>
  /** Reads the manifests again before the next tick, which then comes soon. */
  nudge(): void
  settled(): Promise<void>
}

export function createControlLoop(dependencies: LoopDependencies): ControlLoop {
  const { store, platform, gateway, clock, log, board } = dependencies
  const held = new Map<ServiceName, Held>()
  const actor: Actor = createActor({ platform, gateway, store, clock, log })
  const pruner = createPruner(store)
  let manifestsChanged = true
  let lastMeasuredAt: EpochMs | null = null
  let wake = new AbortController()

  const unwatch = platform.watch(() => void refreshRoutes())

  async function refreshRoutes(): Promise<void> {
    const present = await platform.list()
    const faults = await gateway.setRoutes(routesOf([...held.values()], present, clock.now()))
    for (const fault of faults) log.warn({ service: fault.service, code: fault.code }, fault.says)
  }

  async function readManifests(): Promise<void> {
    if (!manifestsChanged) return
    manifestsChanged = false
    const resolved = await dependencies.resolve()
    const records = new Map((await store.serviceRecords()).map((record) => [record.service, record]))
    for (const one of resolved) {
      const known = held.get(one.service.name)
      if (known !== undefined) {
        known.resolved = one
        continue
      }
      const record = records.get(one.service.name)
      held.set(one.service.name, {
        resolved: one,
        generation: record?.generation ?? 0,
        desired: record?.desired ?? [],
        state: stateOf(record),
        said: null,
      })
    }
    const names = new Set(resolved.map(({ service }) => service.name))
    for (const name of new Set([...held.keys(), ...records.keys()])) {
      if (names.has(name)) continue
      held.delete(name)
      await store.forgetService(name)
    }
  }

  async function tickOnce(): Promise<void> {
    await readManifests()
    const now = clock.now()
    const present = await platform.list()
    const measured = new Map(gateway.measure(now).map((one) => [one.service, one]))
    const span = { from: lastMeasuredAt ?? epochMs(now - dependencies.every), to: now }
    lastMeasuredAt = now
    const turns = [...held.values()].map((one) => turnOf(one, span, measured, present, now))
    const decisions = tick(turns.map(({ input }) => input))
    for (const [i, turn] of turns.entries()) {
      const decision = decisions[i]
      if (decision !== undefined) await commit(turn, decision)
    }
    board.ticked(new Set(held.keys()))
    await refreshRoutes()
    carryOut(present)
    await pruner.afterTick(now)
  }

  async function commit({ one, input, measured, present }: Turn, decision: TickDecision): Promise<void> {
    const { now } = input
    const after = {
      resolved: one.resolved,
      desired: decision.plan?.desired ?? one.desired,
      previous: one.desired,
      generation: decision.plan?.generation ?? one.generation,
      measured,
      present,
      observation: input.observation,
      decision,
      at: now,
    }
    const { desired, generation } = after
    const point = board.point(after)
    const worth = isWorthAnEntry(decision, one.said)
    const entries = await store.commitTick({
      service: input.service.name,
      basedOn: one.generation,
      generation,
      desired,
      state: JSON.stringify(decision.state),
      windows: [...decision.state.judge.windows, ...decision.closed].map((window) => ({
        service: input.service.name,
        agreement: window.agreement,
        level: window.level,
        from: window.window.from,
        to: window.window.to,
        met: window.met,
        missed: window.missed,
      })),
      journal: worth.write ? [decisionDraft(input, decision, one.resolved, now)] : [],
      point,
      at: now,
    })
    if (entries === null) {
      // Another control loop has moved this service on; what it did is read again before anything is done here.
      log.warn(
        { service: input.service.name, generation: one.generation },
        'The plan was stale and was not carried out.',
      )
      held.delete(input.service.name)
      manifestsChanged = true
      return
    }
    one.desired = desired
    one.generation = generation
    one.state = decision.state
    one.said = worth.said
    if (decision.plan !== null) actor.expectOutcome(decision.plan, entries[0]?.sequence ?? 0)
    for (const { severity, invariant, says } of decision.violations)
      log[severity === 'error' ? 'error' : 'warn']({ service: input.service.name, invariant }, says)
    board.accept({ ...after, point })
  }

  function carryOut(present: readonly PlatformInstance[]): void {
    const desired = [...held.values()].flatMap((one) => one.desired)
    const { starts, stops } = reconcile(desired, present)
    const owners = new Map<InstanceId, ResolvedService>(
      [...held.values()].flatMap((one) => one.desired.map(({ id }) => [id, one.resolved] as const)),
    )
    actor.act({
      starts: starts.flatMap((instance) => {
        const resolved = owners.get(instance.id)
        return resolved === undefined ? [] : [{ instance, resolved }]
      }),
      stops,
    })
  }

  return {
    tickOnce,
    async run(signal) {
      signal.addEventListener('abort', () => wake.abort(), { once: true })
      while (!signal.aborted) {
        try {
          await tickOnce()
        } catch (error) {
          // The next tick starts from what was committed; only what was sensed in between is lost.
          log.error({ err: error }, 'A tick failed; the next one tries again.')
        }
        const now = clock.now()
        // Aligned to the wall clock, so that no span crosses the end of a minute.
        const pause = dependencies.every - (now % dependencies.every)
        await clock.sleep(pause as DurationMs, wake.signal)
        if (!signal.aborted) wake = new AbortController()
      }
      unwatch()
      await actor.settled()
    },
    nudge() {
      manifestsChanged = true
      wake.abort()
    },
    settled: () => actor.settled(),
  }
}

function stateOf(record: ServiceRecord | undefined): ServiceState {
  const stored = record?.state ?? null
  return stored === null ? newServiceState : (JSON.parse(stored) as ServiceState)
}

/** One service's part in one tick. */
interface Turn {
  readonly one: Held
  readonly input: DecideInput
  readonly measured: ServiceMeasurement | null
  readonly present: readonly PlatformInstance[]
}

function turnOf(
  one: Held,
  span: Span,
  measurements: ReadonlyMap<ServiceName, ServiceMeasurement>,
  all: readonly PlatformInstance[],
  now: EpochMs,
): Turn {
  const { service, agreements } = one.resolved
  const measured = measurements.get(service.name) ?? null
  const present = all.filter((instance) => instance.service === service.name)
  const observation = observe({ service, span, measured, instances: present })
  const { state, generation, desired } = one
  return {
    one,
    measured,
    present,
    input: { service, agreements, state, generation, desired, observation, now },
  }
}
