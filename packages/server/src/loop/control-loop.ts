/**
 * The loop: sense, judge, plan, commit, act, again. It holds what the services are at, and it alone changes
 * that. What it decides is committed before it is carried out, so that after a crash the next tick repairs
 * whatever was left half done.
 */
import {
  decisionEntry,
  isWorthAnEntry,
  saidBy,
  tick,
  type DecideInput,
  type Standing,
  type TickDecision,
} from '@holdfast/core/control'
import type { HostFigures, Span, Untold } from '@holdfast/core/health'
import {
  durationMs,
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
import type { Recorder } from '../recording/index.ts'
import type { Store } from '../store/store.ts'
import { createActor, type Actor } from './actor.ts'
import { createHeldServices, storedState, type Held, type HeldServices } from './held-services.ts'
import { createPruner } from './prune.ts'
import { reconcile } from './reconcile.ts'
import { countedLevels, routesOf, satisfactionLevels } from './routes.ts'
import { observe } from './sense.ts'
import { standingOf, standingsFor } from './standing.ts'
import type { LoopLog, Outlet, TickBoard, Ticked, TickMeter, TickSources } from './ticked.ts'
import { windowCounts } from './window-counts.ts'
import type { Told } from '../sources/index.ts'

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
  readonly sources: TickSources
  /** Keeps what was measured, by time. */
  readonly health: TickMeter
  /** Pass on what is kept then. None of them throws. */
  readonly outlets: readonly Outlet[]
  /** Keeps what each tick was decided from, for replay. */
  readonly recorder: Recorder
  readonly metrics: { observeTick(durationMs: number): void }
}

export interface ControlLoop {
  /** Ticks until stopped; resolves when the last tick and its actions are through. */
  run(signal: AbortSignal): Promise<void>
  /** One tick now; for tests and for the moment after a manifest was applied. */
  tickOnce(): Promise<void>
  /** Reads the manifests again before the next tick, which then comes soon. */
  nudge(): void
  /** The next tick comes at once: an operation waits for the first instance of a part. */
  hurry(): void
  settled(): Promise<void>
}

export const createControlLoop = (dependencies: LoopDependencies): ControlLoop => new Loop(dependencies)

/** Clients that give up and come again must not make ticks as fast as they come. */
const HURRY_AFTER_MS = 250

class Loop implements ControlLoop {
  readonly #given: LoopDependencies
  readonly #held: HeldServices
  readonly #actor: Actor
  readonly #prune: (now: EpochMs) => Promise<void>
  #measuredAt: EpochMs | null = null
  #wake = new AbortController()
  #routeFaults: ReadonlySet<string> = new Set()

  constructor(dependencies: LoopDependencies) {
    this.#given = dependencies
    this.#held = createHeldServices(dependencies.store, dependencies.resolve)
    this.#actor = createActor(dependencies)
    this.#prune = createPruner(dependencies.store)
  }

