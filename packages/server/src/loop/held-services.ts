/**
 * What the loop holds of each service between ticks. All of it is in the store as well: it is read from
 * there at the start, when a manifest changed, and when another loop has overtaken this one.
 */
import {
  newServiceState,
  STATE_VERSION,
  type Said,
  type DesiredInstance,
  type Generation,
  type ServiceState,
  type Standing,
} from '@holdfast/core/control'
import type { ServiceName } from '@holdfast/core/units'
import type { ResolvedService } from '../manifests/index.ts'
import type { ServiceRecord, Store } from '../store/store.ts'

export interface Held {
  resolved: ResolvedService
  generation: Generation
  desired: readonly DesiredInstance[]
  state: ServiceState
  /** What was last journaled of it. */
  said: Said
  /** How it fared at its last tick, for the services that depend on it; null before the first one. */
  standing: Standing | null
}

export interface HeldServices {
  all(): readonly Held[]
  /** Reads manifests and records again if something may have changed. */
  refresh(): Promise<void>
  /** Something may have changed; the next refresh reads it. */
  outdated(): void
  /** Forgets what is held of a service, so that the next refresh reads its record again. */
  drop(service: ServiceName): void
}

export function createHeldServices(
  store: Pick<Store, 'serviceRecords' | 'forgetService'>,
  resolve: () => Promise<readonly ResolvedService[]>,
): HeldServices {
  const held = new Map<ServiceName, Held>()
  let changed = true
  return {
    all: () => [...held.values()],
    outdated() {
      changed = true
    },
    drop(service) {
      held.delete(service)
      changed = true
    },
    async refresh() {
      if (!changed) return
      changed = false
      const resolved = await resolve()
      const records = new Map((await store.serviceRecords()).map((record) => [record.service, record]))
      for (const one of resolved) {
        const known = held.get(one.service.name)
        if (known === undefined) held.set(one.service.name, heldFrom(one, records.get(one.service.name)))
        else known.resolved = one
      }
      const declared = new Set(resolved.map(({ service }) => service.name))
      for (const name of new Set([...held.keys(), ...records.keys()])) {
        if (declared.has(name)) continue
        held.delete(name)
        if (!isForgotten(records.get(name))) await store.forgetService(name)
      }
    },
  }
}

const isForgotten = (record: ServiceRecord | undefined): boolean =>
  record !== undefined && record.state === null && record.desired.length === 0

/** The state as it is stored: with the version of its shape. */
export const storedState = (state: ServiceState): string => JSON.stringify({ version: STATE_VERSION, state })

/** A state of another version is begun anew; the instances stay as they are meanwhile. */
function readState(stored: string | null): ServiceState {
  if (stored === null) return newServiceState
  const { version, state } = JSON.parse(stored) as { readonly version?: number; readonly state: ServiceState }
  return version === STATE_VERSION ? state : newServiceState
}

function heldFrom(resolved: ResolvedService, record: ServiceRecord | undefined): Held {
  return {
    resolved,
    generation: record?.generation ?? 0,
    desired: record?.desired ?? [],
    state: readState(record?.state ?? null),
    said: null,
    standing: null,
  }
}
