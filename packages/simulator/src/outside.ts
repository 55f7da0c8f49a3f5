/**
 * What is outside of the world and changes with its faults: how the services fare that the simulated one calls,
 * and what its owner has deployed by now.
 */
import type { Service } from '@holdfast/core/agreement'
import type { Standing } from '@holdfast/core/control'
import { addDuration, durationMs, type EpochMs, type ServiceName } from '@holdfast/core/units'
import type { Fault } from './world/faults.ts'

/** Of each service that a fault makes slow at some time. */
export function standingsAt(faults: readonly Fault[], ms: number, begins: EpochMs): readonly Standing[] {
  const slow = faults.filter((fault) => fault.kind === 'slow-dependency')
  return [...new Set(slow.map(({ service }) => service))].map((service) =>
    standingAt(
      service,
      slow.filter((fault) => fault.service === service),
      { ms, begins },
    ),
  )
}

interface Slow {
  readonly from: number
  readonly to: number
}

function standingAt(
  service: ServiceName,
  times: readonly Slow[],
  { ms, begins }: { readonly ms: number; readonly begins: EpochMs },
): Standing {
  const instantOf = (at: number): EpochMs => addDuration(begins, durationMs(at))
  const now = times.filter(({ from, to }) => ms >= from && ms < to)
  if (now.length > 0) {
    const since = instantOf(Math.min(...now.map(({ from }) => from)))
    return { service, state: 'breached', since, says: `${service} answers too slowly.` }
  }
  const since = instantOf(Math.max(0, ...times.map(({ to }) => to).filter((to) => to <= ms)))
  return { service, state: 'kept', since, says: `${service} keeps what it promised.` }
}

/** With the revisions that were deployed by then. */
export function serviceAt(service: Service, faults: readonly Fault[], ms: number): Service {
  const deploys = faults.filter((fault) => fault.kind === 'bad-deploy').filter(({ at }) => at <= ms)
  if (deploys.length === 0) return service
  const parts = service.parts.map((part) => {
    const latest = deploys.findLast((deploy) => deploy.part === part.name)
    return latest === undefined ? part : Object.assign({}, part, { revision: latest.revision })
  })
  return { ...service, parts }
}