  async run(signal: AbortSignal): Promise<void> {
    const { store, platform, clock, every, log, metrics, recorder } = this.#given
    const unwatch = platform.watch(() => void this.#route())
    signal.addEventListener('abort', () => this.#wake.abort(), { once: true })
    while (!signal.aborted) {
      const began = clock.now()
      try {
        await this.tickOnce()
        metrics.observeTick(clock.now() - began)
      } catch (error) {
        // The next tick starts from what was committed; only what was sensed in between is lost.
        log.error({ err: error }, 'A tick failed; the next one tries again.')
      }
      // Aligned to the wall clock, so that no span crosses the end of a minute.
      await clock.sleep(durationMs(every - (clock.now() % every)), this.#wake.signal)
      if (!signal.aborted) this.#wake = new AbortController()
    }
    unwatch()
    await this.#actor.settled()
    try {
      await store.putRecording(recorder.close())
    } catch (error) {
      log.error({ err: error }, 'The last minute was not recorded; a replay of it will name the gap.')
    }
  }

  async tickOnce(): Promise<void> {
    const { platform, gateway, clock, board, health, sources, outlets, every } = this.#given
    await this.#held.refresh()
    const now = clock.now()
    health.begins(now)
    sources.follow(
      this.#held.all().map(({ resolved }) => ({
        resolved,
        levels: countedLevels(resolved.agreements, now),
        satisfaction: satisfactionLevels(resolved.agreements, now),
      })),
    )
    const [present, hosts] = await Promise.all([platform.list(), platform.hostFigures()])
    const measured = new Map(gateway.measure(now).map((one) => [one.service, one]))
    const span = { from: this.#measuredAt ?? epochMs(now - every), to: now }
    this.#measuredAt = now
    const standings = new Map(this.#held.all().map((one) => [one.resolved.service.name, one.standing]))
    const turns = this.#held.all().map((one) => {
      const told = sources.take(one.resolved.service.name, now)
      return turnOf(one, told, { span, measured, present, hosts, standings, now })
    })
    // One whose commit is stale is read anew at the next tick, and is there all the same.
    const known = new Set<string>(standings.keys())
    const decided = this.#decide(turns)
    for (const [turn, decision] of decided) await this.#take(turn, decision)
    for (const turn of turns)
      if (!decided.some(([one]) => one === turn)) sources.settle(turn.input.service.name, false)
    const services = new Set<string>(this.#held.all().map(({ resolved }) => resolved.service.name))
    board.ticked(services)
    health.ticked(known)
    for (const outlet of outlets) outlet.ticked(services)
    await this.#route()
    this.#carryOut(present)
    await this.#prune(now)
  }

  nudge(): void {
    this.#held.outdated()
    this.#wake.abort()
  }

  hurry(): void {
    const since = this.#given.clock.now() - (this.#measuredAt ?? 0)
    if (since >= HURRY_AFTER_MS) this.#wake.abort()
  }

  settled(): Promise<void> {
    return this.#actor.settled()
  }

  async #route(): Promise<void> {
    const { platform, gateway, clock, log, board } = this.#given
    const present = await platform.list()
    const faults = await gateway.setRoutes(routesOf(this.#held.all(), present, clock.now()))
    const said = new Set(faults.map(({ service, says }) => `${service}: ${says}`))
    for (const fault of faults) {
      // Said once, not with every tick for as long as it lasts.
      if (!this.#routeFaults.has(`${fault.service}: ${fault.says}`))
        log.warn({ service: fault.service, code: fault.code }, fault.says)
    }
    this.#routeFaults = said
    board.routed(faults)
  }

  /** What goes wrong with one service is its own: the others are decided all the same. */
  #decide(turns: readonly Turn[]): readonly (readonly [Turn, TickDecision])[] {
    const { platform } = this.#given
    const decide = (some: readonly Turn[], taken: number): readonly (readonly [Turn, TickDecision])[] => {
      const capacity = Math.max(0, platform.limits.instances - taken)
      const decisions = tick(
        some.map(({ input }) => input),
        { capacity },
      )
      return some.flatMap((turn, i) => {
        const decision = decisions[i]
        return decision === undefined ? [] : [[turn, decision]]
      })
    }
    try {
      return decide(turns, 0)
    } catch {
      const sound = turns.filter((turn) => this.#canBeDecided(turn))
      const unsound = turns.filter((turn) => !sound.includes(turn))
      return decide(
        sound,
        unsound.reduce((sum, { input }) => sum + input.desired.length, 0),
      )
    }
  }

  #canBeDecided(turn: Turn): boolean {
    try {
      tick([turn.input])
      return true
    } catch (error) {
      this.#sayUndecided(turn, error)
      return false
    }
  }

  async #take(turn: Turn, decision: TickDecision): Promise<void> {
    let isStored = false
    try {
      isStored = await this.#commit({ ...turn, input: decision.input }, decision)
    } catch (error) {
      this.#sayUndecided(turn, error)
    }
    this.#given.sources.settle(turn.input.service.name, isStored)
  }

  #sayUndecided({ input }: Turn, error: unknown): void {
    this.#given.log.error(
      { err: error, service: input.service.name },
      'The service could not be decided; the next tick tries again.',
    )
  }

  /** False where it was stale: another loop has moved the service on. */
  async #commit(turn: Turn, decision: TickDecision): Promise<boolean> {
    const { store, board, health, log, recorder } = this.#given
    const { one, input } = turn
    const service = input.service.name
    const after = afterTick(turn, decision)
    const point = board.point(after)
    const measured = health.measure(after)
    const entries = await store.commitTick({
      service,
      basedOn: one.generation,
      generation: after.generation,
      desired: after.desired,
      state: storedState(decision.state),
      windows: windowCounts(input, decision),
      journal: isWorthAnEntry(decision, one.said)
        ? [decisionEntry(input, decision, one.resolved.version)]
        : [],
      point,
      recording: recorder.complete(service, input.now),
      health: measured === null ? [] : [measured.cell],
      sourceStanding: turn.told.standing,
      at: input.now,
    })
    if (entries === null) {
      // Another control loop has moved this service on; what it did is read before anything is done here.
      log.warn({ service, generation: one.generation }, 'The plan was stale and was not carried out.')
      this.#held.drop(service)
      return false
    }
    recorder.add({ input, version: one.resolved.version, said: one.said, after: decision.state })
    one.desired = after.desired
    one.generation = after.generation
    one.state = decision.state
    one.said = saidBy(decision)
    one.standing = standingOf(service, decision.verdicts, one.standing, input.now)
    if (decision.plan !== null) this.#actor.expectOutcome(decision.plan, entries[0]?.sequence ?? 0)
    for (const { severity, invariant, says } of decision.violations)
      log[severity === 'error' ? 'error' : 'warn']({ service, invariant }, says)
    measured?.keep()
    board.accept({ ...after, point })
    return true
  }

  #carryOut(present: readonly PlatformInstance[]): void {
    // What is only advised is left as it is (A3.24), also where that is not what was decided when it was not.
    const [held, advised] = byMode(this.#held.all())
    const { starts, stops } = reconcile(
      held.flatMap(({ desired }) => desired),
      present.filter(({ service }) => !advised.has(service)),
    )
    const services = new Map(
      held.flatMap(({ desired, resolved }) => desired.map(({ id }) => [id, resolved] as const)),
    )
    this.#actor.act({
      starts: starts.flatMap((instance) => {
        const resolved = services.get(instance.id)
        return resolved === undefined ? [] : [{ instance, resolved }]
      }),
      stops,
    })
  }
}

