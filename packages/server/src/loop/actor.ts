/**
 * Carries plans out: starts and stops instances without making the loop wait for them, and writes down what
 * came of each plan once all of it is through.
 */
import { canonicalJson, type DesiredInstance, type Plan } from '@holdfast/core/control'
import type { InstanceId } from '@holdfast/core/units'
import type { Clock } from '../clock.ts'
import type { ResolvedService } from '../manifests/index.ts'
import type { Gateway } from '../platforms/gateway/gateway.ts'
import type { InstanceSpec, Outcome, Platform } from '../platforms/platform.ts'
import type { Store } from '../store/store.ts'
import type { LoopLog } from './ticked.ts'

export interface ActorDependencies {
  readonly platform: Platform
  readonly gateway: Gateway
  readonly store: Store
  readonly clock: Clock
  readonly log: LoopLog
}

interface Orders {
  readonly starts: readonly { readonly instance: DesiredInstance; readonly resolved: ResolvedService }[]
  readonly stops: readonly InstanceId[]
}

export interface Actor {
  /** Of this plan the outcome is to be journaled when its changes have been carried out. */
  expectOutcome(plan: Plan, decision: number): void
  act(orders: Orders): void
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>
}

interface Action {
  readonly kind: 'start' | 'stop'
  readonly instance: InstanceId
  readonly ok: boolean
  readonly says: string
}

/** A plan whose changes are still being carried out. */
interface Pending {
  readonly plan: Plan
  /** Place in the journal of the decision that it came from. */
  readonly decision: number
  readonly open: Set<string>
  readonly actions: Action[]
}

export function createActor({ platform, gateway, store, clock, log }: ActorDependencies): Actor {
  const pending: Pending[] = []
  const underWay = new Map<string, Promise<void>>()

  function run(kind: Action['kind'], instance: InstanceId, does: () => Promise<Outcome>): void {
    const key = `${kind} ${instance}`
    if (underWay.has(key)) return
    const action = perform(kind, instance, does).finally(() => underWay.delete(key))
    underWay.set(key, action)
  }

  async function perform(
    kind: Action['kind'],
    instance: InstanceId,
    does: () => Promise<Outcome>,
  ): Promise<void> {
    const outcome = await does().catch((error: unknown): Outcome => ({
      ok: false,
      code: 'internal',
      says: String(error),
    }))
    const says = outcome.ok ? (kind === 'start' ? 'started' : 'stopped') : outcome.says
    if (!outcome.ok)
      log.warn({ instance, code: outcome.code }, `The ${kind} of ${instance} failed: ${outcome.says}`)
    await close({ kind, instance, ok: outcome.ok, says }).catch((error: unknown) =>
      log.error({ err: error, instance }, 'The outcome could not be journaled.'),
    )
  }

  async function close(action: Action): Promise<void> {
    const key = `${action.kind} ${action.instance}`
    const pended = pending.find(({ open }) => open.has(key))
    if (pended === undefined) return
    pended.open.delete(key)
    pended.actions.push(action)
    if (pended.open.size > 0) return
    pending.splice(pending.indexOf(pended), 1)
    const { service } = pended.plan
    const body = canonicalJson({ decision: pended.decision, actions: pended.actions })
    await store.appendJournal([{ service, at: clock.now(), kind: 'outcome', actor: 'platform', body }])
  }

  return {
    expectOutcome(plan, decision) {
      const open = new Set(plan.changes.map(({ kind, instance }) => `${kind} ${instance.id}`))
      pending.push({ plan, decision, open, actions: [] })
    },
    act({ starts, stops }) {
      for (const { instance, resolved } of starts) {
        const spec = specOf(instance, resolved, gateway)
        run('start', instance.id, () => (spec === null ? Promise.resolve(overtaken) : platform.start(spec)))
      }
      // Also those that are gone already: stopping them again succeeds and closes their plan.
      const planned = pending.flatMap(({ open, plan }) =>
        plan.changes.filter(({ kind, instance }) => kind === 'stop' && open.has(`stop ${instance.id}`)),
      )
      for (const id of new Set([...stops, ...planned.map(({ instance }) => instance.id)]))
        run('stop', id, () => platform.stop(id))
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
  }
}

const overtaken: Outcome = {
  ok: false,
  code: 'overtaken',
  says: 'the manifest changed meanwhile; the next plan replaces it',
}

/** Null when the part has left the manifest or is another by now: the next plan replaces its instances. */
function specOf(instance: DesiredInstance, resolved: ResolvedService, gateway: Gateway): InstanceSpec | null {
  const run = resolved.runs[instance.part]
  const part = resolved.service.parts.find(({ name }) => name === instance.part)
  if (run === undefined || part?.revision !== instance.revision) return null
  const { name } = resolved.service
  return {
    id: instance.id,
    service: name,
    part: instance.part,
    revision: instance.revision,
    run,
    peers: Object.fromEntries(part.calls.map((call) => [call.part, gateway.partUrl(name, call.part)])),
  }
}