const GATEWAY: readonly string[] = ['gateway']

/** One service's part in one tick. */
interface Turn {
  readonly one: Held
  readonly input: DecideInput
  readonly measured: ServiceMeasurement | null
  readonly told: Told
  readonly present: readonly PlatformInstance[]
}

/** Those that are acted for, and the names of those that are only advised. */
function byMode(all: readonly Held[]): readonly [acting: readonly Held[], advised: ReadonlySet<ServiceName>] {
  const isActing = ({ resolved: { service } }: Held): boolean => service.mode === 'act'
  const advised = all.filter((one) => !isActing(one)).map(({ resolved: { service } }) => service.name)
  return [all.filter(isActing), new Set(advised)]
}

/** What is sensed once a tick, of all services. */
interface SensedAll {
  readonly span: Span
  readonly measured: ReadonlyMap<ServiceName, ServiceMeasurement>
  readonly present: readonly PlatformInstance[]
  readonly hosts: ReadonlyMap<InstanceId, HostFigures>
  readonly standings: ReadonlyMap<ServiceName, Standing | null>
  readonly now: EpochMs
}

function turnOf(one: Held, told: Told, sensed: SensedAll): Turn {
  const { service, agreements, gateway } = one.resolved
  const { hosts, now } = sensed
  // What passes through the gateway it alone measures; a source tells of a span of its own.
  const measured = gateway === null ? told.measured : (sensed.measured.get(service.name) ?? null)
  const span = gateway === null && measured !== null ? measured : sensed.span
  const present = sensed.present.filter((instance) => instance.service === service.name)
  const { from, to } = span
  const { answers } = told
  const untold: readonly Untold[] =
    gateway !== null ? [] : told.isTelling ? ['waiting'] : ['operations', 'waiting']
  const observation = observe({
    service,
    span: { from, to },
    measured,
    untold,
    answers,
    instances: present,
    hosts,
  })
  const { state, generation, desired } = one
  const dependencies = standingsFor(agreements, sensed.standings, now)
  return {
    one,
    measured,
    told,
    present,
    input: { service, agreements, state, generation, desired, observation, dependencies, now },
  }
}

function afterTick(
  { one, input, measured, told, present }: Turn,
  decision: TickDecision,
): Omit<Ticked, 'point'> {
  return {
    resolved: one.resolved,
    desired: decision.plan?.desired ?? one.desired,
    previous: one.desired,
    generation: decision.plan?.generation ?? one.generation,
    measured,
    told: one.resolved.gateway === null ? told : { inputs: told.inputs, sources: GATEWAY },
    present,
    observation: input.observation,
    decision,
    at: input.now,
  }
}
